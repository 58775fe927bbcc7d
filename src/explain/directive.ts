import { decide } from "../directives/index.js";
import { refusalOf, refusesListed } from "../directives/refusals.js";
import { type Decision, postures } from "../directives/types.js";
import type { Case } from "./case.js";
import { breadthPrices, groupPrices, pathPrices } from "./price.js";
import type { DirectiveAnswer, Outcome } from "./types.js";
import { valuesOf } from "../directives/setting-change.js";

/**
 * What was decided of a directive, what it rests on, and what other choices would bring.
 *
 * @param value one that was asked about
 */
export function explainDirective(asked: Case, decision: Decision, value?: string): DirectiveAnswer {
  const { directive } = decision;
  const isOther = value !== undefined && valuesOf(decision)?.includes(value) !== true;
  return {
    ...explainBriefly(asked, decision),
    asked: isOther ? value : null,
    postures: postures.map((posture) => {
      const decisions = decide({ ...asked.context, posture });
      return { posture, values: valuesOf(decisions.find((one) => one.directive === directive)) };
    }),
    prices: [
      ...breadthPrices(asked, directive),
      ...groupPrices(asked, directive),
      ...pathPrices(asked, decision),
    ],
  };
}

/** The same without the other choices, each of which takes deciding everything again. */
export function explainBriefly(asked: Case, decision: Decision): DirectiveAnswer {
  const { witnesses } = asked;
  return {
    kind: "directive",
    asked: null,
    outcome: outcomeOf(decision),
    refusal: refusalOf(decision.directive) ?? "",
    grants:
      decision.decision === "set" && !refusesListed(decision.directive)
        ? decision.grants.map(({ value, origin, facts }) => ({
            value,
            origin,
            witnesses: witnesses.of(facts),
          }))
        : [],
    witnesses: decision.decision === "withheld" ? witnesses.of(decision.facts) : [],
    postures: [],
    prices: [],
    advice: decision.advice ?? [],
    facts: asked.context.facts.size,
  };
}

function outcomeOf(decision: Decision): Outcome {
  const { directive, why } = decision;
  return decision.decision === "set"
    ? { directive, values: decision.values, reason: null, why }
    : { directive, values: null, reason: decision.reason, why };
}
