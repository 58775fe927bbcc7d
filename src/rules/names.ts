/**
 * The other names of what a fact is about: paths without symbolic links, ids by number. A policy about /run/x is about
 * /var/run/x too, whichever of the two a program or the policy uses.
 */
import type { Fact, FileFact, IdentityFact } from "../facts/types.js";
import { parent } from "../facts/paths.js";
import { type Look, resolvePathWith } from "../host/files.js";
import type { FileStatus, Host } from "../host/types.js";
import { parseGlob } from "./glob.js";
import { type Pattern, withValues } from "./pattern.js";
import { pathTrouble } from "./path-text.js";
import { kinds } from "./vocabulary.js";

/**
 * Links that are the same wherever systemd runs: the merged /usr (file-hierarchy(7)) and legacy.conf and var.conf of
 * systemd's tmpfiles.d. They hold where a profile does not say what is there, because no fact is about it.
 */
const usualLinks: Readonly<Record<string, string>> = {
  "/bin": "usr/bin",
  "/sbin": "usr/sbin",
  "/lib": "usr/lib",
  "/lib32": "usr/lib32",
  "/lib64": "usr/lib64",
  "/var/run": "/run",
  "/var/lock": "/run/lock",
};

/** As the host has it, else as it usually is. */
function lookOn(files: Host["files"]): Look {
  return (path) => {
    if (Object.hasOwn(files, path)) return files[path];
    const target = Object.hasOwn(usualLinks, path) ? usualLinks[path] : undefined;
    return target === undefined ? undefined : link(target);
  };
}

function link(target: string): FileStatus {
  return { type: "symlink", mode: 0o777, uid: 0, gid: 0, target };
}

/** Accesses that work on the name itself: if that is a symbolic link, it is not followed. */
const onNames: ReadonlySet<FileFact["access"]> = new Set(["create", "delete", "replace"]);

/** The fact, and the same with every other name that one of the hosts knows for what it is about. */
export function variantsOf(fact: Fact, hosts: readonly Host[]): readonly Fact[] {
  switch (fact.kind) {
    case "file":
      return fileVariants(fact, hosts);
    case "elevation":
    case "creation":
      return [fact, ...pathsOf(fact.path, hosts, false).map((path) => ({ ...fact, path }))];
    case "identity":
      return [fact, ...idsOf(fact, hosts).map((id) => ({ ...fact, id }))];
    default:
      return [fact];
  }
}

/** The same for a file. What the fact does not say of the type, which it does of what is no ordinary file, the host may know. */
export function fileVariants(fact: FileFact, hosts: readonly Host[]): readonly FileFact[] {
  const paths = [fact.path, ...pathsOf(fact.path, hosts, onNames.has(fact.access))];
  return paths.map((path) => {
    const type = fact.type ?? hosts.map(({ files }) => files[path]?.type).find((one) => one !== undefined);
    return type === undefined ? { ...fact, path } : { ...fact, path, type };
  });
}

/** Other paths to the same. `ofName`: of the last component itself, though it may be a symbolic link. */
function pathsOf(path: string, hosts: readonly Host[], ofName: boolean): string[] {
  const resolved = hosts.map(({ files }) => {
    const look = lookOn(files);
    if (!ofName) return resolvePathWith(look, path);
    const directory = resolvePathWith(look, parent(path));
    return `${directory === "/" ? "" : directory}/${path.slice(path.lastIndexOf("/") + 1)}`;
  });
  return [...new Set(resolved)].filter((one) => one !== path);
}

function idsOf({ operation, id }: IdentityFact, hosts: readonly Host[]): string[] {
  const tables = hosts.map(({ users, groups }) => (/uid$/.test(operation) ? users : groups));
  return [...new Set(tables.flatMap((table) => Object.keys(table).filter((number) => table[number] === id)))];
}

/** The pattern, its paths also as they are without the symbolic links of these hosts. */
export function onHosts(pattern: Pattern, hosts: readonly Host[]): Pattern {
  let found = pattern;
  for (const [member, values] of pattern.wanted) {
    if (kinds.get(pattern.kind)?.get(member)?.isPath !== true) continue;
    const more = values.flatMap((value) => resolvedTexts(String(value), hosts));
    if (more.length > 0) found = withValues(found, member, [...values, ...more]);
  }
  return found;
}

/** The components before the first one with a wildcard, or something else that is no plain text. */
const plainStart = /^(?:\/[^/*\\{?[]*)+(?=\/|$)/;

/** The part of a pattern's text that names one directory or file; empty where it begins with a wildcard. */
export function plainPart(text: string): string {
  return plainStart.exec(text)?.[0] ?? "";
}

function resolvedTexts(text: string, hosts: readonly Host[]): string[] {
  const start = plainPart(text);
  if (start === "" || start === "/") return [];
  const paths = [...pathsOf(start, hosts, false), ...(start === text ? pathsOf(start, hosts, true) : [])];
  return paths
    .map((path) => plausible(`${path === "/" ? "" : escapeGlob(path)}${text.slice(start.length)}`))
    .filter((one) => pathTrouble(one) === undefined && !("problem" in parseGlob(one)));
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[{\\]/g, "\\$&");
}

/** Where a link leads to what changes from run to run, facts have a placeholder. */
function plausible(text: string): string {
  const instead = pathTrouble(text)?.instead;
  return instead === undefined || instead === text ? text : plausible(instead);
}
