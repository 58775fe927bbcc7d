/** Where a profile comes from: its runs, their machines, and how many of them saw each fact. */
import { compareText, factId } from "../facts/set.js";
import type { Architecture, Fact } from "../facts/types.js";
import { sharesIn } from "./sightings.js";
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
  /** Of how many that could have: runs that were confined count only where they saw it. */
  readonly of: number;
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
  const sometimes = sightings(profile).filter(({ seen, of }) => seen < of || seen === 0);
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
function sightings(profile: Profile): Rarity[] {
  const { facts, evidence } = profile;
  const shareOf = sharesIn(profile);
  return facts.map((fact) => {
    const id = factId(fact);
    const { seen, runs } = shareOf(Object.hasOwn(evidence, id) ? (evidence[id]?.runs ?? "") : "");
    return { fact, seen, of: runs };
  });
}
