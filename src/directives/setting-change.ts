/** How one setting differs from another: between two ways of deciding a directive. */
import type { SetDecision } from "./decision.js";
import { liftedBy, refusesListed } from "./refusals.js";
import type { Decision } from "./types.js";
import { splitWords } from "./vendor.js";

/** `from` and `to` are right-hand sides as in a drop-in, null where it is not set. */
export interface Difference {
  readonly directive: string;
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  /** Members that a list would gain, and those that it would lose. */
  readonly gains: readonly string[];
  readonly drops: readonly string[];
}

/** The values of a setting; null for one that is not set. */
export function valuesOf(decision: Decision | undefined): readonly string[] | null {
  return decision?.decision === "set" ? decision.values : null;
}

/** From one decision about a directive to another one about the same. */
export function differenceOf(before: Decision | undefined, after: Decision): Difference {
  const [had, has] = [wordsOf(before), wordsOf(after)];
  const [hadAll, hasAll] = [new Set(had), new Set(has)];
  return {
    directive: after.directive,
    from: valuesOf(before),
    to: valuesOf(after),
    gains: has.filter((word) => !hadAll.has(word)),
    drops: isList(after) ? had.filter((word) => !hasAll.has(word)) : [],
  };
}

/** What a list grants; or what it refuses, without quotes, prefixes and options. */
function wordsOf(decision: Decision | undefined): readonly string[] {
  if (decision === undefined || !isList(decision)) {
    return [];
  }
  return refusesListed(decision.directive)
    ? decision.values
        .flatMap(splitWords)
        .map((word) => (word.startsWith("/") ? word.replace(/:.*$/, "") : word))
    : decision.grants.map(({ value }) => value);
}

export function isList(decision: Decision): decision is SetDecision {
  return decision.decision === "set" && isListOf(decision.directive, decision.values);
}

/** A list begins with its reset, where it does not add to what the unit has; lists that work together need none. */
export function isListOf(directive: string, values: readonly string[]): boolean {
  return values[0] === "" || refusesListed(directive) || liftedBy(directive).length > 0;
}
