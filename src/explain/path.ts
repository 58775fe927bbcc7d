import { ancestors, isBelow } from "../facts/paths.js";
import { Resolver } from "../facts/resolution.js";
import type { Fact, FileFact } from "../facts/types.js";
import type { FileStatus, Host } from "../host/types.js";
import type { Case } from "./case.js";
import { pathPrices } from "./price.js";
import type { UseAnswer, Verdict } from "./types.js";
import { type Covers, judge } from "./what-if.js";

/** Who touches a path and what is below it, and what the drop-in lets the service do there. */
export function explainPath(asked: Case, text: string): UseAnswer {
  const { host } = asked.context;
  const path = new Resolver(host, new Map()).resolve(text, true).path;
  const touching = [...asked.context.facts].filter((fact) => pathsOf(fact).length > 0);
  const at = touching.filter((fact) => pathsOf(fact).some((one) => isSame(one, path)));
  const below = touching.filter(
    (fact) => !at.includes(fact) && pathsOf(fact).some((one) => one !== path && isBelow(one, path)),
  );
  return {
    kind: "path",
    subject: path,
    about: [
      ...(path === text.replace(/(.)\/+$/, "$1") ? [] : [`${text} leads to it.`]),
      ...statusLines(host, path),
    ],
    verdicts: verdictsOn(asked, path, isDirectory(host, path, below)),
    uses: [
      { title: "it", witnesses: asked.witnesses.of(at) },
      { title: "below it", witnesses: asked.witnesses.of(below) },
    ],
    prices: asked.decisions.flatMap((decision) => pathPrices(asked, decision, (root) => isBelow(path, root))),
  };
}

/** Paths in a fact that are the service's doing. */
function pathsOf(fact: Fact): readonly string[] {
  switch (fact.kind) {
    case "file":
    case "elevation":
    case "creation":
      return [fact.path];
    case "rename":
      return [fact.from, fact.to];
    case "inherited":
      return [fact.object];
    case "capability":
      return fact.operation.split(" ").filter((word) => word.startsWith("/"));
    default:
      return [];
  }
}

/** Whether `path` is the learned one, whose run-specific parts are replaced: `{pid}`, `{random}` … */
function isSame(learned: string, path: string): boolean {
  if (!learned.includes("{")) {
    return learned === path;
  }
  const escaped = learned.split(/\{[a-z-]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return learned === path || new RegExp(`^${escaped.join("[^/]+")}$`, "s").test(path);
}

function statusLines({ files, users, groups }: Host, path: string): string[] {
  const status = Object.hasOwn(files, path) ? files[path] : undefined;
  if (status === undefined) {
    return ["Nothing is known of it: the service did not go there."];
  }
  return [status === null ? "It was not there." : describeStatus(status, users, groups)];
}

function describeStatus(
  { type, mode, uid, gid }: FileStatus,
  users: Host["users"],
  groups: Host["groups"],
): string {
  const owner = `${users[uid] ?? String(uid)}:${groups[gid] ?? String(gid)}`;
  return `${type}, mode ${mode.toString(8).padStart(4, "0")}, of ${owner}: whether the service's user may is up to these.`;
}

function isDirectory(host: Host, path: string, below: readonly Fact[]): boolean {
  const status = Object.hasOwn(host.files, path) ? host.files[path] : undefined;
  return below.length > 0 || status?.type === "directory";
}

/** A name that nothing has: what a new one would be. */
const newName = "{random}";

function verdictsOn(asked: Case, path: string, directory: boolean): Verdict[] {
  const file = (access: FileFact["access"], at = path): FileFact => ({ kind: "file", access, path: at });
  const covers: Covers = (value) => value === path || ancestors(path).includes(value);
  const inside = path === "/" ? `/${newName}` : `${path}/${newName}`;
  const known = { ...asked, ...assumePresent(asked, path, directory) };
  return directory
    ? [
        judge(known, "read", [file("read", inside)], covers),
        judge(known, "make, change and remove files in it", [file("create", inside)], covers),
        judge(known, "execute files in it", [file("execute", inside)], covers),
      ]
    : [
        judge(known, "read", [file("read")], covers),
        judge(known, "write in place", [file("write")], covers),
        judge(known, "replace or remove", [file("replace")], covers),
        judge(known, "execute", [file("execute")], covers),
      ];
}

/** What is not known to be absent is taken to be there: a write to it needs no more than itself. */
function assumePresent({ context, decisions }: Case, path: string, directory: boolean) {
  const { files } = context.host;
  if (Object.hasOwn(files, path)) {
    return { context, decisions };
  }
  const status: FileStatus = { type: directory ? "directory" : "file", mode: 0o755, uid: 0, gid: 0 };
  return {
    context: { ...context, host: { ...context.host, files: { ...files, [path]: status } } },
    decisions,
  };
}
