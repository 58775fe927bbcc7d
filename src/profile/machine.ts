/**
 * What is stored of machines when profiles are merged. Machines are the same when all that is one value of them is: a
 * thousand runs on one store it once, with all the files, mounts and accounts that any of them asked about.
 */
import { compareText } from "../facts/set.js";
import type { FileStatus, Host } from "../host/types.js";

type Table<T> = Map<string, T>;

/** Chooses between two different values of one name; must be a total order, so that no order of merging matters. */
type Choose<T> = (a: T, b: T) => T;

/** What tells machines apart, as text; hosts are stored in its order. */
export function machineId(host: Host): string {
  const { architecture, kernel, systemd, cgroups } = host;
  const { securityModules, userNamespaces, unenforced, unprivilegedPortStart } = host;
  const version = systemd && [systemd.version, systemd.features];
  return JSON.stringify([
    architecture,
    kernel,
    version,
    cgroups,
    securityModules,
    userNamespaces ?? null,
    unenforced,
    unprivilegedPortStart,
  ]);
}

/** Joins what several runs knew of one machine. The result does not depend on their order, nor on seeing one twice. */
export class Machine {
  readonly #first: Host;
  readonly #users: Table<string> = new Map();
  readonly #groups: Table<string> = new Map();
  readonly #memberships: Table<readonly number[]> = new Map();
  readonly #files: Table<FileStatus | null> = new Map();
  readonly #mounts = new Map<string, Host["mounts"]>();

  constructor(first: Host) {
    this.#first = first;
    this.add(first);
  }

  /** @param host of the same `machineId` as the first one. */
  add({ users, groups, memberships, files, mounts }: Host): void {
    join(this.#users, users, firstText);
    join(this.#groups, groups, firstText);
    join(this.#memberships, memberships, allIds);
    join(this.#files, files, saferStatus);
    this.#mounts.set(JSON.stringify(mounts.map(({ path, fstype }) => [path, fstype])), mounts);
  }

  host(): Host {
    return {
      ...this.#first,
      users: sorted(this.#users),
      groups: sorted(this.#groups),
      memberships: sorted(this.#memberships),
      files: sorted(this.#files),
      mounts: allMounts([...this.#mounts.values()]),
    };
  }
}

function join<T>(table: Table<T>, more: Readonly<Record<string, T>>, choose: Choose<T>): void {
  for (const name in more) {
    const value = more[name] as T;
    const known = table.get(name);
    const chosen = known === undefined ? value : choose(known, value);
    if (chosen !== known) table.set(name, chosen);
  }
}

function sorted<T>(table: Table<T>): Record<string, T> {
  return Object.fromEntries([...table].sort(([a], [b]) => compareText(a, b)));
}

/** An id that changed its name: either will do, as long as it is always the same. */
function firstText(a: string, b: string): string {
  return compareText(a, b) <= 0 ? a : b;
}

/** Who is in more groups keeps the service from less: PrivateUsers= would take them away. */
export function allIds(a: readonly number[], b: readonly number[]): readonly number[] {
  const same = a.length === b.length && a.every((id, index) => id === b[index]);
  return same ? a : [...new Set([...a, ...b])].sort((x, y) => x - y);
}

/** What was mounted over each other keeps its order where all runs saw the same. */
export function allMounts(lists: readonly Host["mounts"][]): Host["mounts"] {
  const [first = [], ...others] = lists;
  if (others.length === 0) {
    return first;
  }
  const mounts = new Map(lists.flat().map((mount) => [JSON.stringify([mount.path, mount.fstype]), mount]));
  return [...mounts].sort(([a], [b]) => compareText(a, b)).map(([, mount]) => mount);
}

/**
 * Of two answers about one path the one that breaks nothing: what starts a program must be known, or it could not be
 * executed; what was missing once must not be mounted as if it were always there; what is open to fewer is not taken to
 * be open to all.
 */
export function saferStatus(a: FileStatus | null, b: FileStatus | null): FileStatus | null {
  if (isSame(a, b)) {
    return a;
  }
  const order = rank(a) - rank(b) || openness(a) - openness(b) || compareText(statusText(a), statusText(b));
  return order <= 0 ? a : b;
}

/** The usual case, a million times where a thousand profiles are merged. */
function isSame(a: FileStatus | null, b: FileStatus | null): boolean {
  return (
    a === b ||
    (a !== null &&
      b !== null &&
      a.type === b.type &&
      a.mode === b.mode &&
      a.uid === b.uid &&
      a.gid === b.gid &&
      a.target === b.target &&
      a.capabilities === b.capabilities &&
      a.interpreter === b.interpreter)
  );
}

function rank(status: FileStatus | null): number {
  if (status === null) return 1;
  return status.interpreter === undefined ? 2 : 0;
}

/** Permissions of others above those of the group. */
function openness(status: FileStatus | null): number {
  const mode = status?.mode ?? 0;
  return (mode & 0o7) * 8 + ((mode & 0o70) >> 3);
}

function statusText(status: FileStatus | null): string {
  return JSON.stringify(status, status === null ? [] : Object.keys(status).sort());
}
