/**
 * From writes to the directories that must stay writable when everything else is read-only (ReadWritePaths= with
 * ProtectSystem=strict, systemd.exec(5)). Widened honestly: as little as covers the writes, and never silently to a
 * directory that the whole system shares.
 */
import type { Host, Unit } from "../host/types.js";
import { isBelow, parent } from "./paths.js";
import { steadyPart } from "./placeholders.js";
import type { FactSet } from "./set.js";
import type { Fact, FileFact, RenameFact } from "./types.js";

/** One ReadWritePaths= candidate and the facts it covers. */
export interface WritableRoot {
  readonly path: string;
  /** `file`: written in place only, so the single file can be bind-mounted; `directory`: names in it come and go. */
  readonly kind: "directory" | "file";
  /** It holds far more than this service's files (/run, /var/lib …): worth a remark to the operator. */
  readonly broad: boolean;
  readonly facts: readonly Fact[];
}

/** Writes that only a whole system directory would cover: a person has to decide. */
export interface UndecidableRoot {
  /** The directory that would have to be writable. */
  readonly path: string;
  readonly facts: readonly Fact[];
}

export interface WritableRoots {
  /** By path. No root lies below another. */
  readonly roots: readonly WritableRoot[];
  /** By path. */
  readonly undecidable: readonly UndecidableRoot[];
}

/** ProtectSystem=strict leaves these writable; other directives govern them. */
const kernelTrees = ["/proc", "/sys", "/dev"];

/** Never made writable as a whole without a person's decision. */
export const systemDirectories: ReadonlySet<string> = new Set([
  "/",
  "/etc",
  "/var",
  "/usr",
  "/home",
  "/root",
  "/dev",
  "/proc",
  "/sys",
  "/boot",
  "/bin",
  "/sbin",
  "/lib",
  "/lib64",
]);

/** Shared by many services, but sometimes the only way. */
const sharedDirectories: ReadonlySet<string> = new Set(
  [
    "/run",
    "/run/user",
    "/run/lock",
    "/tmp",
    "/var/tmp",
    "/var/lib",
    "/var/log",
    "/var/cache",
    "/var/spool",
    "/var/mail",
  ].concat(["/srv", "/opt", "/mnt", "/media", "/usr/local", "/usr/lib", "/usr/share"]),
);

type WriteFact = FileFact | RenameFact;

/** A fact and the path that must be writable for it. */
interface Requirement {
  readonly path: string;
  readonly kind: "directory" | "file";
  readonly fact: WriteFact;
}

/**
 * The minimal set of directories and files that must stay writable. Writes below the unit's own directories
 * (StateDirectory= and the like) and below /proc, /sys and /dev need none. Takes time linear in the facts' text.
 */
export function writableRoots(facts: FactSet, host: Host, unit: Unit): WritableRoots {
  const known = lastRoots.get(facts);
  if (known?.host === host && known.unit === unit) return known.roots;
  const roots = findRoots(facts, host, unit);
  lastRoots.set(facts, { host, unit, roots });
  return roots;
}

/** Several directives ask for the same. */
const lastRoots = new WeakMap<
  FactSet,
  { readonly host: Host; readonly unit: Unit; readonly roots: WritableRoots }
>();

function findRoots(facts: FactSet, host: Host, unit: Unit): WritableRoots {
  const files = facts.ofKind("file").filter((fact) => writes.has(fact.access));
  const ground = new Ground(files, host);
  const requirements = [
    ...files.filter((fact) => !isCovered([fact.path], unit)).map((fact) => ground.forFile(fact)),
    ...facts
      .ofKind("rename")
      .filter((fact) => !isCovered([fact.from, fact.to], unit))
      .map((fact) => ground.forRename(fact)),
  ];
  const decidable = requirements.filter(({ path, kind }) => kind === "file" || !systemDirectories.has(path));
  const undecidable = requirements.filter(
    ({ path, kind }) => kind === "directory" && systemDirectories.has(path),
  );
  return { roots: cover(decidable), undecidable: byPath(undecidable) };
}

const writes: ReadonlySet<string> = new Set(["write", "create", "delete", "replace"]);

/** All paths lie in trees that are writable anyway; names that are renamed must lie in one and the same. */
function isCovered(paths: readonly string[], unit: Unit): boolean {
  return [...kernelTrees, ...unit.directories].some((tree) => paths.every((path) => isBelow(path, tree)));
}

/** What was there before the service started: bind mounts need something to stand on. */
class Ground {
  readonly #host: Host;
  readonly #made: ReadonlySet<string>;
  readonly #unstable: ReadonlySet<string>;

  constructor(files: readonly FileFact[], host: Host) {
    this.#host = host;
    const made = files.filter((fact) => fact.access === "create" && fact.type === "directory");
    this.#made = new Set(made.map((fact) => fact.path));
    this.#unstable = new Set(files.filter((fact) => fact.access !== "write").map((fact) => fact.path));
  }

  /** In-place writes need the file alone, if its name never changes hands; all others need its directory. */
  forFile(fact: FileFact): Requirement {
    const { path } = fact;
    const status = Object.hasOwn(this.#host.files, path) ? this.#host.files[path] : undefined;
    const isSteady =
      fact.access === "write" && !this.#unstable.has(path) && !hasPlaceholder(path) && !isRotated(path);
    if (isSteady && fact.type === "directory") return { path: this.#existing(path), kind: "directory", fact };
    if (isSteady && status !== undefined && status !== null) return { path, kind: "file", fact };
    return { path: this.#existing(parent(path)), kind: "directory", fact };
  }

  /** rename(2) and link(2) do not cross mount points, not even between two bind mounts of one file system. */
  forRename(fact: RenameFact): Requirement {
    const path = this.#existing(common(parent(fact.from), parent(fact.to)));
    return { path, kind: "directory", fact };
  }

  /** The deepest directory at or above `directory` that was there before, and whose name does not vary. */
  #existing(directory: string): string {
    let path = steadyPart(directory);
    while (path !== "/" && (this.#made.has(path) || this.#isAbsent(path))) path = parent(path);
    return path;
  }

  #isAbsent(path: string): boolean {
    return Object.hasOwn(this.#host.files, path) && this.#host.files[path] === null;
  }
}

/** logrotate(8) renames logs and has them made again, once a week and not during a soak. */
function isRotated(path: string): boolean {
  return isBelow(path, "/var/log");
}

function hasPlaceholder(path: string): boolean {
  return steadyPart(path) !== path;
}

/** The deepest directory that holds both. */
function common(a: string, b: string): string {
  let path = a;
  while (!isBelow(b, path)) path = parent(path);
  return path;
}

interface Node {
  readonly children: Map<string, Node>;
  readonly facts: Fact[];
  kind: "directory" | "file" | undefined;
}

function node(): Node {
  return { children: new Map(), facts: [], kind: undefined };
}

/** Keeps the topmost directories, and files that are in none of them. */
function cover(requirements: readonly Requirement[]): WritableRoot[] {
  const top = node();
  for (const { path, kind, facts } of byPlace(requirements)) {
    let at = top;
    for (const component of path.split("/").slice(1)) {
      let child = at.children.get(component);
      if (child === undefined) at.children.set(component, (child = node()));
      at = child;
    }
    at.kind = kind;
    for (const fact of facts) at.facts.push(fact);
  }
  const roots: WritableRoot[] = [];
  collect(top, "", roots);
  return roots.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Place {
  readonly path: string;
  kind: "directory" | "file";
  readonly facts: Fact[];
}

/** Most files lie in few directories. */
function byPlace(requirements: readonly Requirement[]): Iterable<Place> {
  const places = new Map<string, Place>();
  for (const { path, kind, fact } of requirements) {
    const place = places.get(path);
    if (place === undefined) {
      places.set(path, { path, kind, facts: [fact] });
    } else {
      if (kind === "directory") place.kind = kind;
      place.facts.push(fact);
    }
  }
  return places.values();
}

function collect(at: Node, path: string, roots: WritableRoot[]): void {
  if (at.kind !== undefined) {
    const facts: Fact[] = [];
    gather(at, facts);
    // What something else lies below is no file, though it may have been one in another run or on another host.
    const kind = at.children.size > 0 ? "directory" : at.kind;
    roots.push({ path, kind, broad: kind === "directory" && sharedDirectories.has(path), facts });
    return;
  }
  for (const [name, child] of at.children) collect(child, `${path}/${name}`, roots);
}

function gather(at: Node, facts: Fact[]): void {
  for (const fact of at.facts) facts.push(fact);
  for (const child of at.children.values()) gather(child, facts);
}

function byPath(requirements: readonly Requirement[]): UndecidableRoot[] {
  const found = new Map<string, Fact[]>();
  for (const { path, fact } of requirements) {
    const facts = found.get(path);
    if (facts === undefined) found.set(path, [fact]);
    else facts.push(fact);
  }
  return [...found].map(([path, facts]) => ({ path, facts })).sort((a, b) => (a.path < b.path ? -1 : 1));
}
