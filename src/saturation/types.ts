/** What is estimated of a soak: how much more of it would still show. Stored in the profile, see `Run`. */
import type { SampledBy } from "../facts/sampling.js";

export const factClasses = [
  "system-calls",
  "reads",
  "writes",
  "network",
  "capabilities",
  "programs",
  "others",
] as const;

export type FactClass = (typeof factClasses)[number];

/** Numbers have three significant digits; null: the soak was too short to tell, or its trace has no times. */
export interface Estimate {
  /** Facts that nothing but the soak showed. */
  readonly seen: number;
  /** Seconds from the beginning of the soak until the last new fact; null also where there was none. */
  readonly last: number | null;
  /** So many behaviours were not seen, at least: facts that come together are one. */
  readonly unseen: number | null;
  /** The part of all that happens in such soaks that was seen at least once, from 0 to 1. */
  readonly coverage: number | null;
  /** The probability that another hour of the soak shows at least one new fact. */
  readonly chance: number | null;
  /** With a confidence of 95 %, it is not greater than this. */
  readonly most: number | null;
}

export interface Saturation {
  /** What the soak was divided into: intervals of time, or repetitions of its command. */
  readonly by: SampledBy;
  /** How many sampling units there were in the end. */
  readonly units: number;
  /** How often the soak was repeated; 0 where units are of time. */
  readonly repetitions: number;
  readonly seconds: number;
  /** Seconds. What happens less often than that may have been missed: all else was seen, with a confidence of 95 %. */
  readonly every: number | null;
  /** The probability that one more repetition, or one more minute, shows anything new is not greater (95 %). */
  readonly next: number | null;
  /** Signals that the service has handlers for and did not get. */
  readonly signals: readonly string[];
  readonly whole: Estimate;
  readonly classes: Readonly<Record<FactClass, Estimate>>;
}
