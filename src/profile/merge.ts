/**
 * The union of profiles of one unit: of their runs, hosts and architectures. A join semilattice (commutative,
 * associative, idempotent), so that neither the order of merging matters nor whether a profile is merged twice.
 */
import { badInput } from "../errors.js";
import { compareText, factId } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { Machine, machineId } from "./machine.js";
import { canonicalText, type KnownRun, preferredRun, runKey } from "./merge-runs.js";
import { formatRuns, parseRuns } from "./run-ranges.js";
import { templateOf } from "./template.js";
import { Trials } from "./trials.js";
import { type Profile, schemaVersion, type StoredEvidence } from "./types.js";

interface Known {
  readonly fact: Fact;
  /** The number of the last profile that had it. */
  profile: number;
  seen: Seen | undefined;
}

/** Who saw a fact, and the evidence of the first run that did. */
interface Seen {
  /** Numbers of runs, in the order in which they were added; a run that was added twice may be there twice. */
  readonly runs: number[];
  /** Its `runs` are those of the profile that it came with. */
  evidence: StoredEvidence;
  /** `runKey` of the run whose evidence it is; undefined: of none. */
  from: string | undefined;
}

/** Runs that saw a fact: their numbers, and the `runKey` of the first. */
interface Sighting {
  readonly numbers: readonly number[];
  readonly from: string | undefined;
}

/** Profiles are added one by one, so that no more than one of them has to be in memory. */
export class ProfileUnion {
  readonly #facts = new Map<string, Known>();
  readonly #machines = new Map<string, Machine>();
  /** By `runKey`, in the order in which they were added. */
  readonly #runs = new Map<string, KnownRun>();
  readonly #numbers = new Map<string, number>();
  readonly #trials = new Trials();
  #profiles = 0;
  #unit: Unit | undefined;
  #latest = "";
  #source: string | undefined;

  /**
   * @param profile valid, but it need not be in order: what is there twice is taken once, evidence for facts that are
   *   not there is left out, and so are verdicts on them.
   * @param source how to call it in errors.
   * @throws ProfileError (bad input) when it is of another unit than those before.
   */
  add(profile: Profile, source?: string): void {
    this.#addUnit(profile, source);
    const machines = profile.hosts.map((host) => this.#addHost(host));
    const runs = profile.runs.map((run) => this.#addRun({ run, machine: machines[run.host] ?? "" }));
    this.#addFacts(profile, runs);
  }

  /** @returns the profile in canonical order: the same set of profiles gives the same bytes. */
  finish(): Profile {
    if (this.#unit === undefined) {
      throw new TypeError("a union of no profiles has no unit");
    }
    const machines = [...this.#machines.keys()].sort(compareText);
    const places = new Map(machines.map((id, index) => [id, index]));
    const keys = [...this.#runs.keys()].sort(compareText);
    const ids = [...this.#facts.keys()].sort(compareText);
    const order = this.#newNumbers(keys);
    return {
      schema: schemaVersion,
      unit: this.#unit,
      facts: ids.flatMap((id) => this.#facts.get(id)?.fact ?? []),
      hosts: machines.flatMap((id) => this.#machines.get(id)?.host() ?? []),
      runs: keys.flatMap((key) => {
        const known = this.#runs.get(key);
        return known === undefined ? [] : [{ ...known.run, host: places.get(known.machine) ?? 0 }];
      }),
      evidence: Object.fromEntries(
        ids.flatMap((id) => {
          const seen = this.#facts.get(id)?.seen;
          return seen === undefined ? [] : [[id, stored(seen, order)] as const];
        }),
      ),
      ...this.#trials.finish(),
    };
  }

  /** That of the latest run, which knows best what the unit is like today. */
  #addUnit({ unit, runs }: Profile, source: string | undefined): void {
    if (this.#unit !== undefined && this.#unit.name !== unit.name) {
      throw otherUnit([this.#unit.name, this.#source], [unit.name, source]);
    }
    this.#source ??= source;
    const latest = runs.map(runKey).reduce((a, b) => (a > b ? a : b), "");
    const isLater =
      this.#unit === undefined ||
      latest > this.#latest ||
      (latest === this.#latest && canonicalText(unit) > canonicalText(this.#unit));
    if (isLater) {
      this.#unit = unit;
      this.#latest = latest;
    }
  }

  #addHost(host: Profile["hosts"][number]): string {
    const id = machineId(host);
    const machine = this.#machines.get(id);
    if (machine === undefined) {
      this.#machines.set(id, new Machine(host));
    } else {
      machine.add(host);
    }
    return id;
  }

  #addRun(added: KnownRun): string {
    const key = runKey(added.run);
    const known = this.#runs.get(key);
    this.#runs.set(key, known === undefined ? added : preferredRun(known, added));
    if (known === undefined) {
      this.#numbers.set(key, this.#numbers.size);
    }
    return key;
  }

  #addFacts(given: Profile, runs: readonly string[]): void {
    const { facts, evidence } = given;
    const profile = ++this.#profiles;
    const ids: string[] = [];
    for (const fact of facts) {
      const id = factId(fact);
      ids.push(id);
      const known = this.#facts.get(id);
      if (known === undefined) this.#facts.set(id, { fact, profile, seen: undefined });
      else known.profile = profile;
    }
    this.#trials.add(given, ids);
    // All facts of a single run name the same runs.
    const sightings = new Map<string, Sighting>();
    for (const [id, one] of Object.entries(evidence)) {
      const known = this.#facts.get(id);
      if (known?.profile !== profile) continue;
      const sighting = sightings.get(one.runs) ?? this.#sightingOf(one.runs, runs);
      sightings.set(one.runs, sighting);
      addEvidence(known, one, sighting);
    }
  }

  #sightingOf(ranges: string, runs: readonly string[]): Sighting {
    const keys = parseRuns(ranges, runs.length).flatMap((index) => runs[index] ?? []);
    return {
      numbers: keys.flatMap((key) => this.#numbers.get(key) ?? []),
      from: keys.reduce<string | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined),
    };
  }

  /** From the number of a run to its index in the sorted list. */
  #newNumbers(keys: readonly string[]): readonly number[] {
    const order = new Array<number>(keys.length).fill(0);
    for (const [index, key] of keys.entries()) {
      order[this.#numbers.get(key) ?? 0] = index;
    }
    return order;
  }
}

/**
 * The union of profiles that are in memory.
 *
 * @throws ProfileError (bad input) when they are of different units.
 */
export function mergeProfiles(profiles: Iterable<Profile>): Profile {
  const union = new ProfileUnion();
  for (const profile of profiles) {
    union.add(profile);
  }
  return union.finish();
}

function addEvidence(known: Known, evidence: StoredEvidence, { numbers, from }: Sighting): void {
  const { seen } = known;
  if (seen === undefined) {
    known.seen = { runs: [...numbers], evidence, from };
    return;
  }
  for (const number of numbers) seen.runs.push(number);
  if (isEarlier({ evidence, from }, seen)) {
    seen.evidence = evidence;
    seen.from = from;
  }
}

/** Evidence of no run gives way to any other; the same run can only have two opinions where one was edited. */
function isEarlier(a: Omit<Seen, "runs">, b: Omit<Seen, "runs">): boolean {
  if (a.from !== b.from) {
    return b.from === undefined || (a.from !== undefined && a.from < b.from);
  }
  return testimony(a.evidence) < testimony(b.evidence);
}

function testimony({ runs: _, ...evidence }: StoredEvidence): string {
  return canonicalText(evidence);
}

function stored({ runs, evidence }: Seen, order: readonly number[]): StoredEvidence {
  const indices = new Set(runs.map((number) => order[number] ?? 0));
  return { ...evidence, runs: formatRuns([...indices].sort((a, b) => a - b)) };
}

type Named = readonly [unit: string, source: string | undefined];

function otherUnit(one: Named, other: Named): Error {
  const [first, second] = [one, other].map(([unit, source]) =>
    source === undefined ? unit : `${unit} (${source})`,
  );
  const template = templateOf(one[0]);
  const hint =
    template !== undefined && template === templateOf(other[0])
      ? `: --as ${template} merges instances of one template`
      : ", only those of one unit";
  return badInput(`profiles of ${first ?? ""} and ${second ?? ""} cannot be merged${hint}`);
}
