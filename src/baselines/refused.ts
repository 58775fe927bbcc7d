/** Which learned facts a unit's sandbox refuses, directive by directive. */
import { isInternet } from "../directives/internet.js";
import type { Decision } from "../directives/types.js";
import { shippedList } from "../directives/vendor.js";
import type { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Difference, Sandbox } from "./difference.js";
import { isDoubtful } from "./doubt.js";
import { letsAddress } from "./network-rules.js";
import { askedByFact, isOneAddress } from "./refusers.js";

export interface RefusedFacts {
  /** Fail in the unit, or do not have their effect. */
  readonly refused: readonly Fact[];
  /** See or get something else in the unit, and may do without. */
  readonly doubtful: readonly Fact[];
}

/** What was learned, and where it is asked for. */
export interface Question {
  readonly facts: FactSet;
  readonly decisions: readonly Decision[];
  readonly own: Sandbox;
  /** What refuses each fact, of the directives that are asked so. */
  readonly refuserOf: (fact: Fact) => string | undefined;
}

/** @param difference of the unit, as the first, and what was learned. */
export function refusedBy(difference: Difference, question: Question): RefusedFacts {
  const { directive, closes } = difference;
  if (askedByFact.has(directive)) {
    return {
      refused: [...question.facts].filter((fact) => question.refuserOf(fact) === directive),
      doubtful: directive === "IPAddressDeny" ? manyPeers(question) : [],
    };
  }
  const decision = question.decisions.find((one) => one.directive === directive);
  return decision === undefined || closes.length === 0
    ? { refused: [], doubtful: [] }
    : restingOn(decision, difference, question);
}

/** What a decision says that it could not be as tight for. */
function restingOn(
  decision: Decision,
  { directive, form, closes }: Difference,
  { own }: Question,
): RefusedFacts {
  const isDoubt = isDoubtful(decision);
  if (decision.decision === "withheld") {
    return isDoubt ? { refused: [], doubtful: decision.facts } : { refused: decision.facts, doubtful: [] };
  }
  const isAll = form === "level" || directive === "UMask";
  const grants = decision.grants.filter(
    ({ value, origin }) => origin === "seen" && (isAll || closes.includes(value)),
  );
  // Libraries fall back on another call.
  const enosys = directive === "SystemCallFilter" ? shippedList(own.unit, directive)?.enosys : undefined;
  const isSoft = (value: string) => isDoubt || enosys?.has(value) === true;
  return {
    refused: grants.filter(({ value }) => !isSoft(value)).flatMap(({ facts }) => facts),
    doubtful: grants.filter(({ value }) => isSoft(value)).flatMap(({ facts }) => facts),
  };
}

/** Peers of which only is known that there were many. */
function manyPeers({ facts, own }: Question): readonly Fact[] {
  const lets = letsAddress(own.unit);
  return lets("0.0.0.0/0") && lets("::/0")
    ? []
    : [...facts.ofKind("connect"), ...facts.ofKind("accept")].filter(
        (fact) => isInternet(fact) && fact.address !== "self" && !isOneAddress(fact),
      );
}
