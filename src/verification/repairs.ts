/** What is changed because of a refusal: facts where they explain it, else the setting. Pure. */
import { isOptional } from "../facts/optional.js";
import { factId, type FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { unneededIn } from "../profile/trials.js";
import type { Profile } from "../profile/types.js";
import type { Cause } from "./causes.js";
import { type Draft, impliedBy } from "./draft.js";
import type { Finding } from "./findings.js";
import { groupOf } from "./lifting.js";
import { parseSettings, withinLines } from "./settings.js";
import type { Denial } from "./types.js";

export type Repair =
  /** These facts are added; those that had been taken away are needed. */
  | { readonly kind: "learned"; readonly facts: readonly Fact[] }
  /** Directives that get the decided value back, which somebody had edited. */
  | { readonly kind: "decided"; readonly directives: readonly string[] }
  /** Directives that no drop-in for this service sets any more. */
  | { readonly kind: "dropped"; readonly directives: readonly string[] };

/** Facts first: a setting is only given up when all that is known of the call would not change it. */
export function repairOf(draft: Draft, cause: Cause, finding?: Finding): Repair {
  const facts = finding === undefined ? [] : unlearned(draft.profile, finding.facts);
  if (finding !== undefined && facts.length > 0 && impliedBy(draft, finding.facts).size > 0)
    return { kind: "learned", facts };
  const directives = cause.directives.flatMap(groupOf);
  const edited = directives.filter((directive) => draft.edited.has(directive));
  const changed = edited.length > 0 ? edited : directives.filter((directive) => draft.changed.has(directive));
  return changed.length > 0
    ? { kind: "decided", directives: changed }
    : { kind: "dropped", directives: cause.directives };
}

/**
 * The drop-in refuses it knowingly: no one has edited these settings, and who cannot do without what they refuse finds the
 * lines for that among the advice; or the call is one that C libraries replace by an older one.
 */
export function isDeliberate(
  { decisions, edited }: Draft,
  { directives }: Cause,
  finding: Finding | undefined,
): boolean {
  const advised = new Set(
    decisions
      .filter((decision) => decision.decision === "set" && (decision.advice ?? []).length > 0)
      .map(({ directive }) => directive),
  );
  return (
    directives.flatMap(groupOf).every((one) => !edited.has(one)) &&
    (isReplaced(finding) || directives.every((one) => advised.has(one))) &&
    (!directives.includes("CapabilityBoundingSet") || needsOptionalOnly(finding))
  );
}

/**
 * A filter cannot see the flags behind a pointer, so systemd refuses these calls as if the kernel did not have them
 * (seccomp_restrict_namespaces(), seccomp_restrict_suid_sgid() in src/shared/seccomp-util.c); whoever makes them falls back.
 */
function isReplaced(finding: Finding | undefined): boolean {
  const { call = "", errno } = finding?.failure ?? {};
  return errno === "ENOSYS" && ["clone3", "openat2"].includes(call);
}

/** A capability that nobody inferred is no advice about another one. */
function needsOptionalOnly(finding: Finding | undefined): boolean {
  const needs = finding?.facts.ofKind("capability") ?? [];
  return needs.length > 0 && needs.every(({ operation }) => isOptional(operation));
}

/** Those that the profile does not have, or says that the service does without. */
function unlearned(profile: Profile, facts: FactSet): readonly Fact[] {
  const unneeded = unneededIn(profile);
  const granted = new Set(profile.facts.map(factId).filter((id) => !unneeded.has(id)));
  return [...facts].filter((fact) => !granted.has(factId(fact)));
}

/** Lines of both texts for some directives, without those that are in both. */
export function changedLines(
  before: string,
  after: string,
  directives: ReadonlySet<string>,
): Pick<Denial, "before" | "after"> {
  const [had, has] = [before, after].map((text) =>
    parseSettings(text)
      .filter(({ directive }) => directives.has(directive))
      .flatMap(withinLines),
  ) as [string[], string[]];
  return {
    before: had.filter((line) => !has.includes(line)),
    after: has.filter((line) => !had.includes(line)),
  };
}
