/**
 * Questions answered by deciding again with other facts: what the service may do is what changes nothing when it is
 * learned. So each directive is asked by the rule that sets it, and none has to be known here.
 */
import { refusalOf } from "../directives/refusals.js";
import { decide } from "../directives/index.js";
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

/** The values of a setting; null for one that is not set. */
export function valuesOf(decision: Decision | undefined): readonly string[] | null {
  return decision?.decision === "set" ? decision.values : null;
}

/** Whether a member of a list lets through what is asked about: a path or one above it, the name of a call … */
export type Covers = (value: string) => boolean;

/** What learning `facts` too would change, as far as it shows that they are refused now. */
export function whatIf({ context, decisions }: Decided, facts: readonly Fact[], covers: Covers): Change[] {
  const after = decide({ ...context, facts: context.facts.union(FactSet.of(facts)) });
  return after.flatMap((decision) => {
    const before = decisions.find(({ directive }) => directive === decision.directive);
    const change = changeOf(before, decision);
    return isRelaxed(change, covers) ? [change] : [];
  });
}

/**
 * A setting became weaker or none, or a list gained what was asked for; also where it was none before, because nothing
 * had to be lifted (ReadWritePaths=). What else a list gains on the occasion is no sign that anything is refused.
 */
function isRelaxed({ from, to, gains }: Change, covers: Covers): boolean {
  if (to === null || gains.length > 0) {
    return to === null ? from !== null : gains.some(covers);
  }
  return from !== null && from.join("\n") !== to.join("\n");
}

function changeOf(before: Decision | undefined, after: Decision): Change {
  const had = new Set(before?.decision === "set" ? before.grants.map(({ value }) => value) : []);
  const gains = after.decision === "set" ? after.grants.map(({ value }) => value) : [];
  return {
    directive: after.directive,
    from: valuesOf(before),
    to: valuesOf(after),
    gains: gains.filter((value) => !had.has(value)),
    refusal: refusalOf(after.directive) ?? "",
  };
}

/**
 * Directives that are about `facts` at all: a service that did nothing else, and whose unit ships nothing, would get
 * them otherwise.
 */
function concernedBy({ context }: Decided, facts: readonly Fact[]): string[] {
  const bare = { ...context, unit: { ...context.unit, properties: {} }, facts: FactSet.empty };
  return whatIf({ context: bare, decisions: decide(bare) }, facts, () => true).map(
    ({ directive }) => directive,
  );
}

/** Whether the service may do what `facts` say. */
export function judge(decided: Decided, operation: string, facts: readonly Fact[], covers: Covers): Verdict {
  const changes = whatIf(decided, facts, covers);
  if (changes.length > 0) {
    const by = changes.map(({ directive, from }) => mention(directive, from ?? []));
    return { operation, isAllowed: false, by, changes };
  }
  const directives = concernedBy(decided, facts);
  const concerned = decided.decisions.filter(({ directive }) => directives.includes(directive));
  const shipped = concerned.filter((decision) => isKeptByUnit(decided.context, decision));
  return shipped.length > 0
    ? { operation, isAllowed: false, by: shipped.map((one) => mentionShipped(decided, one)), changes: [] }
    : { operation, isAllowed: true, by: concerned.flatMap((one) => mentionGrant(one, covers)), changes: [] };
}

/** Withheld only because the unit ships something stronger, which goes on denying it. */
function isKeptByUnit({ unit }: Context, { decision, directive }: Decision): boolean {
  return decision === "withheld" && shippedValue(unit, directive) !== "no";
}

function mentionShipped({ context }: Decided, { directive }: Decision): string {
  return `${directive}=${shippedValue(context.unit, directive)} of the unit itself`;
}

/** The member of a list that lets it through; a setting without members that is set all the same. */
function mentionGrant(decision: Decision, covers: Covers): string[] {
  if (decision.decision === "withheld") {
    return [];
  }
  const grant = decision.grants.find(({ value }) => covers(value));
  return [mention(decision.directive, grant === undefined ? decision.values : [grant.value])];
}

/** `ProtectHome=yes`; only the name of a list. */
function mention(directive: string, values: readonly string[]): string {
  const [value, ...more] = values;
  return `${directive}=${value !== undefined && more.length === 0 ? value : ""}`;
}
