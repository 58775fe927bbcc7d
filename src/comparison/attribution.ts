/** Which new facts make which settings weaker: what a decision says it rests on, and where it says nothing, by trying. */
import { refusesListed } from "../directives/refusals.js";
import type { Context, Decision, Grant } from "../directives/types.js";
import { isBelow } from "../facts/paths.js";
import { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { type Change, changesBetween } from "./changes.js";
import type { SettingChange } from "./types.js";

/** Decides what other facts would give in the frame. */
export type Decide = (facts: FactSet) => readonly Decision[];

export interface Attribution {
  /** By fact: the settings that are weaker for it. */
  readonly settings: ReadonlyMap<Fact, readonly SettingChange[]>;
}

interface Question {
  readonly frame: Context;
  readonly old: readonly Decision[];
  readonly decide: Decide;
  /** What is new, in the order of its identities. */
  readonly facts: readonly Fact[];
}

/**
 * @param changes between the frame's own facts and these with `facts`.
 * @returns for every change that lets more through at least one of `facts`.
 */
export function attribute(changes: readonly Change[], question: Question): Attribution {
  const settings = new Map<Fact, SettingChange[]>();
  const isNew = new Set(question.facts);
  const add = (fact: Fact, setting: SettingChange): void => {
    const known = settings.get(fact);
    if (known === undefined) settings.set(fact, [setting]);
    else known.push(setting);
  };
  const unexplained: Change[] = [];
  for (const change of changes.filter(({ isRelaxed }) => isRelaxed)) {
    const causes = statedCauses(change, isNew, question.facts);
    for (const [fact, members] of causes) add(fact, ofMembers(change.setting, members));
    if (causes.size === 0) unexplained.push(change);
  }
  for (const change of unexplained) {
    const known = [...settings.keys()];
    for (const fact of causesByTrial(change, question, known)) add(fact, change.setting);
  }
  return { settings };
}

/** Of a list only the members that this fact is about. */
function ofMembers(setting: SettingChange, members: ReadonlySet<string>): SettingChange {
  return members.size === 0
    ? setting
    : {
        ...setting,
        gains: setting.gains.filter((member) => members.has(member)),
        drops: setting.drops.filter((member) => members.has(member)),
      };
}

/** By fact the members of a list that are there for it; none where it is about the setting as a whole. */
function statedCauses(
  { after, before, setting }: Change,
  isNew: ReadonlySet<Fact>,
  facts: readonly Fact[],
): ReadonlyMap<Fact, ReadonlySet<string>> {
  const causes = new Map<Fact, Set<string>>();
  const add = (fact: Fact, member?: string): void => {
    const members = causes.get(fact) ?? new Set();
    if (member !== undefined) members.add(member);
    causes.set(fact, members);
  };
  if (after.decision === "withheld") {
    for (const fact of after.facts) if (isNew.has(fact)) add(fact);
  } else if (refusesListed(setting.directive)) {
    for (const path of setting.drops) for (const fact of facts) if (touches(fact, path)) add(fact, path);
  } else {
    const gained = new Set(setting.gains);
    const had = before?.decision === "set" ? before.grants : [];
    for (const grant of after.grants) {
      if (gained.size > 0 && !gained.has(grant.value)) continue;
      const member = gained.size > 0 ? grant.value : undefined;
      for (const fact of causesOf(grant, had)) if (isNew.has(fact)) add(fact, member);
    }
  }
  return causes;
}

/** A directory that takes the place of others below it was not needed for what lies in those. */
function causesOf({ value, facts }: Grant, had: readonly Grant[]): readonly Fact[] {
  const inside = value.startsWith("/")
    ? had.filter((grant) => grant.value !== value && isBelow(grant.value, value))
    : [];
  if (inside.length === 0) return facts;
  const isInside = (path: string): boolean => inside.some((grant) => isBelow(path, grant.value));
  const forced = facts.filter((fact) => !pathsOf(fact).every(isInside));
  return forced.length === 0 ? facts : forced;
}

function pathsOf(fact: Fact): readonly string[] {
  switch (fact.kind) {
    case "file":
    case "elevation":
    case "creation":
      return [fact.path];
    case "rename":
      return [fact.from, fact.to];
    default:
      return [];
  }
}

/** With which mode something is made is told besides that it is made. */
function touches(fact: Fact, path: string): boolean {
  return (
    path.startsWith("/") &&
    fact.kind !== "creation" &&
    pathsOf(fact).some((one) => isBelow(one, path) || isBelow(path, one))
  );
}

/**
 * Facts without which the setting would be as it was: of those that have changed others already, if they do it alone,
 * else of all. Halved again and again, so that it takes few decisions; what only acts together is named together.
 */
function causesByTrial(change: Change, question: Question, known: readonly Fact[]): readonly Fact[] {
  const { frame, old, decide, facts } = question;
  const weakens = (some: readonly Fact[]): boolean =>
    some.length > 0 &&
    changesBetween(old, decide(frame.facts.union(FactSet.of(some))), frame).some(
      ({ setting, isRelaxed }) => isRelaxed && setting.directive === change.setting.directive,
    );
  let some = [known, facts].find(weakens) ?? [];
  while (some.length > 1) {
    const middle = Math.ceil(some.length / 2);
    const half = [some.slice(0, middle), some.slice(middle)].find(weakens);
    if (half === undefined) break;
    some = half;
  }
  return some;
}
