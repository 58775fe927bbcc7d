/** What the candidate has beyond the baseline, and the other way round what the baseline has beyond the candidate. */
import { describeFact } from "../directives/describe.js";
import { decideConfinement } from "../directives/index.js";
import type { Context, Decision } from "../directives/types.js";
import type { Witnesses } from "../explain/witnesses.js";
import { compareText, factId, FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { attribute } from "./attribution.js";
import { type Change, changesBetween } from "./changes.js";
import { coverageOf } from "./coverage/index.js";
import type { Frame } from "./frame.js";
import { assess, order } from "../severity/index.js";
import { sidesOf } from "./sides.js";
import type { Covered, Gone, Growth, SettingChange } from "./types.js";

/** What is decided in one frame. */
export interface Settings {
  readonly baseline: readonly Decision[];
  /** For what either of them does. */
  readonly both: readonly Decision[];
  readonly candidate: readonly Decision[];
}

/** What is the same on both sides is decided once. */
export function settingsIn({ context, candidate, novelties, absent }: Frame): Settings {
  const baseline = decideConfinement(context);
  const both =
    novelties.length === 0
      ? baseline
      : decideConfinement({
          ...context,
          facts: context.facts.union(FactSet.of(novelties.map(({ as }) => as))),
        });
  return {
    baseline,
    both,
    candidate: absent.length === 0 ? both : decideConfinement({ ...context, facts: candidate }),
  };
}

export interface Found {
  readonly growth: readonly Growth[];
  readonly covered: readonly Covered[];
  readonly settings: readonly SettingChange[];
}

/** @param candidate what the candidate is itself: how bad a privilege is depends on who has it. */
export function growthIn(frame: Frame, settings: Settings, witnesses: Witnesses, candidate: Context): Found {
  const { context, novelties, renamed } = frame;
  const changes = changesBetween(settings.baseline, settings.both, context).filter(
    ({ after }) => frame.bounds?.counts(after) ?? true,
  );
  const facts = [...FactSet.of(novelties.map(({ as }) => as))];
  const judge = judgeNew(frame, context, settings.baseline, changes, facts);
  const sides = sidesOf(context.facts);
  const growth: Growth[] = [];
  const covered: Covered[] = renamed.map(({ fact, same }) => ({
    ...witnesses.one(fact),
    by: `the same as: ${describeFact(same[0] ?? fact)}`,
  }));
  for (const { fact, as } of novelties) {
    const judged = judge(as, fact);
    if ("by" in judged) {
      covered.push({ ...witnesses.one(fact), by: judged.by });
    } else {
      const { settings: own } = judged;
      growth.push({ ...witnesses.one(fact), ...assess(fact, candidate), settings: own, before: sides(fact) });
    }
  }
  return {
    growth: order(growth),
    covered: byIdentity(covered),
    settings: growth.length === 0 ? [] : changes.map(({ setting }) => setting),
  };
}

export interface Spare {
  readonly gone: readonly Gone[];
  readonly takeBack: readonly SettingChange[];
}

/** If the candidate is all there is, what the baseline has beyond it is growth that can be taken back. */
export function spareIn(frame: Frame, settings: Settings, witnesses: Witnesses): Spare {
  if (frame.absent.length === 0) return { gone: [], takeBack: [] };
  const own = { ...frame.context, facts: frame.candidate };
  const changes = changesBetween(settings.candidate, settings.both, own);
  const facts = [...FactSet.of(frame.absent)];
  const judge = judgeNew(frame, own, settings.candidate, changes, facts);
  const gone = facts
    .filter((fact) => !("by" in judge(fact)))
    .map((fact) => ({ ...witnesses.one(fact), severity: assess(fact, frame.context).severity }));
  const looser = new Set(changes.filter(({ isRelaxed }) => isRelaxed).map(({ after }) => after.directive));
  return {
    gone: frame.bounds !== undefined ? [] : order(gone),
    takeBack: changesBetween(settings.both, settings.candidate, own)
      .filter(({ after }) => looser.has(after.directive))
      .map(({ setting }) => setting),
  };
}

type Judged = { readonly settings: readonly SettingChange[] } | { readonly by: string };

/** Growth with the settings that are weaker for it, or why it is none. */
function judgeNew(
  { hosts, bounds }: Frame,
  frame: Context,
  old: readonly Decision[],
  changes: readonly Change[],
  facts: readonly Fact[],
): (as: Fact, fact?: Fact) => Judged {
  const decideFor = (some: FactSet): readonly Decision[] => decideConfinement({ ...frame, facts: some });
  const { settings } = attribute(changes, { frame, old, decide: decideFor, facts });
  const coverage =
    bounds === undefined ? coverageOf(frame, old, hosts) : () => "no setting of the unit is in its way";
  return (as, fact = as) => {
    const refusal = bounds?.refusal(fact);
    const own = [...(settings.get(as) ?? []), ...(refusal === undefined ? [] : [refusal])];
    const by = own.length > 0 ? undefined : coverage(as);
    return by === undefined ? { settings: own } : { by };
  };
}

function byIdentity<T extends { readonly fact: Fact }>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, id: factId(item.fact) }))
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ item }) => item);
}
