/** Patterns over facts: what a rules file says of the facts that a rule is about, checked once and matched often. */
import { aliasFamilies } from "../directives/syscall-aliases.js";
import { nearest } from "../explain/nearest.js";
import type { Fact } from "../facts/types.js";
import { found, quoted } from "../profile/problem.js";
import { type Glob, matchesGlob, parseGlob } from "./glob.js";
import { pathTrouble } from "./path-text.js";
import { below, RuleProblem } from "./problem.js";
import { kinds, type Member } from "./vocabulary.js";

type Scalar = string | number | boolean;

/** A pattern as it is written: `kind`, and of the other members those that matter, each with one value or several. */
export type PatternText = Readonly<Record<string, Scalar | readonly Scalar[]>>;

type Test = (value: Scalar) => boolean;

export interface Pattern {
  readonly kind: Fact["kind"];
  /** The values of each member that it names, as written. */
  readonly wanted: ReadonlyMap<string, readonly Scalar[]>;
  readonly tests: readonly { readonly name: string; readonly test: Test }[];
}

/** How many values of a member are listed when none of them was meant. */
const listed = 12;

/** Do all members that the pattern names have a value that it wants? */
export function matches(pattern: Pattern, fact: Fact): boolean {
  if (pattern.kind !== fact.kind) return false;
  const members = fact as unknown as Readonly<Record<string, Scalar | undefined>>;
  for (const { name, test } of pattern.tests) {
    const value = members[name];
    if (value === undefined || !test(value)) return false;
  }
  return true;
}

/**
 * Checks and prepares a pattern.
 *
 * @param value as JSON.parse gave it.
 * @throws RuleProblem for what no fact can match: another kind, member, or value than there are.
 */
export function compilePattern(value: unknown): Pattern {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RuleProblem("a pattern is an object with the kind of facts and what their members must be");
  }
  const { kind, ...rest } = value as Readonly<Record<string, unknown>>;
  const members = typeof kind === "string" ? kinds.get(kind) : undefined;
  if (members === undefined) throw unknownKind(kind);
  const wanted = new Map(
    Object.entries(rest).map(([name, given]) => {
      const member = members.get(name);
      if (member === undefined) throw unknownMember(String(kind), name, [...members.keys()]);
      return [name, below([name], () => scalars(given))] as const;
    }),
  );
  return patternOf(kind as Fact["kind"], wanted);
}

/** The same pattern with other values for one member; with none that member may be anything. */
export function withValues(pattern: Pattern, member: string, values: readonly Scalar[]): Pattern {
  const wanted = new Map([...pattern.wanted, [member, values] as const]);
  if (values.length === 0) wanted.delete(member);
  return patternOf(pattern.kind, wanted);
}

function patternOf(kind: Fact["kind"], wanted: ReadonlyMap<string, readonly Scalar[]>): Pattern {
  const members = kinds.get(kind);
  const tests = [...wanted].map(([name, values]) => {
    const member = members?.get(name) ?? { type: "text" };
    return { name, ...below([name], () => testOf(kind, name, member, values)) };
  });
  // What costs little is looked at first.
  tests.sort((a, b) => Number(a.isGlob) - Number(b.isGlob));
  return { kind, wanted, tests };
}

function scalars(given: unknown): readonly Scalar[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw new RuleProblem("an empty list matches nothing");
  return values.map((value, index) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    throw new RuleProblem(
      "expected a text, number or boolean, or a list of them",
      Array.isArray(given) ? [index] : [],
    );
  });
}

function testOf(
  kind: string,
  name: string,
  member: Member,
  values: readonly Scalar[],
): { test: Test; isGlob: boolean } {
  const exact = new Set<Scalar>();
  const globs: Glob[] = [];
  for (const [index, value] of values.entries()) {
    below(values.length === 1 ? [] : [index], () => {
      const one = readValue({ kind, name, ...member }, value);
      for (const word of one.exact) exact.add(word);
      if (one.glob !== undefined) globs.push(one.glob);
    });
  }
  if (kind === "syscall" && name === "name") addSiblings(exact);
  const isGlob = globs.length > 0;
  const test: Test = isGlob
    ? (value) => exact.has(value) || globs.some((glob) => matchesGlob(glob, String(value)))
    : (value) => exact.has(value);
  return { test, isGlob };
}

/** One C library, kernel or architecture calls by one name what others call by another. */
function addSiblings(names: Set<Scalar>): void {
  const families = aliasFamilies.filter((family) => family.names.some((name) => names.has(name)));
  for (const name of families.flatMap((family) => family.names)) names.add(name);
}

const largestPort = 65535;

const expected = {
  number: `a whole number up to ${largestPort}`,
  boolean: "true or false",
  text: "a text",
} as const;

/** A member by its name. */
interface Named extends Member {
  readonly kind: string;
  readonly name: string;
}

interface Found {
  readonly exact: Iterable<Scalar>;
  readonly glob?: Glob;
}

/** What a value stands for: itself or known values, and beyond them whatever a text with wildcards matches. */
function readValue(member: Named, value: Scalar): Found {
  const { kind, name, type } = member;
  if (typeof value === "string" && type === "text") return readText(member, value);
  const isRight =
    typeof value === type &&
    (typeof value !== "number" || (Number.isInteger(value) && value >= 0 && value <= largestPort));
  if (!isRight) {
    throw new RuleProblem(`the ${name} of ${kind} facts is ${expected[type]}, not ${found(value)}`);
  }
  return { exact: [value] };
}

function readText(member: Named, text: string): Found {
  const stands = member.shorthands?.get(text);
  if (stands !== undefined) return { exact: stands };
  const glob = parseGlob(text);
  if ("problem" in glob) throw new RuleProblem(`${quoted(text)}: ${glob.problem}`);
  if (member.isPath === true) checkPath(member, text);
  const { literal } = glob;
  const { values, form } = member;
  const isAny = values === undefined && form === undefined;
  if (literal !== undefined) {
    const isKnown = isAny || values?.has(literal) === true || form?.test(literal) === true;
    if (!isKnown) throw unknownValue(member, text);
    return { exact: [literal] };
  }
  const exact = [...(values ?? [])].filter((value) => matchesGlob(glob, value));
  if (values !== undefined && exact.length === 0) throw unknownValue(member, text);
  return isAny || form !== undefined ? { exact, glob } : { exact };
}

function checkPath({ kind, name }: Named, text: string): void {
  const trouble = pathTrouble(text);
  if (trouble === undefined) return;
  const { problem, instead } = trouble;
  throw new RuleProblem(`no ${kind} fact has the ${name} ${quoted(text)}: ${problem}${didYouMean(instead)}`);
}

function unknownKind(kind: unknown): RuleProblem {
  const names = [...kinds.keys()];
  if (kind === undefined) {
    return new RuleProblem(`a pattern needs a kind: ${names.join(", ")}`);
  }
  const near = typeof kind === "string" ? nearest(kind, names) : undefined;
  return new RuleProblem(
    `there is no kind of facts ${found(kind)}${didYouMean(near) || `: it is one of ${names.join(", ")}`}`,
    ["kind"],
  );
}

function unknownMember(kind: string, name: string, names: readonly string[]): RuleProblem {
  const rest = `: it has ${names.join(", ")}`;
  return new RuleProblem(
    `a ${kind} fact has no ${quoted(name)}${didYouMean(nearest(name, names)) || rest}`,
    [name],
    "name",
  );
}

function unknownValue({ kind, name, values, shorthands, hint }: Named, text: string): RuleProblem {
  const words = [...(values ?? []), ...(shorthands?.keys() ?? [])];
  const rest = hint ?? (words.length <= listed ? `one of ${words.join(", ")}` : undefined);
  const near = didYouMean(nearest(text, words)) || (rest === undefined ? "" : `: it is ${rest}`);
  return new RuleProblem(`no ${kind} fact has the ${name} ${quoted(text)}${near}`);
}

function didYouMean(word: string | undefined): string {
  return word === undefined ? "" : ` (Did you mean ${quoted(word)}?)`;
}
