/** What a check must say of what it finds. */
import type { ExecutionContext } from "ava";
import { type Comparison, type Growth, severities } from "../../../src/comparison/types.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Expected, Shape } from "./twists.js";

/** It is among the growth, severe enough, witnessed, explained, and names the line that changes. */
export function expectGrowth(
  t: ExecutionContext,
  { growth }: Comparison,
  { fact, severity, directive }: Expected,
): void {
  const found = growth.find((grown) => hasShape(grown.fact, fact));
  if (found === undefined) {
    t.fail(`not found: ${JSON.stringify(fact)} in ${growth.map(({ text }) => text).join("; ")}`);
    return;
  }
  t.true(atLeast(found.severity, severity), `${found.text} is ${found.severity}, not ${severity}`);
  t.regex(found.gain, /^[A-Z].*\.$/);
  t.not(found.evidence?.example ?? "", "", `${found.text}: no example`);
  t.not(found.evidence?.process ?? "", "", `${found.text}: no process`);
  const directives = found.settings.map((setting) => setting.directive);
  if (directive !== undefined)
    t.true(directives.includes(directive), `${found.text}: ${directives.join(" ")}`);
}

/** Whether the fact has all members of the shape. */
export function hasShape(fact: Fact, shape: Shape): boolean {
  return Object.entries(shape).every(([member, value]) => Reflect.get(fact, member) === value);
}

/** Whether a severity is no less than another one. */
export function atLeast(severity: string, least: string): boolean {
  const ranks: readonly string[] = severities;
  return ranks.indexOf(severity) >= ranks.indexOf(least);
}

/** The most severe first, otherwise in the order given. */
export function byRank(growth: readonly Growth[]): readonly Growth[] {
  return growth.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}
