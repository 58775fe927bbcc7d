/** What a baseline that is the sandbox of a unit adds to a check: what settings that are decided from facts cannot say. */
import type { SettingChange } from "../comparison/types.js";
import type { Context, Decision } from "../directives/types.js";
import type { Fact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { sandboxOf, togetherWith } from "./difference.js";
import { isDoubtful } from "./doubt.js";
import { askedByFact, refuserIn } from "./refusers.js";

export interface UnitBounds {
  /** Whether a setting that is weaker with more facts shows that the unit refuses some of them. */
  readonly counts: (after: Decision) => boolean;
  /** The setting by which the unit itself refuses a fact. */
  readonly refusal: (fact: Fact) => SettingChange | undefined;
}

/** @param unit with its sandbox; `context` is the frame in which settings are decided, without it. */
export function boundsOf(unit: Unit, context: Context): UnitBounds {
  const refuserOf = refuserIn(sandboxOf(unit, context), context);
  return {
    counts: (after) => !askedByFact.has(after.directive) && !isDoubtful(after),
    refusal: (fact) => {
      const directive = refuserOf(fact);
      return directive === undefined ? undefined : asChange(directive, unit);
    },
  };
}

/** The lines of the unit that would have to go, or to have more. */
function asChange(directive: string, { properties }: Unit): SettingChange {
  const names = [directive, ...togetherWith(directive)];
  const name = names.find((one) => (properties[one] ?? "") !== "") ?? directive;
  const value = properties[name];
  return { directive: name, from: value === undefined ? null : [value], to: null, gains: [], drops: [] };
}
