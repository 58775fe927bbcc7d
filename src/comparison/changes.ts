/** Which settings differ between two sets of facts in one frame, and whether the service gets more by it. */
import { liftedBy, refusesListed } from "../directives/refusals.js";
import { type Difference, differenceOf, isListOf } from "../directives/setting-change.js";
import { systemCallsOf } from "../directives/system-calls.js";
import type { Context, Decision } from "../directives/types.js";
import { compareStrength, shippedValue, splitWords } from "../directives/vendor.js";
import { assessUnitChange } from "../severity/index.js";
import type { SettingChange } from "./types.js";

/** A directive that is decided otherwise with more facts. */
export interface Change {
  readonly before: Decision | undefined;
  readonly after: Decision;
  readonly setting: SettingChange;
  /** Whether it lets through what it did not. What is only said more exactly, or refused in other words, does not. */
  readonly isRelaxed: boolean;
}

/**
 * The directives whose lines are not the same in `after` as in `before`.
 *
 * @param frame in which both were decided.
 */
export function changesBetween(
  before: readonly Decision[],
  after: readonly Decision[],
  frame: Context,
): readonly Change[] {
  const known = new Map(before.map((decision) => [decision.directive, decision]));
  const wasSet = (name: string): boolean => known.get(name)?.decision === "set";
  return after.flatMap((decision) => {
    const old = known.get(decision.directive);
    const setting = withoutDefaults(differenceOf(old, decision), frame.target);
    return isSame(setting) || isKept(setting, frame.unit)
      ? []
      : [{ before: old, after: decision, setting, isRelaxed: isRelaxed(setting, decision, frame, wasSet) }];
  });
}

function isSame({ from, to }: SettingChange): boolean {
  return from?.join("\n") === to?.join("\n");
}

/** Every list of allowed calls has @default, whether or not it is granted by its name. */
function withoutDefaults(difference: Difference, target: number): SettingChange {
  if (difference.directive !== "SystemCallFilter") return difference;
  const usual = systemCallsOf(target).groups.get("@default") ?? new Set();
  const isWritten = (name: string): boolean => !usual.has(name);
  return {
    ...difference,
    gains: difference.gains.filter(isWritten),
    drops: difference.drops.filter(isWritten),
  };
}

function isRelaxed(
  { directive, from, to, gains, drops }: SettingChange,
  after: Decision,
  frame: Context,
  wasSet: (directive: string) => boolean,
): boolean {
  if (to === null) {
    // Without a meaning, and not for what the service does, is what another setting has made superfluous: that one is the change.
    const isMoot =
      after.decision === "withheld" && after.reason === "meaningless" && after.facts.length === 0;
    return !isMoot;
  }
  if (isListOf(directive, to)) {
    if (from !== null) return (refusesListed(directive) ? withoutHoles(to, drops) : gains).length > 0;
    return gains.length > 0 && liftedBy(directive).some(wasSet);
  }
  if (from === null) return false;
  return assessUnitChange(directive, from.at(-1) ?? "", to.at(-1) ?? "", frame).direction !== "less";
}

/** What a list names besides `/` closes what other settings mount; without those there is nothing to close. */
function withoutHoles(to: readonly string[], drops: readonly string[]): readonly string[] {
  return to.some((line) => splitWords(line).includes("/")) ? [] : drops;
}

/** Only no longer said: what the unit itself ships is at least as strong. */
function isKept({ directive, from, to }: SettingChange, unit: Context["unit"]): boolean {
  const shipped = shippedValue(unit, directive);
  return from !== null && to === null && (compareStrength(directive, from.at(-1) ?? "", shipped) ?? -1) >= 0;
}
