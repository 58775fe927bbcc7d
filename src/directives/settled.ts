/** What holds once all is decided. */
import type { Context, Decision } from "./types.js";
import { shippedPaths, shippedValue, strongest } from "./vendor.js";

/** The value that holds in the end: what is set, or what the unit ships. */
export function effective(decisions: readonly Decision[], { unit }: Context, directive: string): string {
  const decision = decisions.find((one) => one.directive === directive);
  const value = decision?.decision === "set" ? (decision.values.at(-1) ?? "no") : "no";
  return strongest(directive, value, shippedValue(unit, directive));
}

/** The paths of a list that is set, else those that the unit ships. */
export function listed(
  decisions: readonly Decision[],
  { unit }: Context,
  directive: string,
): readonly string[] {
  const decision = decisions.find((one) => one.directive === directive);
  return decision?.decision === "set"
    ? decision.grants.map(({ value }) => value)
    : shippedPaths(unit, directive);
}
