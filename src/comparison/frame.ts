/** One situation for both profiles, so that their settings differ by facts alone. */
import type { Context } from "../directives/types.js";
import { ancestors, parent } from "../facts/paths.js";
import { FactSet } from "../facts/set.js";
import type { Architecture, Fact } from "../facts/types.js";
import { boundsOf, type UnitBounds } from "../baselines/bounds.js";
import { withoutSandbox } from "../baselines/frame.js";
import { isOfUnit } from "../profile/tracers.js";
import type { FileStatus, Host } from "../host/types.js";
import { hostOf } from "../profile/hosts.js";
import { contextOf, type SynthesisOptions } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { type Classify, classifier } from "./sameness/classes.js";
import { respell, Spelling } from "./sameness/spelling.js";

/** A fact of the candidate that the baseline does not have by any name. */
export interface Novelty {
  readonly fact: Fact;
  /** In the words of the baseline: what settings are decided from. */
  readonly as: Fact;
}

/** A fact of the candidate that the baseline has by another name. */
export interface Renamed {
  readonly fact: Fact;
  /** Of the baseline, at least one. */
  readonly same: readonly Fact[];
}

export interface Frame {
  /** Unit (without a sandbox of its own), posture and target of the baseline; its facts. */
  readonly context: Context;
  /** Of the candidate, in the words of the baseline. */
  readonly candidate: FactSet;
  readonly novelties: readonly Novelty[];
  readonly renamed: readonly Renamed[];
  /** Facts of the baseline that the candidate has by no name. */
  readonly absent: readonly Fact[];
  /** All hosts that either profile was learned on, those of the baseline first. */
  readonly hosts: readonly Host[];
  /** Of a baseline that is the sandbox of a unit: nothing but settings bounds it, and its facts only stand for their kind. */
  readonly bounds?: UnitBounds;
}

/** @throws ProfileError (bad input) when the target is neither given nor known, or not for the manager. */
export function frameOf(baseline: Profile, candidate: Profile, options: SynthesisOptions): Frame {
  const natives = { baseline: nativesOf(baseline), candidate: nativesOf(candidate) };
  const classOf = { baseline: classifier(natives.baseline), candidate: classifier(natives.candidate) };
  const known = groupBy(baseline.facts, classOf.baseline);
  const ofUnit = isOfUnit(baseline);
  const found = new Set<string>();
  const unknown: Fact[] = [];
  const renamed: Renamed[] = [];
  const facts = FactSet.of(baseline.facts);
  for (const fact of candidate.facts) {
    const name = classOf.candidate(fact);
    const same = known.get(name);
    // A filter may well let through one of two calls that do the same.
    if (same === undefined || (ofUnit && fact.kind === "syscall" && !facts.has(fact))) {
      unknown.push(fact);
    } else {
      found.add(name);
      if (!facts.has(fact)) renamed.push({ fact, same });
    }
  }
  const first = hostOf(baseline, options.target);
  const spelling = new Spelling(unknown.some(hasPath) ? baseline.facts.flatMap(pathsOf) : []);
  const novelties: Novelty[] = [];
  for (const fact of unknown) {
    const as = respell(fact, spelling, natives.candidate, first.architecture);
    if (facts.has(as)) renamed.push({ fact, same: [as] });
    else novelties.push({ fact, as });
  }
  const hosts = [...baseline.hosts, ...candidate.hosts];
  const host = joinHosts(first, hosts, novelties);
  const shared = [...known].filter(([name]) => found.has(name)).flatMap(([, same]) => same);
  // The baseline's own sandbox would hide what is new: a drop-in never weakens what the unit ships, so no line would change.
  const context = contextOf(
    { ...baseline, unit: withoutSandbox(baseline.unit), hosts: [host] },
    ofUnit ? { ...options, breadth: "exact" } : options,
  );
  return {
    context,
    candidate: FactSet.of([
      ...shared,
      ...renamed.flatMap(({ same }) => same),
      ...novelties.map(({ as }) => as),
    ]),
    novelties,
    renamed,
    absent: [...known].filter(([name]) => !found.has(name)).flatMap(([, absent]) => absent),
    hosts,
    ...(ofUnit ? { bounds: boundsOf(baseline.unit, context) } : {}),
  };
}

function nativesOf({ hosts }: Profile): ReadonlySet<Architecture> {
  return new Set(hosts.map(({ architecture }) => architecture));
}

function groupBy(facts: readonly Fact[], classOf: Classify): ReadonlyMap<string, readonly Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const name = classOf(fact);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [fact]);
    else group.push(fact);
  }
  return groups;
}

function hasPath(fact: Fact): boolean {
  return fact.kind === "file" || fact.kind === "elevation";
}

function pathsOf(fact: Fact): string[] {
  return fact.kind === "file" || fact.kind === "elevation" ? [fact.path] : [];
}

/** What `first` knows holds; of what it was not asked the others tell. */
function joinHosts(first: Host, hosts: readonly Host[], novelties: readonly Novelty[]): Host {
  const others = hosts.filter((host) => host !== first).reverse();
  const joined = <T>(of: (host: Host) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign({}, ...others.map(of), of(first)) as Record<string, T>;
  const files = joined(({ files: known }) => known);
  for (const { fact, as } of novelties) {
    if (fact !== as && hasPath(fact)) copyStatus(files, pathsOf(fact)[0] ?? "/", pathsOf(as)[0] ?? "/");
  }
  return {
    ...first,
    systemd: first.systemd ?? others.find(({ systemd }) => systemd !== null)?.systemd ?? null,
    files,
    users: joined(({ users }) => users),
    groups: joined(({ groups }) => groups),
    memberships: joined(({ memberships }) => memberships),
  };
}

/** What is known of a path is known of it by its other name, and so of the directories that are the same under both. */
function copyStatus(files: Record<string, FileStatus | null>, path: string, name: string): void {
  const depth = ancestors(path).length;
  for (let [from, to, left] = [path, name, depth]; left > 0 && from !== to; left--) {
    const status = files[from];
    if (status !== undefined && !Object.hasOwn(files, to)) files[to] = status;
    [from, to] = [parent(from), parent(to)];
  }
}
