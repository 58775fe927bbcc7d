/** An empty file system in which only that exists which the service uses (posture `isolated`). */
import { parent } from "../facts/paths.js";
import { isShelf, visibleRoot } from "../facts/visibility.js";
import type { Fact } from "../facts/types.js";
import { resolvePath } from "../host/files.js";
import { isBelow, isBelowAny } from "./evidence.js";
import { codeFiles, interpretersOf } from "./executables.js";
import { homes } from "./home.js";
import { writableAncestor } from "./mount-paths.js";
import type { Context } from "./types.js";

/** Something of the host's that is to be seen. */
export interface Shown {
  readonly path: string;
  readonly writable: boolean;
  readonly facts: readonly Fact[];
}

export interface Slate {
  /** Directories that are emptied. */
  readonly trees: readonly string[];
  /** By path; what lies in another one is left out unless only it is writable. */
  readonly shown: readonly Shown[];
  /** Programs and directories of libraries, under all names by which they are used. */
  readonly code: readonly string[];
}

/** What other settings leave to the slate. */
export interface Others {
  /** Real paths of what must stay writable. */
  readonly writable: readonly { readonly path: string; readonly facts: readonly Fact[] }[];
  /** Trees that other settings replace: PrivateTmp=, and ProtectHome=yes. */
  readonly replaced: readonly string[];
  /** Whether the homes are empty already (ProtectHome=tmpfs). */
  readonly emptyHomes: boolean;
}

/** Interfaces of the kernel, which have directives of their own. */
const kernelTrees = ["/proc", "/sys", "/dev"];

/** Messages of error paths go there (sd_journal_print(3), syslog(3)); what systemd itself connects, it does before. */
const logSockets = [
  "/run/systemd/journal/dev-log",
  "/run/systemd/journal/socket",
  "/run/systemd/journal/stdout",
];

/** Names that can stand before the options of TemporaryFileSystem=. */
const plain = /^[\w/.+-]+$/;

/** Lays out what must be there, from the facts alone. */
export function slateOf(context: Context, others: Others): Slate {
  const { directories } = context.unit;
  const governed = [...kernelTrees, ...others.replaced, ...(others.emptyHomes ? [] : homes)];
  const isGoverned = (path: string) => isBelowAny(path, governed);
  const wanted = topmost([
    ...others.writable.map(({ path, facts }): Shown => ({ path, writable: true, facts })),
    ...readable(context).filter(({ path }) => !isBelowAny(path, directories)),
  ]).filter(({ path }) => !isGoverned(path));
  const top = topLevel(context).filter(
    (tree) => plain.test(tree) && !isBelowAny(tree, [...governed, ...homes, "/tmp"]),
  );
  // To mount all of /run would also show what systemd is just mounting, the host's root directory included.
  const roots = wanted.filter(({ path }) => !top.includes(path));
  const empty = top.filter((tree) => !wanted.some(({ path }) => path === tree));
  const linked = linksToWhole(context, wanted, empty);
  const emptied = [
    ...empty.filter((tree) => !linked.some((path) => isBelow(path, tree))),
    ...(others.emptyHomes ? homes : []),
  ];
  const named = [...roots, ...aliases(context, wanted, emptied)].filter(({ path }) =>
    isBelowAny(path, emptied),
  );
  const code = codeIn(context, named, [...others.writable.map(({ path }) => path), ...directories]);
  const shown = withCode(named, code).sort((a, b) => (a.path < b.path ? -1 : 1));
  const bare = lookedAt(context).filter(
    (path) =>
      plain.test(path) &&
      isBelowAny(path, emptied) &&
      !emptied.includes(path) &&
      !shown.some((one) => isBelow(one.path, path) || isBelow(path, one.path)),
  );
  // Also the homes: what ProtectHome=tmpfs mounts is writable and executable on systemd 252.
  return { trees: [...emptied, ...bare].sort(), shown, code };
}

/** What is executable has a mount of its own, and by that would be writable: so it is shown read-only itself. */
function withCode(shown: readonly Shown[], code: readonly string[]): Shown[] {
  const known = new Set(shown.map(({ path }) => path));
  const writable = shown.filter((one) => one.writable).map(({ path }) => path);
  const added = code.filter((path) => !known.has(path) && !isBelowAny(path, writable));
  return [...shown, ...added.map((path): Shown => ({ path, writable: false, facts: [] }))];
}

/** Directories at the top of the file system; symbolic links there (/bin) lead into them and stay. */
function topLevel({ host, facts }: Context): readonly string[] {
  const used = facts.ofKind("file").map(({ path }) => `/${path.split("/")[1] ?? ""}`);
  const names = [...Object.keys(host.files), ...used].filter((path) => path.lastIndexOf("/") === 0);
  return [...new Set(names)].filter((path) => path !== "/" && host.files[path]?.type === "directory").sort();
}

/** Directories that everyone shares and that the service looked at: they must be there, if only empty. */
function lookedAt({ facts, host }: Context): readonly string[] {
  return facts
    .ofKind("file")
    .filter(({ access, path }) => access === "read" && isShelf(path))
    .map(({ path }) => path)
    .filter((path) => host.files[path]?.type === "directory");
}

function readable(context: Context): readonly Shown[] {
  const { facts, unit } = context;
  const seen = facts
    .ofKind("file")
    .filter(({ access }) => access !== "missing")
    .flatMap((fact) => {
      // What was made by the service itself lies in what is writable.
      if (["create", "delete", "replace", "write"].includes(fact.access)) return [];
      const root = visibleRoot(fact);
      return root === undefined ? [] : [{ path: writableAncestor(root), writable: false, facts: [fact] }];
    });
  const directory = (unit.properties["WorkingDirectory"] ?? "").replace(/^[-!]+/, "");
  const required = [
    ...codeFiles(context).map(({ path }) => path),
    ...logSockets,
    ...(directory.startsWith("/") && !isShelf(directory) ? [directory] : []),
  ];
  return [...seen, ...required.map((path) => ({ path, writable: false, facts: [] }))];
}

/** Joins what is the same, and leaves out what lies in another that is as writable. */
function topmost(all: readonly Shown[]): readonly Shown[] {
  const byPath = new Map<string, Shown>();
  for (const one of all) {
    const known = byPath.get(one.path);
    byPath.set(one.path, {
      path: one.path,
      writable: one.writable || known?.writable === true,
      facts: [...(known?.facts ?? []), ...one.facts],
    });
  }
  const found = [...byPath.values()];
  const holds = (outer: Shown, inner: Shown) =>
    outer !== inner && isBelow(inner.path, outer.path) && (outer.writable || !inner.writable);
  return found
    .filter((one) => !found.some((outer) => holds(outer, one)))
    .map((one) => ({
      ...one,
      facts: [one, ...found.filter((inner) => holds(one, inner))].flatMap(({ facts }) => facts),
    }));
}

/**
 * systemd makes no symbolic links, so what was reached through one that is emptied away is mounted under that name as
 * well. A program that is called by a link from another directory would then find itself in the wrong one ($ORIGIN of
 * ld.so(8)): there the directory with the link is shown.
 */
function aliases({ host }: Context, roots: readonly Shown[], emptied: readonly string[]): readonly Shown[] {
  const linkers = linkersOf(host);
  const found = new Map<string, Shown>();
  for (const [name, status] of Object.entries(host.files)) {
    if (status === null || !isBelowAny(name, emptied)) continue;
    if (isBelowAny(name, [...roots.map(({ path }) => path), ...found.keys()])) continue;
    const alias = prefixesOf(name)
      .map((path) => ({ path, target: resolvePath(host.files, path) }))
      .filter(({ path, target }) => path !== target)
      .map(({ path, target }) => ({ path, target, root: roots.find((one) => isBelow(target, one.path)) }))
      .find(({ root }) => root !== undefined);
    if (alias?.root === undefined) continue;
    const isProgram = host.files[alias.target]?.interpreter !== undefined;
    const path =
      isProgram && parent(alias.path) !== parent(alias.target) && !linkers.has(alias.target)
        ? parent(alias.path)
        : alias.path;
    found.set(path, { path, writable: alias.root.writable, facts: alias.root.facts });
  }
  return [...found.values()];
}

/**
 * Links to a tree that is shown as a whole, above all /var/run: the tree cannot be mounted under a second name for the
 * same reason as under its own, so what holds the link is not emptied.
 */
function linksToWhole(
  context: Context,
  wanted: readonly Shown[],
  empty: readonly string[],
): readonly string[] {
  const whole = wanted.filter(({ path }) => parent(path) === "/");
  return aliases(context, whole, empty)
    .map(({ path }) => path)
    .filter((path) => whole.some((tree) => tree.path === resolvePath(context.host.files, path)));
}

/** Dynamic linkers, by their real paths: they find nothing by their own name. */
function linkersOf(host: Context["host"]): ReadonlySet<string> {
  const names = Object.keys(host.files).flatMap((path) => interpretersOf(host, path));
  return new Set(names.map((name) => resolvePath(host.files, name)));
}

function prefixesOf(path: string): string[] {
  let prefix = "";
  return path
    .split("/")
    .slice(1)
    .map((name) => (prefix += `/${name}`));
}

/** Programs as they are, libraries with their directory, all that is writable around either, under all names. */
function codeIn(context: Context, shown: readonly Shown[], writable: readonly string[]): readonly string[] {
  const exact = codeFiles(context).map(
    ({ path, use }) => visibleRoot({ path, access: use === "program" ? "execute" : "map" }) ?? path,
  );
  const isCode = (path: string) => exact.includes(resolvePath(context.host.files, path));
  const names = [...exact, ...shown.map(({ path }) => path).filter(isCode)].map(
    (path) => writable.find((root) => isBelow(path, root)) ?? path,
  );
  const paths = [...new Set(names)].map(writableAncestor);
  return paths.filter((path) => !paths.some((other) => other !== path && isBelow(path, other))).sort();
}
