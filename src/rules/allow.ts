/** Growth that people have accepted: each with a reason, and until a day (`profile check --allow FILE`). */
import * as v from "valibot";
import type { Acceptance, Growth, Lapse, UnitChange } from "../comparison/types.js";
import { comparedSettings } from "../severity/compared-settings.js";
import { nearest } from "../explain/nearest.js";
import type { Fact } from "../facts/types.js";
import { type Glob, matchesGlob, parseGlob } from "./glob.js";
import type { JsonPath } from "../profile/json-syntax.js";
import { quoted } from "../profile/problem.js";
import { readSource } from "../profile/source.js";
import { compilePattern, matches, type Pattern } from "./pattern.js";
import { patternSchema, reasonSchema } from "./pattern-schema.js";
import { below, RuleProblem } from "./problem.js";
import { type Form, headMembers, headSchema, parseRules } from "./reading.js";

const rule = v.strictObject({
  /** Either a fact, or a setting of the unit itself with its new value. */
  fact: v.exactOptional(patternSchema),
  setting: v.exactOptional(v.string()),
  to: v.exactOptional(v.string()),
  /** Which units it is for; default: all. */
  unit: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  reason: reasonSchema,
  expires: v.pipe(v.string(), v.isoDate()),
});

/** An allow file, as it is written. */
export const allowSchema = v.strictObject({ ...headSchema, allow: v.array(rule) });

type WrittenRule = v.InferOutput<typeof rule>;

type Subject =
  | { readonly fact: Pattern; readonly setting?: never }
  | { readonly setting: string; readonly to: Glob; readonly fact?: never };

export interface AllowRule {
  /** What it is about: growth by such a fact, or such a change of the unit. */
  readonly about: Subject;
  readonly unit: Glob | undefined;
  readonly reason: string;
  /** ISO 8601 date: the last day, in UTC, on which it holds. */
  readonly expires: string;
  /** Of the file, from 1. */
  readonly line: number;
}

export interface AllowRules {
  /** How the file is called. */
  readonly name: string;
  readonly rules: readonly AllowRule[];
}

/** What rules make of growth. Each growth is in one list, in the order in which it was given. */
export interface Accepted {
  readonly accepted: readonly Acceptance[];
  /** A rule is about it that holds no more: it counts like the rest. */
  readonly lapsed: readonly Lapse[];
  readonly rest: readonly Growth[];
  /** All of them, those that a rule is about with it. */
  readonly unitChanges: readonly UnitChange[];
  /** Rules for this unit that were about nothing, one line each. */
  readonly unused: readonly string[];
}

/**
 * Reads an allow file, or standard input for `-`.
 *
 * @throws ProfileError (bad input) that says what is wrong and where.
 */
export async function readAllowRules(path: string): Promise<AllowRules> {
  const { text, name } = await readSource(path, form.what);
  return parseAllowRules(text, name);
}

/** The same from a text; `name` is what errors call it. */
export function parseAllowRules(text: string, name: string): AllowRules {
  return { name, rules: parseRules(text, name, form) };
}

const form: Form<v.InferOutput<typeof allowSchema>, readonly AllowRule[]> = {
  what: "an allow file",
  list: "allow",
  schema: allowSchema,
  members: {
    ...headMembers,
    allow: "a list of rules",
    fact: "a pattern for facts",
    setting: "the name of a directive",
    to: "what the setting changes to, with * and **",
    unit: "the name of a unit, with * and **",
    reason: "a text that says why",
    expires: "the last day on which the rule holds, such as 2027-01-31",
  },
  compile: ({ allow }, lineOf) =>
    allow.map((written, index) =>
      below(["allow", index], () => compileRule(written, lineOf(["allow", index]))),
    ),
  examine: (part, path) => {
    if (path.at(-1) === "fact" && part !== undefined) below(path, () => compilePattern(part));
  },
};

function compileRule(written: WrittenRule, line: number): AllowRule {
  const { unit, reason, expires } = written;
  checkDate(expires);
  return {
    about: subjectOf(written),
    unit: unit === undefined ? undefined : globOf(unit, ["unit"]),
    reason,
    expires,
    line,
  };
}

function subjectOf({ fact, setting, to }: WrittenRule): Subject {
  if (fact !== undefined && setting === undefined && to === undefined) {
    return { fact: below(["fact"], () => compilePattern(fact)) };
  }
  if (fact === undefined && setting !== undefined && to !== undefined) {
    checkSetting(setting);
    return { setting, to: globOf(to, ["to"]) };
  }
  throw new RuleProblem('a rule has either a "fact", or a "setting" with what it changes "to"');
}

/** The regular expression of ISO dates knows no lengths of months. */
function checkDate(date: string): void {
  const time = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(date)) {
    throw new RuleProblem(`there is no day ${date}`, ["expires"]);
  }
}

function checkSetting(setting: string): void {
  if (comparedSettings.includes(setting)) return;
  const near = nearest(setting.replace(/=$/, ""), comparedSettings);
  const rest = near === undefined ? "" : ` (Did you mean ${quoted(near)}?)`;
  throw new RuleProblem(`no check compares a setting ${quoted(setting)}${rest}`, ["setting"]);
}

function globOf(text: string, path: JsonPath): Glob {
  const glob = parseGlob(text);
  if ("problem" in glob) throw new RuleProblem(`${quoted(text)}: ${glob.problem}`, path);
  return glob;
}

/**
 * Sorts growth by what the rules for this unit say of it. Where several are about the same, one that still holds is
 * taken before one that does not.
 *
 * @param unit name of the unit that is checked.
 * @param today ISO 8601 date, in UTC.
 */
export function accept(
  growth: readonly Growth[],
  unitChanges: readonly UnitChange[],
  { name, rules }: AllowRules,
  unit: string,
  today: string,
): Accepted {
  const ours = rules.filter((rule) => isFor(rule, unit));
  const needed = new Set<AllowRule>();
  const choose = (isAbout: (rule: AllowRule) => boolean): AllowRule | undefined => {
    const found = ours.filter(isAbout);
    for (const one of found) needed.add(one);
    return found.find(({ expires }) => expires >= today) ?? latest(found);
  };
  const decided = growth.map((one) => ({
    growth: one,
    rule: choose(({ about }) => about.fact !== undefined && covers(about.fact, one.fact)),
  }));
  const changes = unitChanges.map((change) => {
    const rule = choose(({ about }) => about.setting === change.setting && matchesGlob(about.to, change.to));
    return rule === undefined
      ? change
      : { ...change, rule: { state: stateOf(rule, today), ...termsOf(rule) } };
  });
  const inState = (state: "accepted" | "lapsed"): Acceptance[] =>
    decided.flatMap(({ growth: one, rule }) =>
      rule !== undefined && stateOf(rule, today) === state ? [{ growth: one, ...termsOf(rule) }] : [],
    );
  return {
    accepted: inState("accepted"),
    lapsed: inState("lapsed"),
    rest: decided.flatMap(({ growth: one, rule }) => (rule === undefined ? [one] : [])),
    unitChanges: changes,
    unused: ours
      .filter((rule) => !needed.has(rule))
      .map(({ line, reason, expires }) => `${name} line ${line}: ${reason} (until ${expires})`),
  };
}

/** A unit may be written with or without its suffix, as for systemctl(1). */
function isFor({ unit }: AllowRule, name: string): boolean {
  return unit === undefined || matchesGlob(unit, name) || matchesGlob(unit, name.replace(/\.service$/, ""));
}

function latest(rules: readonly AllowRule[]): AllowRule | undefined {
  return [...rules].sort((a, b) => (a.expires < b.expires ? 1 : -1))[0];
}

function stateOf({ expires }: AllowRule, today: string): "accepted" | "lapsed" {
  return expires >= today ? "accepted" : "lapsed";
}

function termsOf({ reason, expires }: AllowRule): { reason: string; expires: string } {
  return { reason, expires };
}

/** Whoever may make and delete files may also move them between the paths that the pattern is about. */
function covers(pattern: Pattern, fact: Fact): boolean {
  if (fact.kind !== "rename" || pattern.kind !== "file") return matches(pattern, fact);
  const makes = (access: "create" | "delete" | "replace", path: string) =>
    matches(pattern, { kind: "file", access, path });
  return (["create", "delete", "replace"] as const).every(
    (access) => makes(access, fact.from) && makes(access, fact.to),
  );
}
