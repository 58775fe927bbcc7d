/** What the rules of interplay ask of decisions, and how they change them. */
import { type SetDecision, withhold } from "../decision.js";
import type { Context, Decision } from "../types.js";
import { shippedPaths, shippedValue, strongest } from "../vendor.js";

export type Decisions = readonly Decision[];

/** One way in which settings meet: given all decisions, those that change. */
export type Rule = (decisions: Decisions, context: Context) => Decisions;

/** Whether `directive` is set, and its last line is `value`. */
export function sets(decisions: Decisions, directive: string, value: string): boolean {
  return decisions.some(
    (one) => one.directive === directive && one.decision === "set" && one.values.at(-1) === value,
  );
}

/** Changes one setting, where it is set. */
export function change(
  decisions: Decisions,
  directive: string,
  to: (decision: SetDecision) => Decision,
): Decisions {
  return decisions.map((decision) =>
    decision.directive === directive && decision.decision === "set" ? to(decision) : decision,
  );
}

/** `directive` without a meaning, if it is set. */
export function drop(decisions: Decisions, directive: string, why: string): Decisions {
  return change(decisions, directive, () => withhold(directive, "meaningless", why));
}

/** The value that holds in the end: what is set, or what the unit ships. */
export function effective(decisions: Decisions, { unit }: Context, directive: string): string {
  const decision = decisions.find((one) => one.directive === directive);
  const value = decision?.decision === "set" ? (decision.values.at(-1) ?? "no") : "no";
  return strongest(directive, value, shippedValue(unit, directive));
}

/** The paths of a list that is set, else those that the unit ships. */
export function listed(decisions: Decisions, { unit }: Context, directive: string): readonly string[] {
  const decision = decisions.find((one) => one.directive === directive);
  return decision?.decision === "set"
    ? decision.grants.map(({ value }) => value)
    : shippedPaths(unit, directive);
}

/** The paths of a list, as they were granted. */
export function pathsOf({ grants }: SetDecision): readonly string[] {
  return grants.map(({ value }) => value);
}
