/** What is known of a path beside its name: where it leads, whose it is, and who may read it. */
import { isOwnName } from "./own.js";
import { isBelow, parent } from "../facts/paths.js";
import { Resolver } from "../facts/resolution.js";
import type { FactSet } from "../facts/set.js";
import type { FileStatus, Host } from "../host/types.js";
import { usualLinks } from "../host/usual-links.js";
import type { Context } from "../directives/types.js";

/** Of a context, what decides about paths. */
export type Where = Pick<Context, "host" | "unit" | "facts">;

/** A resolver remembers what it has resolved, and is asked for every path of a profile. */
const resolvers = new WeakMap<Host, Resolver>();

function resolverOf(host: Host): Resolver {
  const known = resolvers.get(host);
  if (known !== undefined) return known;
  const resolver = new Resolver(host, usualLinks);
  resolvers.set(host, resolver);
  return resolver;
}

/** Without symbolic links on the way, and at its end when `follow` says so. */
export function canonical({ host }: Where, path: string, follow: boolean): string {
  return resolverOf(host).resolve(path, follow).path;
}

/** undefined: the host was not asked; null: it is not there. */
export function statusAt({ host }: Where, path: string): FileStatus | null | undefined {
  return resolverOf(host).status(path);
}

/** The deepest of the service's own directories that `path` lies in, or is. */
export function ownDirectory({ unit }: Where, path: string): string | undefined {
  let deepest: string | undefined;
  const consider = (directory: string): void => {
    if (directory.length > (deepest?.length ?? 0)) deepest = directory;
  };
  for (const directory of unit.directories) if (isBelow(path, directory)) consider(directory);
  for (const base of namedBases) {
    if (path.length <= base.length + 1 || !isBelow(path, base)) continue;
    const slash = path.indexOf("/", base.length + 1);
    const directory = slash < 0 ? path : path.slice(0, slash);
    if (isOwnName(unit, directory.slice(base.length + 1))) consider(directory);
  }
  return deepest;
}

/** Where a service has a directory of its own name (file-hierarchy(7)), whether or not its unit makes it. */
const namedBases = ["/var/lib", "/var/lib/private", "/var/cache", "/var/log", "/var/spool", "/run"];

/** Whose the path is, or the deepest directory on the way to it that is known. */
export interface Owner {
  readonly name: string;
  readonly relation: "root" | "own" | "other";
}

export function ownerOf(where: Where, path: string): Owner | undefined {
  for (let at = path; ; at = parent(at)) {
    const status = statusAt(where, at);
    if (status !== undefined && status !== null) return describeOwner(where, status.uid);
    if (at === "/") return undefined;
  }
}

function describeOwner({ host, unit, facts }: Where, uid: number): Owner {
  const known = host.users[uid];
  const names = [String(uid), ...(known === undefined ? [] : [known])];
  const isOwn = names.some((name) => name === unit.user || becomes(facts).has(name));
  return { name: known ?? `uid ${uid}`, relation: uid === 0 ? "root" : isOwn ? "own" : "other" };
}

/** Users that a service takes on which starts as root: what is theirs is its own as well. */
const users = new WeakMap<FactSet, ReadonlySet<string>>();

function becomes(facts: FactSet): ReadonlySet<string> {
  const known = users.get(facts);
  if (known !== undefined) return known;
  const found = new Set(
    facts.ofKind("identity").flatMap(({ operation, id }) => (operation === "setuid" ? [id] : [])),
  );
  users.set(facts, found);
  return found;
}

const readByOthers = 0o004;
const searchedByOthers = 0o001;

/**
 * Whether the modes let everyone read it, as far as they are known; undefined when that of the object is not, and no
 * directory on the way is closed. Access control lists may let others in.
 */
export function isWorldReadable(where: Where, path: string): boolean | undefined {
  for (let at = path; at !== "/"; ) {
    at = parent(at);
    const status = statusAt(where, at);
    if (status?.type === "directory" && (status.mode & searchedByOthers) === 0) return false;
  }
  const status = statusAt(where, path);
  return status === undefined || status === null ? undefined : (status.mode & readByOthers) !== 0;
}

/** `0640 of root:ssl-cert` */
export function describeMode({ host }: Where, { mode, uid, gid }: FileStatus): string {
  const owner = `${host.users[uid] ?? String(uid)}:${host.groups[gid] ?? String(gid)}`;
  return `${mode.toString(8).padStart(4, "0")} of ${owner}`;
}
