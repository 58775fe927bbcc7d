/** The table's rows: a program that needs one thing, what that must do to the drop-in, and what proves it. */
import type { Decision, Posture } from "../../../src/directives/types.js";

export type Reason = Extract<Decision, { decision: "withheld" }>["reason"];

/** What a directive must come out as: its value, its lines behind the reset, or why it is withheld. */
export type Expected = string | readonly string[] | { readonly withheld: Reason };

export const unsafe: Expected = { withheld: "unsafe" };
export const operator: Expected = { withheld: "operator" };
export const meaningless: Expected = { withheld: "meaningless" };

/**
 * How a program fares: `works`, or the name of an errno or a signal; `wrong` when a call gave it something else than it should;
 * `unseen` when it ends well and has no effect outside; `status N` for whatever else it, or systemd for it, exits with.
 */
export type Outcome = string;

/** Lines that, added to the learned drop-in, must make the program fail. */
export interface Break {
  readonly lines: readonly string[];
  readonly failure: Outcome;
  /** No program is given these lines, not even the twin. */
  readonly never?: true;
}

export interface Row {
  /** MODULE.FUNCTION of test/fixtures/needs. */
  readonly need: string;
  /** Tells rows of one need apart. */
  readonly variant?: string;
  /** Lines for the `[Service]` section besides ExecStart=; the twin has them too. */
  readonly unit?: readonly string[];
  readonly posture?: Posture;
  /** For bash, as root, before the program is started, each time. */
  readonly setup?: string;
  /** For bash, as root, after the program has ended, with its unit in $1: whether it had its effect outside. */
  readonly effect?: string;
  /** For bash, as root, afterwards. */
  readonly teardown?: string;
  /** Directives that must differ from the twin's decision, and how; all others must not. */
  readonly decides: Readonly<Record<string, Expected>>;
  readonly breaks: readonly Break[];
}

/** One directive with its lines, added back. */
export function back(directive: string, values: string | readonly string[], failure: Outcome): Break {
  return { lines: [values].flat().map((value) => `${directive}=${value}`), failure };
}

/** The same expectation for several directives. */
export function each(directives: readonly string[], expected: Expected): Readonly<Record<string, Expected>> {
  return Object.fromEntries(directives.map((directive) => [directive, expected]));
}

/** Lines that no program is given, not even the twin. */
export function never(one: Break): Break {
  return { ...one, never: true };
}
