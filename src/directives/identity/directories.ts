/** Which of the directories that must stay writable systemd could make and keep for the service (systemd.exec(5)). */
import { isBelow, parent } from "../../facts/paths.js";
import type { Fact, FileFact } from "../../facts/types.js";
import { type WritableRoot, writableRoots } from "../../facts/widening.js";
import { describeFacts } from "../describe.js";
import { isBelowAny, isWrite } from "../evidence.js";
import type { Context } from "../types.js";
import { shippedPaths, shippedValue } from "../vendor.js";
import { nameOf, ownerOf } from "./ids.js";
import type { Setting } from "./types.js";

/** Where systemd makes the directories of a service (systemd.exec(5), table 2). */
export const bases = {
  StateDirectory: "/var/lib",
  CacheDirectory: "/var/cache",
  LogsDirectory: "/var/log",
  RuntimeDirectory: "/run",
  ConfigurationDirectory: "/etc",
} as const;

export type DirectorySetting = keyof typeof bases;

export const directorySettings = Object.keys(bases) as readonly DirectorySetting[];

/** A directory that one of the settings could make. */
export interface ManagedDirectory {
  readonly setting: DirectorySetting;
  /** Below the base: `redis`, `app/cache`. */
  readonly name: string;
  readonly path: string;
  /** Permission bits that it had. */
  readonly mode: number;
  /** What the service left in it is read when it starts again. */
  readonly outlives: boolean;
  readonly facts: readonly Fact[];
}

/** A directory that none of them could make as it stands. */
export interface UnmanagedDirectory {
  /** Where it would belong; none: outside all bases. */
  readonly setting: DirectorySetting | undefined;
  readonly path: string;
  readonly why: string;
  /** Files in a directory that is shared with others: they would have to move to one of their own. */
  readonly loose: boolean;
  readonly facts: readonly Fact[];
}

export interface DirectoryPlan {
  readonly managed: readonly ManagedDirectory[];
  readonly unmanaged: readonly UnmanagedDirectory[];
}

/** Names that mean the same quoted and unquoted, with and without `:` for symbolic links. */
const simpleName = /^[A-Za-z0-9_@.+-]+(?:\/[A-Za-z0-9_@.+-]+)*$/;
const defaultMode = 0o755;
/** More than a person would read in one line. */
const mostDirectories = 32;

/**
 * Sorts what must stay writable. With `dynamic` the directories would be given to a user that systemd makes up, whoever
 * has them now; else they must have the owner that the unit gives them, because systemd changes that of everything in
 * a directory whose own owner or group differs (path_chown_recursive() in src/core/exec-invoke.c).
 */
export function planDirectories(context: Context, dynamic: boolean): DirectoryPlan {
  const { roots, undecidable } = writableRoots(context.facts, context.host, context.unit);
  const candidates = roots.flatMap((root) => candidatesOf(root));
  const isTooMany = candidates.length > mostDirectories;
  const found = candidates.map((one) =>
    isTooMany ? no(one, `it writes in ${candidates.length} places`) : judge(context, one, dynamic),
  );
  const sorted = uniform(context, found);
  return {
    managed: sorted.filter(isManaged),
    unmanaged: [
      ...sorted.flatMap((one) => (isManaged(one) ? [] : [one])),
      ...undecidable.map(({ path, facts }) => ({
        setting: undefined,
        path,
        facts,
        loose: false,
        why: `${path} as a whole would have to be writable`,
      })),
    ],
  };
}

function isManaged(one: ManagedDirectory | UnmanagedDirectory): one is ManagedDirectory {
  return "name" in one;
}

/** The root itself, or for a base the directories in it that were used. */
function candidatesOf(root: WritableRoot): WritableRoot[] {
  if (settingOf(root.path)?.path !== root.path) {
    return [root];
  }
  const byName = new Map<string, Fact[]>();
  for (const fact of root.facts) {
    const name = namedBelow(root.path, fact);
    byName.set(name, [...(byName.get(name) ?? []), fact]);
  }
  return [...byName].map(([path, facts]) => ({ path, kind: "directory", broad: path === root.path, facts }));
}

/** The directory right below `base` that the fact is about; `base` where that is no directory, or where there are two. */
function namedBelow(base: string, fact: Fact): string {
  const paths = fact.kind === "rename" ? [fact.from, fact.to] : fact.kind === "file" ? [fact.path] : [];
  const names = paths.map((path) => {
    const component = path.slice(base.length + 1).split("/")[0] ?? "";
    const named = `${base}/${component}`;
    const isDirectory = path !== named || (fact.kind === "file" && fact.type === "directory");
    return isDirectory ? named : base;
  });
  const [first = base] = names;
  return names.every((name) => name === first) ? first : base;
}

function settingOf(path: string): { setting: DirectorySetting; path: string } | undefined {
  return directorySettings
    .map((setting) => ({ setting, path: bases[setting] }))
    .find((base) => isBelow(path, base.path));
}

function no(
  { path, facts }: Pick<WritableRoot, "path" | "facts">,
  why: string,
  loose = false,
): UnmanagedDirectory {
  return { setting: settingOf(path)?.setting, path, why, loose, facts };
}

function judge(
  context: Context,
  root: WritableRoot,
  dynamic: boolean,
): ManagedDirectory | UnmanagedDirectory {
  const { path, facts } = root;
  const base = settingOf(path);
  if (base === undefined) return no(root, `${path} is in none of ${Object.values(bases).join(", ")}`);
  if (root.broad) return no(root, `it writes in ${path} itself, which others share`, path === base.path);
  if (root.kind === "file") return no(root, `${path} is a file in a directory of others`, true);
  const { setting } = base;
  const name = path.slice(base.path.length + 1);
  if (!simpleName.test(name) || name.split("/").includes("..") || name.split("/")[0] === "private") {
    return no(root, `${path} has a name that the setting cannot take`);
  }
  if (isDenied(context, path)) return no(root, `the unit as shipped keeps ${path} read-only`);
  const status = context.host.files[path];
  if (status === undefined || status === null) return no(root, `owner and mode of ${path} are not known`);
  if (status.type !== "directory") return no(root, `${path} is no directory`);
  const removed = facts.filter(
    (fact) => fact.kind === "file" && fact.access === "delete" && fact.path === path,
  );
  if (removed.length > 0) return no(root, `it removes ${path}, which systemd would keep`);
  const foreign = foreignOf(context, setting, path);
  if (foreign.length > 0)
    return no(root, `it ${describeFacts(foreign)}, which was not its own and would be removed`);
  const obstacle = dynamic ? privacy(context, setting, path) : ownership(context, setting, path);
  if (obstacle !== undefined) return no(root, obstacle);
  const outlives = setting === "RuntimeDirectory" && leftovers(context, path).length > 0;
  return { setting, name, path, mode: status.mode, outlives, facts };
}

/** A drop-in does not open what the vendor closed. */
function isDenied({ unit }: Context, path: string): boolean {
  const protection = shippedValue(unit, "ProtectSystem");
  const isReadOnly = protection === "strict" || (protection === "full" && isBelow(path, "/etc"));
  return isReadOnly && !isBelowAny(path, [...shippedPaths(unit, "ReadWritePaths"), ...unit.directories]);
}

/** What systemd would do to a directory that is not the unit's already. */
function ownership(context: Context, setting: DirectorySetting, path: string): string | undefined {
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
function privacy(context: Context, setting: DirectorySetting, path: string): string | undefined {
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
    .filter(({ access }) => access === "read")
    .map((fact) => ({
      fact,
      own: made.has(fact.path) || [...made].some((one) => parent(one) === fact.path),
    }));
}

/** Names of what says only that a service ran: of no use to the next start. */
const traceOfARun = /\.(?:pid|lock|lck|sock|socket)$/;

/** Plain files of an earlier start that were looked at and not removed. */
function leftovers(context: Context, path: string): readonly Fact[] {
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
function foreignOf(context: Context, setting: DirectorySetting, path: string): readonly Fact[] {
  if (setting !== "RuntimeDirectory") return [];
  return readBelow(context, path)
    .filter(({ own }) => !own)
    .map(({ fact }) => fact);
}

/** All directories of one setting have one mode, those that the unit ships included. */
function uniform(
  context: Context,
  found: readonly (ManagedDirectory | UnmanagedDirectory)[],
): readonly (ManagedDirectory | UnmanagedDirectory)[] {
  return found.map((one) => {
    if (!isManaged(one)) return one;
    const shipped = (context.unit.properties[one.setting] ?? "") !== "";
    const rival = found.find(
      (other) => isManaged(other) && other.setting === one.setting && other.mode !== one.mode,
    );
    const isAlike = rival === undefined && (!shipped || shippedMode(context, one.setting) === one.mode);
    if (isAlike) return one;
    return no(
      one,
      `${one.path} has mode ${one.mode.toString(8)}, and all directories of ${one.setting}= get the same`,
    );
  });
}

function shippedMode({ unit }: Context, setting: DirectorySetting): number {
  return Number.parseInt(unit.properties[`${setting}Mode`] ?? "", 8) || defaultMode;
}

/**
 * The lines for these directories. They add to what the unit ships: resetting would take its own directories away.
 * The mode is said where it differs from what systemd would give, because systemd changes it at every start.
 */
export function directoryLines(context: Context, directories: readonly ManagedDirectory[]): Setting[] {
  return directorySettings.flatMap((setting) => {
    const members = directories.filter((one) => one.setting === setting);
    const [first] = members;
    if (first === undefined) return [];
    const lines: Setting[] = [{ directive: setting, values: [members.map(({ name }) => name).join(" ")] }];
    if (first.mode !== shippedMode(context, setting)) {
      lines.push({ directive: `${setting}Mode`, values: [first.mode.toString(8).padStart(4, "0")] });
    }
    if (members.some(({ outlives }) => outlives)) {
      lines.push({ directive: "RuntimeDirectoryPreserve", values: ["yes"] });
    }
    return lines;
  });
}

/** Where these directories can be reached in the service, with DynamicUser= under two names. */
export function pathsOf(directories: readonly ManagedDirectory[], dynamic: boolean): string[] {
  return directories.flatMap(({ setting, name, path, outlives }) =>
    dynamic && (setting !== "RuntimeDirectory" || outlives)
      ? [path, `${bases[setting]}/private/${name}`]
      : [path],
  );
}

/** Whether a path lies in one of the bases. */
export function isInBase(path: string): boolean {
  return settingOf(path) !== undefined;
}
