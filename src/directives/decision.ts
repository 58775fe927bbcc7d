/** How directives say what they decided. */
import type { Fact } from "../facts/types.js";
import { describeFacts } from "./describe.js";
import type { Advice, Context, Decision, Directive, Grant } from "./types.js";

export type SetDecision = Extract<Decision, { decision: "set" }>;
export type WithheldDecision = Extract<Decision, { decision: "withheld" }>;

/** One scalar value, and the facts that forced one weaker than the strongest. */
export function set(directive: string, value: string, why: string, facts: readonly Fact[] = []): SetDecision {
  const grants: Grant[] = facts.length === 0 ? [] : [{ value, origin: "seen", facts }];
  return { decision: "set", directive, values: [value], why, grants };
}

/** A list: the reset first, so that nothing merges with what the unit ships, then the lines. */
export function setList(
  directive: string,
  lines: readonly string[],
  why: string,
  grants: readonly Grant[],
): SetDecision {
  return { decision: "set", directive, values: ["", ...lines], why, grants };
}

export function withhold(
  directive: string,
  reason: WithheldDecision["reason"],
  why: string,
  facts: readonly Fact[] = [],
  advice: readonly Advice[] = [],
): WithheldDecision {
  const base = { decision: "withheld", directive, reason, why, facts } as const;
  return advice.length === 0 ? base : { ...base, advice };
}

/** The lines that would set it all the same. */
export function insist(directive: string, values: readonly string[]): Advice {
  return {
    text: `To set ${directive}= all the same:`,
    lines: values.map((value) => `${directive}=${value}`),
  };
}

export interface BooleanDirective {
  readonly name: string;
  /** What it denies, for the comment of the drop-in. */
  readonly why: string;
  /** The facts that show the service doing what it denies. */
  readonly needed: (context: Context) => readonly Fact[];
}

/** A directive that is `yes` unless the service did what it denies. */
export function yesUnless({ name, why, needed }: BooleanDirective): Directive {
  return {
    names: [name],
    decide: (context) => {
      const facts = needed(context);
      return [
        facts.length === 0
          ? set(name, "yes", why)
          : withhold(name, "unsafe", `the service ${describeFacts(facts)}.`, facts),
      ];
    },
  };
}

/** Joins words into lines of at most `width` columns. */
export function wrapWords(words: readonly string[], width = 100): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
