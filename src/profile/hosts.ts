/** The one machine that settings are decided for, when a profile was learned on several. */
import { compareText } from "../facts/set.js";
import type { Host, JoinedHost } from "../host/types.js";
import { joinAccounts } from "./host-accounts.js";
import { allMounts, machineId, saferStatus } from "./machine.js";
import type { Profile } from "./types.js";

/**
 * The machine that settings are decided for: what holds on all machines of the profile, so that the drop-in works on each
 * of them. It does not depend on their order.
 *
 * @param target major version of the systemd that will read the settings, if it is not the oldest of the profile.
 */
export function hostOf({ hosts }: Pick<Profile, "hosts">, target?: number): JoinedHost {
  const [first, ...others] = hosts;
  if (first === undefined) {
    throw new TypeError("a profile has a host");
  }
  return others.length === 0 ? first : joinHosts(inOrder(hosts), target);
}

/** As a stored profile has them, each machine once. */
function inOrder(hosts: readonly Host[]): readonly Host[] {
  const byId = new Map(hosts.map((host) => [machineId(host), host]));
  return [...byId].sort(([a], [b]) => compareText(a, b)).map(([, host]) => host);
}

function joinHosts(hosts: readonly Host[], target: number | undefined): JoinedHost {
  const { users, groups, memberships, files } = joinAccounts(hosts);
  const natives = unique(hosts.map((host) => host.architecture));
  const answers = hosts.flatMap(({ userNamespaces }) => userNamespaces ?? []);
  return {
    // What is native on either is native; see `natives`.
    architecture: natives.reduce((a, b) => (a < b ? a : b)),
    natives,
    // What a later kernel does by itself, an earlier one does not.
    kernel: hosts.map((host) => host.kernel).reduce((a, b) => (compareVersions(a, b) <= 0 ? a : b)),
    systemd: joinSystemd(hosts, target),
    ...(target === undefined ? newestSystemd(hosts) : {}),
    users,
    groups,
    memberships,
    // Something is mounted there on one of them.
    mounts: allMounts(hosts.map((host) => host.mounts)),
    ...joinFiles(files),
    cgroups: hosts.map((host) => host.cgroups).reduce((a, b) => (weakness[a] >= weakness[b] ? a : b)),
    securityModules: commonWords(hosts.map((host) => host.securityModules)),
    // One that forbids them is enough.
    ...(answers.length === 0 ? {} : { userNamespaces: answers.every((allowed) => allowed) }),
    unenforced: unique(hosts.flatMap((host) => host.unenforced)),
    // The capability for a port is needed on one of them.
    unprivilegedPortStart: Math.max(...hosts.map((host) => host.unprivilegedPortStart)),
  };
}

/** Hierarchies by what they lack. */
const weakness: Readonly<Record<Host["cgroups"], number>> = { unified: 0, hybrid: 1, legacy: 2, none: 3 };

/**
 * Settings are written for the oldest, which the others understand as well, with the build features that all of that
 * version have. Machines without systemd do not say anything about it.
 */
function joinSystemd(hosts: readonly Host[], target: number | undefined): Host["systemd"] {
  const known = hosts.flatMap(({ systemd }) => systemd ?? []);
  if (known.length === 0) {
    return null;
  }
  const versions = known.map(({ version }) => version);
  const version = target !== undefined && versions.includes(target) ? target : Math.min(...versions);
  const builds = known.filter((one) => one.version === version).map(({ features }) => features);
  const lacking = builds.flat().filter((feature) => feature.startsWith("-"));
  const common = builds.reduce((a, b) => a.filter((feature) => b.includes(feature)));
  return { version, features: unique([...common, ...lacking]) };
}

function newestSystemd(hosts: readonly Host[]): Pick<JoinedHost, "newestSystemd"> {
  const versions = hosts.flatMap(({ systemd }) => systemd?.version ?? []);
  return versions.length === 0 ? {} : { newestSystemd: Math.max(...versions) };
}

/** null where one of them does not say. */
function commonWords(lists: readonly (readonly string[] | null)[]): readonly string[] | null {
  return lists.reduce((a, b) => a && b && a.filter((word) => b.includes(word)));
}

/**
 * What a path is on one machine is what it is, unless another one knows it differently. A machine that has no such path, or
 * was never asked, may not have it: it is mounted only where it is there.
 */
function joinFiles(
  files: readonly Host["files"][],
): Pick<JoinedHost, "files" | "notEverywhere" | "otherInterpreters"> {
  const joined = new Map<string, Host["files"][string]>();
  const present = new Map<string, number>();
  const interpreters = new Map<string, Set<string>>();
  for (const [path, status] of files.flatMap((one) => Object.entries(one))) {
    const known = joined.get(path) ?? null;
    joined.set(path, known === null || status === null ? (known ?? status) : saferStatus(known, status));
    if (status !== null) present.set(path, (present.get(path) ?? 0) + 1);
    if (status?.interpreter !== undefined)
      interpreters.set(path, (interpreters.get(path) ?? new Set()).add(status.interpreter));
  }
  const paths = [...joined.keys()].sort(compareText);
  return {
    files: Object.fromEntries(paths.map((path) => [path, joined.get(path) ?? null])),
    notEverywhere: new Set(paths.filter((path) => present.get(path) !== files.length)),
    otherInterpreters: new Map(
      [...interpreters].map(([path, all]) => {
        all.delete(joined.get(path)?.interpreter ?? "");
        return [path, [...all].sort(compareText)];
      }),
    ),
  };
}

/** `6.1.0-18-amd64` before `6.12.0`: by the numbers in them, then by their text. */
function compareVersions(a: string, b: string): number {
  const [these, those] = [a, b].map((text) => text.split(/\D+/).map(Number)) as [number[], number[]];
  const at = these.findIndex((number, index) => number !== those[index]);
  return at === -1 ? compareText(a, b) : (these[at] ?? 0) - (those[at] ?? 0) || compareText(a, b);
}

function unique<T extends string>(texts: readonly T[]): readonly T[] {
  return [...new Set(texts)].sort(compareText);
}
