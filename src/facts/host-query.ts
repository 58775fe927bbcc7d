/** Which paths and ids of the machine decide what the trace means. */
import type { Interpretation } from "./interpretation.js";
import { isBelow, lexical } from "./paths.js";
import { isPlaceholder } from "./placeholders.js";
import { settle } from "./settled.js";

/** What the host must be asked: real paths only, for a placeholder its directory. */
export function hostQuery(trace: Interpretation): { paths: string[]; uids: number[]; gids: number[] } {
  const paths = new Set<string>(["/"]);
  const { sightings, checks, executions, pairs } = settle(trace);
  for (const { value } of sightings) {
    addPath(paths, value.path);
    if (value.kernel !== undefined) addPath(paths, value.kernel);
  }
  for (const { value } of checks) addPath(paths, value.path);
  for (const { value } of executions) addPath(paths, value.path);
  for (const { value } of pairs) {
    addPath(paths, value.from);
    addPath(paths, value.to);
  }
  const uids = new Set([0]);
  const gids = new Set([0]);
  for (const { value } of trace.facts.entries()) {
    if (value.kind !== "identity" || value.id === "") continue;
    (value.operation === "setuid" || value.operation === "setfsuid" ? uids : gids).add(Number(value.id));
  }
  return { paths: [...paths].sort(), uids: numerically(uids), gids: numerically(gids) };
}

function addPath(paths: Set<string>, path: string): void {
  if (isBelow(path, "/proc") && !isBelow(path, "/proc/sys")) return;
  const components = path.split("/");
  for (const [index, component] of components.entries()) {
    // What stands before `..` may be a symbolic link; a placeholder is no name at all.
    if (component === "..") paths.add(components.slice(0, index).join("/") || "/");
    if (isPlaceholder(component)) {
      paths.add(components.slice(0, index).join("/") || "/");
      return;
    }
  }
  paths.add(lexical(path));
}

function numerically(ids: ReadonlySet<number>): number[] {
  return [...ids].sort((a, b) => a - b);
}
