/**
 * What all reports say alike: the verdict, evidence, changed lines. What a traced program chose is in these texts as
 * it is: each renderer makes it harmless in its own way.
 */
import type {
  Acceptance,
  Comparison,
  SettingChange,
  Severity,
  Side,
  UnitChange,
} from "../../comparison/types.js";
import { severities } from "../../comparison/types.js";
import type { Sighting } from "../../explain/types.js";
import type { Fact } from "../../facts/types.js";
import { count } from "../count.js";

/** The verdict in one sentence: what, how many, how bad. */
export function headline(comparison: Comparison): string {
  const { unit, verdict } = comparison;
  switch (verdict) {
    case "more":
      return `${unit} ${moreText(comparison)}`;
    case "inconclusive":
      return `inconclusive: ${unit} was exercised less than its baseline, so that nothing new was seen proves nothing`;
    case "less":
      return `${unit} needs nothing beyond its baseline, and less: ${lessText(comparison)}`;
    case "same":
      return `${unit} needs nothing beyond its baseline`;
  }
}

function moreText(comparison: Comparison): string {
  const { growth, violations } = comparison;
  const failing = rankUnitChanges(failingUnitChanges(comparison));
  const changes = failing.filter(({ dropped }) => dropped === undefined);
  const left = failing.filter(({ dropped }) => dropped !== undefined);
  const parts = [
    ...(growth.length === 0
      ? []
      : [`needs ${count(growth.length, "privilege")} beyond its baseline (${bySeverity(growth)})`]),
    ...(changes.length === 0 ? [] : [`is given more by its unit file (${settingNames(changes)})`]),
    ...(left.length === 0 ? [] : [`fails under what its baseline sets (${settingNames(left)})`]),
    ...(violations.length === 0
      ? []
      : [
          `has ${count(violations.length, "privilege")} that the ceiling forbids (${bySeverity(violations)})`,
        ]),
  ];
  return parts.length === 0 ? "needs more than its baseline" : join(parts);
}

/** Names in the verdict. */
const fewNames = 4;

function settingNames(changes: readonly UnitChange[]): string {
  const rest = changes.length - fewNames;
  const names = changes.slice(0, fewNames).map(({ setting }) => `${setting}=`);
  return `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function join(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

function lessText({ takeBack, gone }: Comparison): string {
  return [
    ...(takeBack.length === 0 ? [] : [`${count(takeBack.length, "setting")} could be tightened`]),
    ...(gone.length === 0 ? [] : [`${count(gone.length, "privilege")} not used any more`]),
  ].join(", ");
}

/** `2 high, 1 low`. */
export function bySeverity(items: readonly { readonly severity: Severity }[]): string {
  return [...severities]
    .reverse()
    .map((severity) => [items.filter((item) => item.severity === severity).length, severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => `${number} ${severity}`)
    .join(", ");
}

function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

/** What the unit file gives the service beyond the baseline, as far as it fails the check. */
export function failingUnitChanges({ unitChanges, failOn }: Comparison): UnitChange[] {
  return unitChanges.filter(
    ({ direction, severity, rule }) =>
      direction === "more" && rule?.state !== "accepted" && isAtLeast(severity, failOn),
  );
}

/** What the unit file says otherwise. */
export function unitFileChanges({ unitChanges }: Comparison): UnitChange[] {
  return unitChanges.filter(({ dropped }) => dropped === undefined);
}

/** What the candidate does without although its baseline sets it. */
export function droppedSettings({ unitChanges }: Comparison): UnitChange[] {
  return unitChanges.filter(({ dropped }) => dropped !== undefined);
}

const directions: readonly UnitChange["direction"][] = ["more", "other", "less"];

/** What gives the service more first, the most severe of it before the rest. */
export function rankUnitChanges(changes: readonly UnitChange[]): UnitChange[] {
  return [...changes].sort(
    (a, b) =>
      directions.indexOf(a.direction) - directions.indexOf(b.direction) ||
      severities.indexOf(b.severity) - severities.indexOf(a.severity),
  );
}

/** What the allow file says of a change of the unit file: `accepted until 2026-12-31: reason`. */
export function describeRule({ state, ...rule }: NonNullable<UnitChange["rule"]>): string {
  return `${state === "accepted" ? "accepted" : "accepted no longer,"} ${describeAcceptance(rule)}`;
}

/** `old.profile.json (40 facts of 3 runs)`. */
export function describeSide({ name, facts, runs }: Side): string {
  return `${name} (${count(facts, "fact")} of ${count(runs, "run")})`;
}

/** `systemd 252, posture strict, breadth portable; fails on medium and above`. */
export function describeFrame({ target, manager, posture, breadth, failOn }: Comparison): string {
  const reader = manager === "user" ? `user manager of systemd ${target}` : `systemd ${target}`;
  const least = failOn === "low" ? "" : `; fails on ${failOn}${failOn === "high" ? "" : " and above"}`;
  return `${reader}, posture ${posture}, breadth ${breadth}${least}`;
}

/** Who did it and when: `/usr/lib/demo/helper, 3 times, first in soak, in 1 of 2 runs`. */
export function describeSighting({ process, executable, count: times, phase, seen, runs }: Sighting): string {
  return [
    who(process, executable),
    count(times, "time"),
    ...(phase === "" ? [] : [`first in ${phase}`]),
    ...(runs > 1 ? [`in ${seen} of ${runs} runs`] : []),
  ].join(", ");
}

/** The call as strace printed it, without the spaces that line up what it returned. */
export function describeExample({ example }: Sighting): string {
  return example.replace(/ {2,}(?== )/g, " ");
}

/** The path alone where it tells the name too. */
function who(process: string, executable: string | undefined): string {
  if (executable === undefined || executable === process) {
    return process;
  }
  return executable.endsWith(`/${process}`) ? executable : `${process} (${executable})`;
}

/** More characters than this are no longer compared at a glance. */
const glance = 80;

/** Members of a list that are told by name. */
const named = 12;

/**
 * One line for each directive: `old → new`, of long lists what they gain and lose.
 *
 * @param changes of one fact or of several that are told together.
 * @param shown at most this many members by name.
 */
export function describeChanges(changes: readonly SettingChange[], shown = named): string[] {
  const byDirective = new Map<string, SettingChange[]>();
  for (const change of changes) {
    const others = byDirective.get(change.directive);
    if (others === undefined) {
      byDirective.set(change.directive, [change]);
    } else {
      others.push(change);
    }
  }
  return [...byDirective].map(([directive, own]) => describeChange(directive, own, shown));
}

function describeChange(directive: string, changes: readonly SettingChange[], shown: number): string {
  const [from = "", ...otherFrom] = distinct(changes.map((change) => valueText(change.from)));
  const [to = "", ...otherTo] = distinct(changes.map((change) => valueText(change.to)));
  const gains = distinct(changes.flatMap((change) => change.gains));
  const drops = distinct(changes.flatMap((change) => change.drops));
  const isExact = otherFrom.length === 0 && otherTo.length === 0;
  if ((gains.length > 0 || drops.length > 0) && (!isExact || from.length + to.length > glance)) {
    const parts = [
      ...(gains.length > 0 ? [`gains ${some(gains, shown)}`] : []),
      ...(drops.length > 0 ? [`loses ${some(drops, shown)}`] : []),
    ];
    return `${directive}= ${parts.join(", ")}`;
  }
  return `${directive}=${from} → ${[to, ...otherTo].slice(0, shown).join(" or ")}`;
}

function some(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Assignments of a list as one; the reset that it begins with says nothing here. */
function valueText(values: readonly string[] | null): string {
  if (values === null) {
    return "(not set)";
  }
  const text = values.filter((value) => value !== "").join(" ");
  return text === "" ? "(empty)" : text;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** What is otherwise than the baseline knew it: `result EPERM → used`. */
export function describeBefore(before: Fact, now: Fact): string {
  const was = membersOf(before);
  const is = membersOf(now);
  return distinct([...was.keys(), ...is.keys()])
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => `${name} ${was.get(name) ?? "none"} → ${is.get(name) ?? "none"}`)
    .join(", ");
}

/** What to do about growth that is intended. */
export const growthAdvice =
  "If this is intended, commit the candidate as the new baseline, or let it through with a reason and a last day in an allow file (--allow).";

/** What to do about a candidate that was exercised less. */
export const inconclusiveAdvice =
  "Exercise the candidate as the baseline was (the same --soak and --lifecycle) and check it again.";

/** What the allow file says of it: `until 2026-12-31: reason`. */
export function describeAcceptance({ expires, reason }: Pick<Acceptance, "expires" | "reason">): string {
  return `until ${expires}: ${reason}`;
}

function membersOf(fact: Fact): ReadonlyMap<string, string> {
  return new Map(Object.entries(fact).map(([name, value]) => [name, String(value)]));
}
