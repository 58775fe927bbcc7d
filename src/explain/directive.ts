import { decide } from "../directives/index.js";
import { refusalOf, refusesListed } from "../directives/refusals.js";
import { type Decision, type Grant, postures } from "../directives/types.js";
import type { Case } from "./case.js";
import { breadthPrices, groupPrices, pathPrices } from "./price.js";
import type { DirectiveAnswer, ExplainedGrant, Outcome, Witness } from "./types.js";
import type { Witnesses } from "./witnesses.js";
import { FactSet } from "../facts/set.js";
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
        ? decision.grants.map((grant) => explainGrant(grant, witnesses))
        : [],
    witnesses: decision.decision === "withheld" ? witnesses.of(decision.facts) : [],
    unneeded: unneededFor(asked, decision.directive),
    postures: [],
    prices: [],
    advice: decision.advice ?? [],
    facts: asked.context.facts.size,
  };
}

function explainGrant({ value, origin, facts }: Grant, witnesses: Witnesses): ExplainedGrant {
  const seen = witnesses.of(facts);
  const isNeeded = seen.some(({ trial }) => trial === "needed");
  const need = origin !== "seen" ? "assumed" : isNeeded ? "needed" : "used";
  return { value, origin, need, witnesses: seen };
}

/** What would speak against it, or for more of it, if it were not refused. */
function unneededFor({ generous, context, witnesses }: Case, directive: string): Witness[] {
  const facts = generous
    .filter((decision) => decision.directive === directive)
    .flatMap((decision) =>
      decision.decision === "set" ? decision.grants.flatMap((grant) => grant.facts) : decision.facts,
    );
  return witnesses.of([...FactSet.of(facts).difference(context.facts)]);
}

function outcomeOf(decision: Decision): Outcome {
  const { directive, why } = decision;
  return decision.decision === "set"
    ? { directive, values: decision.values, reason: null, why }
    : { directive, values: null, reason: decision.reason, why };
}
