/** What could be changed about who the service is, and what stands in the way. */
import type { Fact } from "../../facts/types.js";
import type { Context } from "../types.js";

/** One directive with its right-hand sides; an empty string is the reset. */
export interface Setting {
  readonly directive: string;
  readonly values: readonly string[];
}

/** A change of the unit's identity that the evidence allows. */
export interface IdentityAdvice {
  readonly settings: readonly Setting[];
  /** What it does, in one sentence. */
  readonly why: string;
  /** What the evidence cannot show: whoever adopts it answers for these. Sentences without their full stop. */
  readonly conditions: readonly string[];
  /** What a person has to do first. While there is any, it is not adopted. */
  readonly steps: readonly string[];
  readonly facts: readonly Fact[];
  /** The same situation as the service would meet it. */
  readonly apply: (context: Context) => Context;
}

/** Why a change cannot be. */
export interface Obstacle {
  /** To follow "the service", or a sentence of its own where there are no facts. */
  readonly why: string;
  readonly facts: readonly Fact[];
  /** Ordinary ownership of files would remove it: a user of its own can be given them, one that is made up cannot. */
  readonly byOwnership?: true;
}

export type Proposal =
  | { readonly advice: IdentityAdvice; readonly obstacles?: never }
  | { readonly advice?: never; readonly obstacles: readonly Obstacle[] };

/** The lines of a drop-in, for a person to copy. */
export function linesOf(settings: readonly Setting[]): string[] {
  return settings.flatMap(({ directive, values }) => values.map((value) => `${directive}=${value}`));
}

/** Sentences, one after the other; nothing when there are none. */
export function sentences(heading: string, list: readonly string[]): string {
  return list.length === 0 ? "" : ` ${heading} ${list.join("; ")}.`;
}

const shown = 3;

/** The first of many, and how many more there are. */
export function someOf(list: readonly string[], separator = ", "): string {
  const rest = list.length - shown;
  return `${list.slice(0, shown).join(separator)}${rest > 0 ? ` and ${rest} more` : ""}`;
}
