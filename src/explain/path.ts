import { decide } from "../directives/index.js";
import { ancestors, isBelow } from "../facts/paths.js";
import { Resolver } from "../facts/resolution.js";
import type { Fact, FileFact } from "../facts/types.js";
import type { FileStatus, Host } from "../host/types.js";
import { usualLinks } from "../host/usual-links.js";
import type { Case } from "./case.js";
import { pathPrices } from "./price.js";
import type { UseAnswer, Verdict } from "./types.js";
import { type Covers, type Decided, judge } from "./what-if.js";

/** Who touches a path and what is below it, and what the drop-in lets the service do there. */
export function explainPath(asked: Case, text: string): UseAnswer {
  const { host } = asked.context;
  const path = new Resolver(host, usualLinks).resolve(text, true).path;
  const touching = [...asked.used].filter((fact) => pathsOf(fact).length > 0);
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
    prices: asked.decisions
      .flatMap((decision) => pathPrices(asked, decision, (root) => isBelow(path, root)))
      .filter(({ of, count }) => count > 0 || !of.endsWith(`=${path}`)),
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

/** What stands in a path for what differs from run to run (src/facts/placeholders.ts). */
const placeholders: Readonly<Record<string, string>> = {
  pid: "\\d+",
  "other-pid": "\\d+",
  counter: "\\d+",
  uuid: "[0-9A-Fa-f-]+",
  hash: "[0-9A-Fa-f]+",
  date: "[0-9T:._-]+",
  random: "[A-Za-z0-9_]+",
};

/** Whether `path` is the learned one, whose run-specific parts are replaced. */
function isSame(learned: string, path: string): boolean {
  if (!learned.includes("{") || learned === path) {
    return learned === path;
  }
  const parts = learned.split(/\{([a-z-]+)\}/);
  const pattern = parts.map((part, i) =>
    i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : (placeholders[part] ?? "[^/]+"),
  );
  return new RegExp(`^${pattern.join("")}$`, "s").test(path);
}

function statusLines({ files, users, groups }: Host, path: string): string[] {
  const status = Object.hasOwn(files, path) ? files[path] : undefined;
  if (status === undefined) {
    return ["Nothing is known of it on the host."];
  }
  return [status === null ? "It was not there." : describeStatus(status, users, groups)];
}

function describeStatus(
  { type, mode, uid, gid }: FileStatus,
  users: Host["users"],
  groups: Host["groups"],
): string {
  const owner = `${users[uid] ?? String(uid)}:${groups[gid] ?? String(gid)}`;
  return `It is a ${typeNames[type]} of ${owner}, mode ${mode.toString(8).padStart(4, "0")}; that counts besides the settings.`;
}

const typeNames = {
  file: "file",
  directory: "directory",
  symlink: "symbolic link",
  socket: "socket",
  fifo: "FIFO",
  char: "character device",
  block: "block device",
} as const;

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
  const known = assumePresent(asked, path, directory);
  const [read, ...others] = directory
    ? [
        judge(known, "read", [file("read", inside)], covers),
        judge(known, "make, change and remove files in it", [file("create", inside)], covers),
        judge(known, "execute files in it", [file("execute", inside)], covers),
      ]
    : [
        judge(known, "read", [file("read")], covers),
        judge(known, "write to what is there", [file("write")], covers),
        judge(known, "make, replace or remove it", [file("create"), file("replace")], covers),
        judge(known, "execute", [file("execute")], covers),
      ];
  return [read, ...others.map((verdict) => inItsOwn(verdict, read))];
}

/** What may be made where nothing of the host is seen is made in a place of the service's own. */
function inItsOwn(verdict: Verdict, read: Verdict): Verdict {
  return verdict.isAllowed && !read.isAllowed ? { ...verdict, by: [...verdict.by, ...read.by] } : verdict;
}

/** An unknown path is taken to be there, unless the service had to do with it: writing to it needs no more than itself. */
function assumePresent(asked: Case, path: string, directory: boolean): Decided {
  const { context } = asked;
  const isTouched = [...context.facts].some((fact) => pathsOf(fact).includes(path));
  if (isTouched || Object.hasOwn(context.host.files, path)) {
    return asked;
  }
  const status: FileStatus = { type: directory ? "directory" : "file", mode: 0o755, uid: 0, gid: 0 };
  const files = { ...context.host.files, [path]: status };
  const assumed = { ...context, host: { ...context.host, files } };
  return { context: assumed, decisions: decide(assumed) };
}
