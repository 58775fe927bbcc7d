/**
 * Does a candidate need more than its baseline? Pure: from two stored profiles and the rules for them, whatever machine
 * asks. Settings are decided three times in one frame: for the baseline, for both together, for the candidate alone.
 */
import { describeFact } from "../directives/describe.js";
import { decide } from "../directives/index.js";
import type { Context, Decision } from "../directives/types.js";
import { Witnesses } from "../explain/witnesses.js";
import { compareText, factId, FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { contextOf, type SynthesisOptions } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { accept, type AllowRules } from "../rules/allow.js";
import { type Ceiling, violations as breachesOf } from "../rules/ceiling.js";
import { attribute } from "./attribution.js";
import { changesBetween } from "./changes.js";
import { coverageOf } from "./coverage/index.js";
import { phasesOf, shortcomings } from "./exercise.js";
import { type Frame, frameOf } from "./frame.js";
import { assess, order } from "./severity/index.js";
import { checkComparable } from "./units.js";
import { sidesOf } from "./sides.js";
import {
  type Comparison,
  type Covered,
  type Gone,
  type Growth,
  type SettingChange,
  type Severity,
  severities,
  type Side,
  type UnitChange,
  type Verdict,
  type Violation,
} from "./types.js";

export interface CompareOptions extends SynthesisOptions {
  /** How the profiles are called in reports. */
  readonly names: { readonly baseline: string; readonly candidate: string };
  /** The lowest severity that fails. */
  readonly failOn: Severity;
  readonly allow?: AllowRules | undefined;
  readonly ceiling?: Ceiling | undefined;
  /** ISO 8601 date, UTC: rules expire. */
  readonly today: string;
}

/**
 * @throws ProfileError (bad input) when the profiles are not of one unit, or no systemd is known to decide for.
 */
export function compare(baseline: Profile, candidate: Profile, options: CompareOptions): Comparison {
  checkComparable(baseline, candidate, options.names);
  const frame = frameOf(baseline, candidate, options);
  const { context } = frame;
  const old = decide(context);
  const found = growthOf(frame, old, new Witnesses(candidate), candidateContext(candidate, context, options));
  const spare = goneOf(frame, old, new Witnesses(baseline));
  const judged = judge(found.growth, [], options, context.unit.name);
  const violations = violationsOf(candidate, context, options);
  const inconclusive = shortcomings(baseline, candidate, frame);
  const isMore =
    judged.growth.length > 0 ||
    violations.length > 0 ||
    judged.unitChanges.some((change) => fails(change, options.failOn));
  const isLess = spare.gone.length > 0 || spare.takeBack.length > 0;
  return {
    verdict: verdictOf(isMore, inconclusive.length > 0, isLess),
    unit: context.unit.name,
    baseline: sideOf(baseline, options.names.baseline),
    candidate: sideOf(candidate, options.names.candidate),
    target: context.target,
    manager: context.manager,
    posture: context.posture,
    breadth: context.breadth,
    failOn: options.failOn,
    ...judged,
    violations,
    settings: found.settings,
    ...spare,
    covered: found.covered,
    inconclusive,
  };
}

function verdictOf(isMore: boolean, isInconclusive: boolean, isLess: boolean): Verdict {
  if (isMore) return "more";
  if (isInconclusive) return "inconclusive";
  return isLess ? "less" : "same";
}

function sideOf(profile: Profile, name: string): Side {
  return {
    name,
    unit: profile.unit.name,
    facts: profile.facts.length,
    runs: profile.runs.length,
    phases: phasesOf(profile),
  };
}

/** What the candidate is itself: how bad a privilege is depends on who has it. */
function candidateContext(candidate: Profile, { target }: Context, options: CompareOptions): Context {
  return contextOf(candidate, { ...options, target });
}

interface Found {
  readonly growth: readonly Growth[];
  readonly covered: readonly Covered[];
  readonly settings: readonly SettingChange[];
}

function growthOf(
  { context, novelties, renamed, hosts }: Frame,
  old: readonly Decision[],
  witnesses: Witnesses,
  candidate: Context,
): Found {
  const all = FactSet.of(novelties.map(({ as }) => as));
  const decideFor = (facts: FactSet): readonly Decision[] => decide({ ...context, facts });
  const changes = changesBetween(old, decideFor(context.facts.union(all)), context);
  const { settings } = attribute(changes, { frame: context, old, decide: decideFor, facts: [...all] });
  const coverage = coverageOf(context, old, hosts);
  const sides = sidesOf(context.facts);
  const growth: Growth[] = [];
  const covered: Covered[] = renamed.map(({ fact, same }) => ({
    ...witnesses.one(fact),
    by: `the same as: ${describeFact(same[0] ?? fact)}`,
  }));
  for (const { fact, as } of novelties) {
    const own = settings.get(as) ?? [];
    const by = own.length > 0 ? undefined : coverage(as);
    if (by === undefined) {
      growth.push({ ...witnesses.one(fact), ...assess(fact, candidate), settings: own, before: sides(fact) });
    } else {
      covered.push({ ...witnesses.one(fact), by });
    }
  }
  return {
    growth: order(growth),
    covered: byIdentity(covered),
    settings: growth.length === 0 ? [] : changes.map(({ setting }) => setting),
  };
}

interface Spare {
  readonly gone: readonly Gone[];
  readonly takeBack: readonly SettingChange[];
}

/** The same the other way round: what the baseline would be if the candidate were all there is. */
function goneOf(
  { context, candidate, absent, hosts }: Frame,
  old: readonly Decision[],
  witnesses: Witnesses,
): Spare {
  const own = { ...context, facts: candidate };
  const decideFor = (facts: FactSet): readonly Decision[] => decide({ ...context, facts });
  const tight = decideFor(candidate);
  const changes = changesBetween(tight, old, context);
  const facts = [...FactSet.of(absent)];
  const { settings } = attribute(changes, { frame: own, old: tight, decide: decideFor, facts });
  const coverage = coverageOf(own, tight, hosts);
  const gone = facts
    .filter((fact) => settings.has(fact) || coverage(fact) === undefined)
    .map((fact) => ({ ...witnesses.one(fact), severity: assess(fact, context).severity }));
  const relaxed = new Set(changes.filter(({ isRelaxed }) => isRelaxed).map(({ after }) => after.directive));
  return {
    gone: order(gone),
    takeBack: changesBetween(old, tight, context)
      .filter(({ setting }) => relaxed.has(setting.directive))
      .map(({ setting }) => setting),
  };
}

function byIdentity<T extends { readonly fact: Fact }>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, id: factId(item.fact) }))
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ item }) => item);
}

type Judged = Pick<Comparison, "growth" | "tolerated" | "accepted" | "lapsed" | "unitChanges" | "unused">;

/** What the rules and the threshold make of it. What has lapsed counts like the rest. */
function judge(
  growth: readonly Growth[],
  unitChanges: readonly UnitChange[],
  { allow, failOn, today }: CompareOptions,
  unit: string,
): Judged {
  const sorted =
    allow === undefined
      ? { accepted: [], lapsed: [], rest: growth, unitChanges, unused: [] }
      : accept(growth, unitChanges, allow, unit, today);
  const counted = order([...sorted.rest, ...sorted.lapsed.map((lapse) => lapse.growth)]);
  return {
    growth: counted.filter(({ severity }) => isAtLeast(severity, failOn)),
    tolerated: counted.filter(({ severity }) => !isAtLeast(severity, failOn)),
    accepted: sorted.accepted,
    lapsed: sorted.lapsed,
    unitChanges: sorted.unitChanges,
    unused: sorted.unused,
  };
}

function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

function fails({ direction, severity, rule }: UnitChange, failOn: Severity): boolean {
  return direction === "more" && rule?.state !== "accepted" && isAtLeast(severity, failOn);
}

function violationsOf(
  candidate: Profile,
  context: Context,
  { ceiling }: CompareOptions,
): readonly Violation[] {
  if (ceiling === undefined) return [];
  const witnesses = new Witnesses(candidate);
  return order(
    breachesOf(candidate.facts, ceiling, candidate).map(({ fact, reason }) => ({
      ...witnesses.one(fact),
      ...assess(fact, context),
      reason,
    })),
  );
}
