/** What trials of either profile say: what a service does without is no privilege, and a setting that it fails under is none. */
import { withSettings } from "../baselines/shown.js";
import { withholdDropped } from "../directives/dropped.js";
import type { Context, Decision } from "../directives/types.js";
import { capabilities } from "../facts/names.js";
import { factId } from "../facts/set.js";
import type { Architecture, Fact } from "../facts/types.js";
import { grantedFacts, unneededIn } from "../profile/trials.js";
import type { Profile } from "../profile/types.js";
import { comparedSettings } from "../severity/compared-settings.js";
import { assessUnitChange } from "../severity/index.js";
import { classifier } from "./sameness/classes.js";
import type { UnitChange } from "./types.js";

/** A fact of the candidate that is no privilege of it, and why. */
export interface Spared {
  readonly fact: Fact;
  readonly by: string;
}

export interface Weighed {
  /** Each with the facts that count for it. */
  readonly baseline: Profile;
  readonly candidate: Profile;
  readonly spared: readonly Spared[];
}

/**
 * Of the baseline counts what it grants; of the candidate too, but for what the baseline knows and refuses: that a service
 * still uses it is no growth unless the candidate's own trials have shown that it is needed now.
 */
export function weigh(baseline: Profile, candidate: Profile): Weighed {
  if (unneededIn(baseline).size + unneededIn(candidate).size === 0) {
    return { baseline, candidate, spared: [] };
  }
  const granted = grantedFacts(baseline);
  const refused = refusedBy(baseline, granted);
  const classOf = classifier(nativesOf(candidate));
  const isKnown = new Set(baseline.facts.map(factId));
  const spared: Spared[] = [];
  const facts = grantedFacts(candidate).filter((fact) => {
    const isRefused = candidate.verdicts?.[factId(fact)] !== "needed" && refused.has(classOf(fact));
    if (isRefused) spared.push({ fact, by: "the baseline refuses it, as the service worked without" });
    return !isRefused;
  });
  const unneeded = unneededIn(candidate);
  for (const fact of candidate.facts) {
    const id = factId(fact);
    if (unneeded.has(id) && !isKnown.has(id)) {
      spared.push({ fact, by: "the candidate refuses it, as the service works without" });
    }
  }
  return { baseline: { ...baseline, facts: granted }, candidate: { ...candidate, facts }, spared };
}

/** What the baseline knows and grants by no name. */
function refusedBy(baseline: Profile, granted: readonly Fact[]): ReadonlySet<string> {
  const classOf = classifier(nativesOf(baseline));
  const known = new Set(granted.map(classOf));
  const unneeded = unneededIn(baseline);
  return new Set(
    baseline.facts
      .filter((fact) => unneeded.has(factId(fact)))
      .map(classOf)
      .filter((name) => !known.has(name)),
  );
}

function nativesOf({ hosts }: Profile): ReadonlySet<Architecture> {
  return new Set(hosts.map(({ architecture }) => architecture));
}

/**
 * Settings that the candidate leaves out, and what that gives: from what was decided for the baseline, which has them, to
 * what the unit itself ships.
 *
 * @param candidate what the candidate is itself: how bad it is depends on who has it.
 */
export function newlyDropped(
  baseline: Profile,
  { dropped = [] }: Profile,
  decided: readonly Decision[],
  candidate: Context,
): readonly UnitChange[] {
  const before = new Set((baseline.dropped ?? []).map(({ directive }) => directive));
  const fresh = dropped.filter(({ directive }) => !before.has(directive));
  if (fresh.length === 0) return [];
  const left = withholdDropped(decided, { dropped: fresh });
  const { properties: had } = withSettings(baseline.unit, decided, candidate.target);
  const { properties: has } = withSettings(baseline.unit, left, candidate.target);
  return decided.flatMap((decision, index): UnitChange[] => {
    const { directive } = decision;
    const now = left[index];
    if (!comparedSettings.includes(directive) || decision.decision !== "set") return [];
    if (now?.decision !== "withheld") return [];
    const [from, to] = [had, has].map((properties) => properties[directive] ?? everything[directive]);
    if (from === to) return [];
    const judged = assessUnitChange(directive, from, to, candidate);
    const gain = `An attacker could do what ${directive}= refused.`;
    const lost = judged.direction === "more" ? judged : { ...judged, direction: "more" as const, gain };
    return [{ setting: directive, from: from ?? "", to: to ?? "", ...lost, dropped: now.why }];
  });
}

/** What `systemctl show` prints of lists that let everything through where the unit says nothing. */
const everything: Readonly<Record<string, string>> = { CapabilityBoundingSet: capabilities.join(" ") };
