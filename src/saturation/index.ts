/** From in which parts of a soak each fact was seen to how likely more of it is to show something new. Pure. */
import type { Built } from "../facts/index.js";
import { countUnits, type SampledSoak, type Units } from "../facts/sampling.js";
import { classOf } from "./classes.js";
import {
  chanceOfAny,
  expectedNew,
  fewestUnits,
  mostNewPerUnit,
  sampleCoverage,
  unseenSpecies,
} from "./estimators.js";
import { type Estimate, type FactClass, factClasses, type Saturation } from "./types.js";

/** Of fewer units, one more or less would decide. */
const fewUnits = 16;

const secondsPerHour = 3600;

/** A shorter soak says nothing of an hour: nobody extrapolates to more than sixty times of what was seen. */
const fewSeconds = 60;

/** What a soak that is sampled by time could go on for; see `Saturation.next`. */
const secondsPerMinute = 60;

/** A fact of the soak. */
interface Species {
  readonly class: FactClass;
  /** Seconds from the beginning of the soak until it was new; undefined where it was not, or times are not known. */
  readonly since: number | undefined;
  /** Undefined where something else than the soak showed it as well: it would have been learned anyway. */
  readonly units: Units | undefined;
}

/** What the units of a soak showed: facts, and behaviours, which are facts that were always seen together. */
interface Counts {
  /** Facts that nothing but the soak showed; the others say nothing of what it may have missed. */
  readonly facts: number;
  /** The sum over all behaviours of the units in which they were seen. */
  readonly incidences: number;
  /** Behaviours that were seen in one unit, and in two. */
  readonly q1: number;
  readonly q2: number;
}

/** Undefined where there was no soak. */
export function saturationOf({
  facts,
  evidence,
  sample,
}: Pick<Built, "facts" | "evidence" | "sample">): Saturation | undefined {
  const { soak, units, signals } = sample;
  if (soak === undefined) return undefined;
  const { began } = soak;
  const species = [...facts.entries()].flatMap(([id, fact]): Species[] => {
    const seen = evidence[id];
    const isNew = began !== undefined && seen?.phase === "soak";
    const since = isNew ? Math.max(0, seen.first - began) : undefined;
    return [{ class: classOf(fact), since, units: units.get(id) }];
  });
  const classes = factClasses.map((name): [FactClass, Estimate] => {
    const members = species.filter((one) => one.class === name);
    return [name, estimate(members, soak)];
  });
  const { q1, q2 } = count(species);
  const rate = soak.units < 2 ? undefined : mostNewPerUnit(soak.units, q1, q2);
  return {
    by: soak.by,
    units: soak.units,
    repetitions: soak.repetitions,
    seconds: rounded(soak.seconds),
    every: rate === undefined || soak.seconds === 0 ? null : rounded(soak.seconds / soak.units / rate),
    next: rate === undefined ? null : rounded(Math.min(1, rate * nextUnits(soak))),
    signals,
    whole: estimate(species, soak),
    classes: Object.fromEntries(classes) as Record<FactClass, Estimate>,
  };
}

/** How often a soak has to be repeated before `Saturation.next` can be so small. */
export function fewestRepetitions(next: number): number {
  return fewestUnits(next);
}

/** How many units one more repetition is, or one more minute. */
function nextUnits({ by, units, repetitions, seconds }: SampledSoak): number {
  return by === "repetition" ? units / repetitions : (units * secondsPerMinute) / seconds;
}

function estimate(species: readonly Species[], { units, seconds }: SampledSoak): Estimate {
  const times = species.flatMap(({ since }) => since ?? []);
  const { facts, incidences, q1, q2 } = count(species);
  const seen = { seen: facts, last: times.length === 0 ? null : rounded(Math.max(...times)) };
  if (units < fewUnits) return { ...seen, unseen: null, coverage: null, chance: null, most: null };
  const unseen = unseenSpecies(units, q1, q2);
  const tells = seconds >= fewSeconds;
  const hour = (units * secondsPerHour) / seconds;
  return {
    ...seen,
    unseen: rounded(unseen),
    coverage: rounded(sampleCoverage(units, incidences, q1, q2)),
    chance: tells ? rounded(chanceOfAny(expectedNew(units, q1, unseen, hour))) : null,
    most: tells ? rounded(Math.min(1, mostNewPerUnit(units, q1, q2) * hour)) : null,
  };
}

/**
 * Ten facts of one rare request are there together or not at all: for whether anything new comes they are one thing that
 * may happen, so what is seen in the very same units is counted once.
 */
function count(species: readonly Species[]): Counts {
  const behaviours = new Map<string, number>();
  let facts = 0;
  for (const { units } of species) {
    if (units === undefined) continue;
    facts++;
    behaviours.set(`${units.low} ${units.high}`, countUnits(units));
  }
  const often = [...behaviours.values()];
  return {
    facts,
    incidences: often.reduce((sum, one) => sum + one, 0),
    q1: often.filter((one) => one === 1).length,
    q2: often.filter((one) => one === 2).length,
  };
}

/** To three significant digits: the same values give the same bytes, and there are no more to be had. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
