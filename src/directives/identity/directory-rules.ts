/** What systemd does to the directories that it makes for a service, and when that would be wrong (systemd.exec(5)). */
import { isBelow, parent } from "../../facts/paths.js";
import type { Fact, FileFact } from "../../facts/types.js";
import { describeFacts } from "../describe.js";
import { isBelowAny, isWrite } from "../evidence.js";
import type { Context } from "../types.js";
import { shippedPaths, shippedValue } from "../vendor.js";
import { bases, type DirectorySetting } from "./bases.js";
import { nameOf, ownerOf } from "./ids.js";

/** A drop-in does not open what the vendor closed. */
export function isDenied({ unit }: Context, path: string): boolean {
  const protection = shippedValue(unit, "ProtectSystem");
  const isReadOnly = protection === "strict" || (protection === "full" && isBelow(path, "/etc"));
  return isReadOnly && !isBelowAny(path, [...shippedPaths(unit, "ReadWritePaths"), ...unit.directories]);
}

/**
 * Whether the first component of `name` says that it is the unit's: it begins like the unit or its user, or these begin
 * like it. systemd would make that directory as well, as root's, and any service could have one in it.
 */
export function isNamedAfter({ unit }: Context, name: string): boolean {
  const first = name.split("/")[0] ?? "";
  const own = [unit.name.replace(/(?:@.*)?\.service$/, ""), unit.user].filter((one) => one !== "");
  return own.some((one) => one.startsWith(first) || first.startsWith(one));
}

/** What systemd would do to a directory that is not the unit's already. */
export function ownership(context: Context, setting: DirectorySetting, path: string): string | undefined {
  const status = context.host.files[path];
  const owner = ownerOf(context);
  if (setting === "ConfigurationDirectory") return undefined;
  if (owner === undefined) return `whether ${path} belongs to the unit's user is not known`;
  if (status?.uid === owner.uid && status.gid === owner.gid) return undefined;
  const { users, groups } = context.host;
  const theirs = `${nameOf(users, status?.uid ?? 0)}:${nameOf(groups, status?.gid ?? 0)}`;
  const ours = `${nameOf(users, owner.uid)}:${nameOf(groups, owner.gid)}`;
  return `${path} belongs to ${theirs}, and systemd would give everything in it to ${ours}`;
}

/**
 * With DynamicUser= it lies below BASE/private, which only root may enter, behind a symbolic link that a mount point
 * cannot become; from 257 on it is mounted noexec where ids can be mapped.
 */
export function privacy(context: Context, setting: DirectorySetting, path: string): string | undefined {
  if (setting === "ConfigurationDirectory") return `${path} would stay root's and could not be written`;
  const mount = context.host.mounts.find((one) => isBelow(one.path, path));
  if (mount !== undefined)
    return `${mount.path} is a mount point and cannot move to ${bases[setting]}/private`;
  const inside = context.facts.ofKind("file").filter((fact) => isBelow(fact.path, path));
  const code = inside.filter(({ access }) => access === "execute" || access === "map");
  if (code.length > 0) return `it ${describeFacts(code)}, which may be mounted noexec`;
  const isPrivate = setting !== "RuntimeDirectory" || leftovers(context, path).length > 0;
  const offered = inside.filter(
    ({ access, type }) => access === "create" && (type === "socket" || type === "fifo"),
  );
  return isPrivate && offered.length > 0
    ? `it ${describeFacts(offered)} for others, who could not enter ${bases[setting]}/private`
    : undefined;
}

/** What was read below a runtime directory before it was made in this run, split by whether the service makes it. */
function readBelow(context: Context, path: string): readonly { fact: FileFact; own: boolean }[] {
  const files = context.facts.ofKind("file").filter((fact) => fact.path !== path && isBelow(fact.path, path));
  const made = new Set(files.filter(isWrite).map((fact) => fact.path));
  return files
    .filter(({ access }) => access === "read" || access === "connect")
    .map((fact) => ({
      fact,
      own: made.has(fact.path) || [...made].some((one) => parent(one) === fact.path),
    }));
}

/** Names of what says only that a service ran: of no use to the next start. */
const traceOfARun = /\.(?:pid|lock|lck|sock|socket)$/;

/** Plain files of an earlier start that were looked at and not removed. */
export function leftovers(context: Context, path: string): readonly Fact[] {
  const files = context.facts.ofKind("file").filter((fact) => isBelow(fact.path, path));
  const removed = new Set(files.filter(({ access }) => access === "delete").map((fact) => fact.path));
  const isContent = (fact: FileFact): boolean =>
    fact.type === undefined &&
    !removed.has(fact.path) &&
    !traceOfARun.test(fact.path) &&
    fact.path !== context.unit.pidFile;
  return readBelow(context, path)
    .filter(({ fact, own }) => own && isContent(fact))
    .map(({ fact }) => fact);
}

/** Things of others: systemd removes the whole directory when the service stops. */
export function foreignOf(context: Context, setting: DirectorySetting, path: string): readonly Fact[] {
  if (setting !== "RuntimeDirectory") return [];
  return readBelow(context, path)
    .filter(({ own }) => !own)
    .map(({ fact }) => fact);
}
