/**
 * Questions answered by deciding again with other facts: what the service may do is what changes nothing when it is
 * learned. So each directive is asked by the rule that sets it, and none has to be known here.
 */
import { liftedBy, refusalOf, refusesListed } from "../directives/refusals.js";
import { decide } from "../directives/index.js";
import { differenceOf, isList, isListOf, valuesOf } from "../directives/setting-change.js";
import type { Context, Decision } from "../directives/types.js";
import { shippedValue } from "../directives/vendor.js";
import { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Change, Verdict } from "./types.js";

/** A context with what was decided in it. */
export interface Decided {
  readonly context: Context;
  readonly decisions: readonly Decision[];
}

/** Whether a member of a list lets through what is asked about: a path or one above it, the name of a call … */
export type Covers = (value: string) => boolean;

/** What learning `facts` too would change, as far as it shows that they are refused now. */
function whatIf({ context, decisions }: Decided, facts: readonly Fact[], covers: Covers): Change[] {
  const after = decide({ ...context, facts: context.facts.union(FactSet.of(facts)) });
  return after.flatMap((decision) => {
    const before = decisions.find(({ directive }) => directive === decision.directive);
    const change = changeOf({ context, decisions }, before, decision);
    return isRelaxed(change, covers) && !isMoot(decision) ? [change] : [];
  });
}

/**
 * A setting became weaker or none, a list of exceptions gained what was asked for, or a list of what is refused lost it.
 * An exception from nothing, of a list that was not there before, and what else a list gains on the occasion are no
 * signs that anything is refused.
 */
function isRelaxed({ directive, refuser, from, to, gains, drops }: Change, covers: Covers): boolean {
  if (to === null || (from === null && refuser === directive)) {
    return to === null && from !== null;
  }
  if (!isListOf(directive, to)) {
    return from?.join("\n") !== to.join("\n");
  }
  return refusesListed(directive) ? drops.some(covers) : gains.some(covers);
}

/** Not set because another setting became weaker: that one is the change. */
function isMoot(after: Decision): boolean {
  return after.decision === "withheld" && after.reason === "meaningless";
}

function changeOf({ context, decisions }: Decided, before: Decision | undefined, after: Decision): Change {
  const [refuser = after.directive] = liftedBy(after.directive).filter(
    (name) =>
      shippedValue(context.unit, name) !== "no" ||
      decisions.some(({ directive, decision }) => directive === name && decision === "set"),
  );
  return {
    ...differenceOf(before, after),
    refuser,
    refusal: refusalOf(refuser) ?? "",
    advice: (after.advice ?? []).filter(
      ({ text }) => before?.advice?.some((other) => other.text === text) !== true,
    ),
  };
}

/**
 * How directives that are about `facts` at all would change: those of a service that did nothing else, and whose unit
 * ships nothing.
 */
function bareChanges({ context }: Decided, facts: readonly Fact[]): Change[] {
  const bare = { ...context, unit: { ...context.unit, properties: {} }, facts: FactSet.empty };
  return whatIf({ context: bare, decisions: decide(bare) }, facts, () => true);
}

/** Whether the service may do what `facts` say. */
export function judge(decided: Decided, operation: string, facts: readonly Fact[], covers: Covers): Verdict {
  const changes = whatIf(decided, facts, covers);
  if (changes.length > 0) {
    const by = [...new Set(refusersIn(changes))].map((name) => mention(name, valuesIn(decided, name)));
    return { operation, isAllowed: false, by, changes };
  }
  const concerned = bareChanges(decided, facts).flatMap((change) =>
    decided.decisions
      .filter(({ directive }) => directive === change.directive)
      .map((decision) => ({ decision, change })),
  );
  const kept = concerned.filter(({ decision, change }) => isKept(decided.context, decision, change, covers));
  return kept.length > 0
    ? { operation, isAllowed: false, by: kept.map(({ change }) => mentionKept(decided, change)), changes: [] }
    : {
        operation,
        isAllowed: true,
        by: concerned.flatMap(({ decision }) => mentionGrant(decision, covers)),
        changes: [],
      };
}

/** Where other settings hide a path, an exception for it is needed only once they are gone: it does not refuse now. */
function refusersIn(changes: readonly Change[]): string[] {
  const isOwn = ({ directive, refuser }: Change) => directive === refuser;
  const isPath = ({ gains }: Change) => gains.every((value) => value.startsWith("/"));
  const isHidden = changes.some(isOwn);
  return changes
    .filter((change) => isOwn(change) || !isHidden || !isPath(change))
    .map(({ refuser }) => refuser);
}

/**
 * Refused whatever is learned, because the unit ships it so: a setting that is withheld in favour of a stronger one, a
 * list that has nothing of what it would have to.
 */
function isKept({ unit }: Context, decision: Decision, { gains }: Change, covers: Covers): boolean {
  return decision.decision === "withheld"
    ? shippedValue(unit, decision.directive) !== "no"
    : !refusesListed(decision.directive) &&
        gains.some(covers) &&
        !decision.grants.some(({ value }) => covers(value));
}

function mentionKept(decided: Decided, { refuser }: Change): string {
  const shipped = shippedValue(decided.context.unit, refuser);
  return valuesIn(decided, refuser).length === 0 && shipped !== "no"
    ? `${refuser}=${shipped} of the unit itself`
    : mention(refuser, valuesIn(decided, refuser));
}

/** The member of a list that lets it through, or a setting that is no list: this value of it does. */
function mentionGrant(decision: Decision, covers: Covers): string[] {
  if (decision.decision === "withheld" || (isList(decision) && refusesListed(decision.directive))) {
    return [];
  }
  const grant = decision.grants.find(({ value }) => covers(value));
  return grant === undefined && isList(decision)
    ? []
    : [mention(decision.directive, grant === undefined ? decision.values : [grant.value])];
}

function valuesIn({ decisions }: Decided, name: string): readonly string[] {
  return valuesOf(decisions.find(({ directive }) => directive === name)) ?? [];
}

/** `ProtectHome=yes`; of a long list only the name. */
function mention(directive: string, values: readonly string[]): string {
  const text = values.filter((value) => value !== "").join(" ");
  return `${directive}=${text.length <= longestMention ? text : ""}`;
}

/** Columns. */
const longestMention = 32;
