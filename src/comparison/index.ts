/**
 * Does a candidate need more than its baseline? Pure: from two stored profiles and the rules for them, whatever machine
 * asks. Settings are decided three times in one frame: for the baseline, for both together, for the candidate alone.
 */
import type { Context } from "../directives/types.js";
import { Witnesses } from "../explain/witnesses.js";
import { contextOf, type SynthesisOptions } from "../profile/synthesize.js";
import { learningRuns } from "../profile/sightings.js";
import { grantedFacts } from "../profile/trials.js";
import type { Profile } from "../profile/types.js";
import { type Ceiling, violations as breachesOf } from "../rules/ceiling.js";
import { unseenBy } from "../rules/unseen.js";
import { phasesOf, shortcomings } from "./exercise.js";
import { frameOf } from "./frame.js";
import { growthIn, settingsIn, spareIn } from "./growth.js";
import { assess, order } from "../severity/index.js";
import type { Comparison, Side, Violation } from "./types.js";
import { newlyDropped, weigh } from "./trials.js";
import { unitChangesBetween } from "./unit-changes.js";
import { checkComparable } from "./units.js";
import { judge, type Rules, verdictOf } from "./verdict.js";

export interface CompareOptions extends SynthesisOptions, Rules {
  /** How the profiles are called in reports. */
  readonly names: { readonly baseline: string; readonly candidate: string };
  readonly ceiling?: Ceiling | undefined;
}

/**
 * @throws ProfileError (bad input) when the profiles are not of one unit, or no systemd is known to decide for.
 */
export function compare(baseline: Profile, candidate: Profile, options: CompareOptions): Comparison {
  const { names, failOn, ceiling } = options;
  checkComparable(baseline, candidate, names);
  const weighed = weigh(baseline, candidate);
  const frame = frameOf(weighed.baseline, weighed.candidate, options);
  const { target, manager, posture, breadth, unit } = frame.context;
  const settings = settingsIn(frame);
  const own = contextOf(candidate, { ...options, target });
  const witnesses = new Witnesses(candidate);
  const { growth, covered, settings: changes } = growthIn(frame, settings, witnesses, own);
  const unitChanges = [
    ...unitChangesBetween(
      { ...frame.context, unit: baseline.unit },
      frame.bounds === undefined ? own : alikeInSettings(own, baseline.unit),
    ),
    ...newlyDropped(baseline, candidate, settings.baseline, own),
  ];
  const found = {
    ...judge(growth, unitChanges, options, unit.name),
    ...spareIn(frame, settings, new Witnesses(baseline)),
    violations: ceiling === undefined ? [] : violationsOf(candidate, own, ceiling, witnesses),
    inconclusive: shortcomings(baseline, candidate, frame),
    failOn,
  };
  return {
    verdict: verdictOf(found),
    unit: unit.name,
    baseline: sideOf(baseline, names.baseline),
    candidate: sideOf(candidate, names.candidate),
    target,
    manager,
    posture,
    breadth,
    ...found,
    ...(ceiling === undefined ? {} : { unseen: unseenBy(ceiling, candidate) }),
    settings: changes,
    covered: [...covered, ...weighed.spared.map(({ fact, by }) => ({ ...witnesses.one(fact), by }))],
  };
}

/** Of a unit's own sandbox there are the facts; that the candidate was learned under another one is no change. */
function alikeInSettings(candidate: Context, { properties }: Context["unit"]): Context {
  return { ...candidate, unit: { ...candidate.unit, properties } };
}

function sideOf(profile: Profile, name: string): Side {
  return {
    name,
    unit: profile.unit.name,
    facts: profile.facts.length,
    runs: learningRuns(profile).length,
    phases: phasesOf(profile),
  };
}

function violationsOf(
  candidate: Profile,
  context: Context,
  ceiling: Ceiling,
  witnesses: Witnesses,
): readonly Violation[] {
  return order(
    breachesOf(grantedFacts(candidate), ceiling, candidate).map(({ fact, reason }) => ({
      ...witnesses.one(fact),
      ...assess(fact, context),
      reason,
    })),
  );
}
