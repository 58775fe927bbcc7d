/** Questions that several directives ask of the facts. */
import type { Capability } from "../facts/names.js";
import { ancestors } from "../facts/paths.js";
import type { CapabilityFact, FileFact, SyscallFact } from "../facts/types.js";
import type { Context } from "./types.js";

/** Whether `path` is `root` or below it. */
export function isBelow(path: string, root: string): boolean {
  return path.startsWith(root) && (path.length === root.length || root === "/" || path[root.length] === "/");
}

export function isBelowAny(path: string, roots: readonly string[]): boolean {
  for (const root of roots) if (isBelow(path, root)) return true;
  return false;
}

/** The same test for many `roots`: what it costs does not depend on their number. */
export function belowOneOf(roots: Iterable<string>): (path: string) => boolean {
  const known = new Set(roots);
  return (path) => known.has(path) || ancestors(path).some((directory) => known.has(directory));
}

/** System calls of these names that did something. */
export function callsTo({ facts }: Context, names: ReadonlySet<string>): readonly SyscallFact[] {
  return facts.ofKind("syscall").filter(({ name, result }) => result === "used" && names.has(name));
}

/** Accesses that a read-only mount refuses with EROFS (also to delete a name that is not there: mount(2), open(2)). */
const writing: ReadonlySet<FileFact["access"]> = new Set(["write", "create", "delete", "replace"]);

/** Accesses that need the object to be there and reachable. */
const reaching: ReadonlySet<FileFact["access"]> = new Set(["read", "execute", "map", "connect"]);

export const isWrite = ({ access }: FileFact): boolean => writing.has(access);

export const isReach = ({ access }: FileFact): boolean => reaching.has(access);

/** Facts about files below any of `roots`. */
export function filesBelow({ facts }: Context, roots: readonly string[]): readonly FileFact[] {
  return facts.ofKind("file").filter(({ path }) => isBelowAny(path, roots));
}

export function usesOf({ facts }: Context, capabilities: readonly Capability[]): readonly CapabilityFact[] {
  return facts.ofKind("capability").filter(({ capability }) => capabilities.includes(capability));
}
