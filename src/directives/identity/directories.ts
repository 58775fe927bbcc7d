/** Which of the directories that must stay writable systemd could make and keep for the service (systemd.exec(5)). */
import type { Fact } from "../../facts/types.js";
import { type WritableRoot, writableRoots } from "../../facts/widening.js";
import { describeFacts } from "../describe.js";
import { remembered } from "../remembered.js";
import type { Context } from "../types.js";
import { bases, type DirectorySetting, directorySettings, settingOf } from "./bases.js";
import { foreignOf, isDenied, isNamedAfter, leftovers, ownership, privacy } from "./directory-rules.js";
import type { Setting } from "./types.js";

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
  return dynamic ? planDynamic(context) : planOwned(context);
}

const planDynamic = remembered((context: Context) => plan(context, true));
const planOwned = remembered((context: Context) => plan(context, false));

function plan(context: Context, dynamic: boolean): DirectoryPlan {
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
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [fact]);
    else known.push(fact);
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
  if (base === undefined) return no(root, `it writes in ${path}, where systemd makes no directories`);
  if (root.broad) return no(root, `it writes in ${path} itself, which others share`, path === base.path);
  if (root.kind === "file") return no(root, `${path} is a file in a directory of others`, true);
  const { setting } = base;
  const name = path.slice(base.path.length + 1);
  if (!simpleName.test(name) || name.split("/").includes("..") || name.split("/")[0] === "private") {
    return no(root, `${path} has a name that the setting cannot take`);
  }
  if (name.includes("/") && !isNamedAfter(context, name)) {
    return no(root, `${path} lies in a directory that, by its name, belongs to others`);
  }
  if (isDenied(context, path)) return no(root, `the unit as shipped keeps ${path} read-only`);
  const status = context.host.files[path];
  if (status === undefined || status === null) return no(root, `owner and mode of ${path} are not known`);
  if (status.type !== "directory") return no(root, `${path} is no directory`);
  const isRemoved = context.facts
    .ofKind("file")
    .some((fact) => fact.access === "delete" && fact.path === path);
  if (isRemoved) return no(root, `it removes ${path}, which systemd would keep`);
  const foreign = foreignOf(context, setting, path);
  if (foreign.length > 0)
    return no(root, `it ${describeFacts(foreign)}, which was not its own and would be removed`);
  const obstacle = dynamic ? privacy(context, setting, path) : ownership(context, setting, path);
  if (obstacle !== undefined) return no(root, obstacle);
  const outlives = setting === "RuntimeDirectory" && leftovers(context, path).length > 0;
  return { setting, name, path, mode: status.mode, outlives, facts };
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
