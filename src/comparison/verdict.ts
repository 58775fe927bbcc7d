/** What the rules and the threshold make of what was found. */
import { accept, type AllowRules } from "../rules/allow.js";
import { order } from "../severity/index.js";
import {
  type Comparison,
  type Growth,
  type Severity,
  severities,
  type UnitChange,
  type Verdict,
} from "./types.js";

export interface Rules {
  /** The lowest severity that fails. */
  readonly failOn: Severity;
  readonly allow?: AllowRules | undefined;
  /** ISO 8601 date, UTC: rules expire. */
  readonly today: string;
}

export type Judged = Pick<
  Comparison,
  "growth" | "tolerated" | "accepted" | "lapsed" | "unitChanges" | "unused"
>;

/** Sorts growth by what becomes of it. What a rule let through once counts like the rest. */
export function judge(
  growth: readonly Growth[],
  unitChanges: readonly UnitChange[],
  { allow, failOn, today }: Rules,
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

/** Privileges that were found are an answer, however little was exercised; that none were found is one only otherwise. */
export function verdictOf(
  found: Pick<
    Comparison,
    "growth" | "violations" | "unitChanges" | "failOn" | "inconclusive" | "gone" | "takeBack"
  >,
): Verdict {
  const { growth, violations, unitChanges, failOn, inconclusive, gone, takeBack } = found;
  const isMore =
    growth.length > 0 || violations.length > 0 || unitChanges.some((change) => fails(change, failOn));
  if (isMore) return "more";
  if (inconclusive.length > 0) return "inconclusive";
  return gone.length > 0 || takeBack.length > 0 ? "less" : "same";
}
