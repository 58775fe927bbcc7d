/** Where a profile comes from: its runs, their machines, and how many of them saw each fact. */
import { compareText, factId } from "../facts/set.js";
import type { Architecture, Fact } from "../facts/types.js";
import { parseRuns } from "./run-ranges.js";
import type { Profile } from "./types.js";

/** Runs on one machine. */
export interface Place {
  readonly architecture: Architecture;
  readonly kernel: string;
  /** null: it has none. */
  readonly systemd: number | null;
  readonly runs: number;
}

/** A fact that not all runs saw. */
export interface Rarity {
  readonly fact: Fact;
  /** How many runs saw it; 0: there is no evidence of it, as for what was added by hand. */
  readonly seen: number;
}

export interface Provenance {
  readonly unit: string;
  readonly facts: number;
  readonly runs: number;
  /** Runs whose evidence is incomplete. */
  readonly incomplete: number;
  /** In the order of the profile. */
  readonly hosts: readonly Place[];
  readonly architectures: readonly Architecture[];
  /** How many facts all runs saw. */
  readonly always: number;
  /** The rarest first. */
  readonly sometimes: readonly Rarity[];
}

/** Takes time linear in the size of the profile. */
export function provenanceOf(profile: Profile): Provenance {
  const { unit, facts, hosts, runs } = profile;
  const places = hosts.map(({ architecture, kernel, systemd }, index) => ({
    architecture,
    kernel,
    systemd: systemd?.version ?? null,
    runs: runs.filter(({ host }) => host === index).length,
  }));
  const sometimes = sightings(profile).filter(({ seen }) => seen < runs.length || seen === 0);
  return {
    unit: unit.name,
    facts: facts.length,
    runs: runs.length,
    incomplete: runs.filter(({ incomplete }) => incomplete.length > 0).length,
    hosts: places,
    architectures: [...new Set(hosts.map(({ architecture }) => architecture))].sort(compareText),
    always: facts.length - sometimes.length,
    // Stable: facts that are as rare stay in their order.
    sometimes: sometimes.sort((a, b) => a.seen - b.seen),
  };
}

/** How many runs saw each fact, in the order of the facts. */
function sightings({ facts, runs, evidence }: Profile): Rarity[] {
  // Most facts were seen by the same runs.
  const counts = new Map<string, number>();
  return facts.map((fact) => {
    const id = factId(fact);
    const ranges = Object.hasOwn(evidence, id) ? (evidence[id]?.runs ?? "") : "";
    const seen = counts.get(ranges) ?? parseRuns(ranges, runs.length).length;
    counts.set(ranges, seen);
    return { fact, seen };
  });
}
