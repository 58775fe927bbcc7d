/** Members of a numbered series (`syslog.1`, `syslog.2` …) and of crowded directories become one name. */
import { isVolatile, seriesOf } from "./placeholders.js";

/** From so many members on, numbers in a name are a counter. */
const seriesLength = 3;

/** Maps each of `paths` that belongs to a series to its folded form. Others are left out. */
export function foldSeries(paths: readonly string[]): ReadonlyMap<string, string> {
  const folded = new Map<string, string>();
  const members = [...new Set(paths)].map((path) => ({ path, components: path.slice(1).split("/") }));
  fold(members, 0, "", folded);
  return folded;
}

interface Member {
  readonly path: string;
  readonly components: readonly string[];
}

function fold(
  members: readonly Member[],
  depth: number,
  directory: string,
  folded: Map<string, string>,
): void {
  const names = new Set(members.map((member) => member.components[depth] ?? ""));
  const counts = new Map<string, number>();
  const mayFold = depth > 0 && directory !== "/run/user" && isVolatile(directory);
  if (mayFold)
    for (const name of names) {
      const series = seriesOf(name);
      if (series !== undefined) counts.set(series, (counts.get(series) ?? 0) + 1);
    }
  const byName = new Map<string, Member[]>();
  for (const member of members) {
    const name = member.components[depth] ?? "";
    const series = seriesOf(name);
    const form = series !== undefined && (counts.get(series) ?? 0) >= seriesLength ? series : name;
    const group = byName.get(form);
    if (group === undefined) byName.set(form, [member]);
    else group.push(member);
  }
  for (const [name, group] of byName) {
    const path = `${directory}/${name}`;
    for (const member of group)
      if (member.components.length === depth + 1 && member.path !== path) folded.set(member.path, path);
    const deeper = group.filter((member) => member.components.length > depth + 1);
    if (deeper.length > 0) fold(deeper, depth + 1, path, folded);
  }
}
