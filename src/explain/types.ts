/** What `profile explain` answers, as plain JSON. */
import type { Advice, Grant, Posture } from "../directives/types.js";
import type { Evidence, Fact } from "../facts/types.js";
import type { Saturation } from "../saturation/types.js";
import type { Unexercised } from "../saturation/unexercised.js";

/** Evidence of the first run that saw a fact, and by how many of how many runs it was seen. */
export interface Sighting extends Evidence {
  readonly seen: number;
  readonly runs: number;
}

/** What taking a privilege away showed (src/profile/types.ts). */
export type Trial = "needed" | "unneeded";

/** A fact, in words and with what the runs recorded of it. */
export interface Witness {
  readonly fact: Fact;
  /** To follow "the service". What a traced program chose is in it as it is. */
  readonly text: string;
  /** null: no run recorded any; the fact was written by hand. */
  readonly evidence: Sighting | null;
  /** Missing where it was not tried to do without. */
  readonly trial?: Trial;
}

/** A decided directive: its right-hand sides, or null where it is not set. */
export interface Outcome {
  readonly directive: string;
  readonly values: readonly string[] | null;
  /** Why it is not set; null where it is. */
  readonly reason: "unsafe" | "operator" | "unavailable" | "meaningless" | null;
  readonly why: string;
}

/** What would be decided otherwise if the service did something more. */
export interface Change {
  readonly directive: string;
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  /** Members that a list would gain, and those that it would lose. */
  readonly gains: readonly string[];
  readonly drops: readonly string[];
  /** What refuses: the directive itself, or the one that it lifts. */
  readonly refuser: string;
  /** How that fails, in one sentence. */
  readonly refusal: string;
  /** Other ways to allow it, that a person has to decide. */
  readonly advice: readonly Advice[];
}

/** Whether the service may do something under the drop-in (and under what its unit ships, where that is kept). */
export interface Verdict {
  /** For example `write`, `call ptrace`. */
  readonly operation: string;
  readonly isAllowed: boolean;
  /** The settings that let it through, or that refuse it; none where no setting is about it. */
  readonly by: readonly string[];
  /** What learning it would change; empty for what is allowed. */
  readonly changes: readonly Change[];
}

/** What a wider choice would let through beyond the one made. */
export interface Price {
  /** For example `breadth group`, `@system-service`, `ReadWritePaths=/run`. */
  readonly of: string;
  /** How the choice made stands to it: it contains this much already, or would gain this much. */
  readonly relation: "adds" | "would add" | "covers";
  readonly count: number;
  readonly noun: "call" | "member" | "path";
  readonly names: readonly string[];
}

/** One value of a list and its witnesses. */
export interface ExplainedGrant {
  readonly value: string;
  readonly origin: Grant["origin"];
  /** `needed`: the service failed without; `used`: nobody tried; `assumed`: it was not seen, but goes with what was. */
  readonly need: "needed" | "used" | "assumed";
  readonly witnesses: readonly Witness[];
}

export interface DirectiveAnswer {
  readonly kind: "directive";
  /** The value that was asked about, where it is another one than was decided. */
  readonly asked: string | null;
  readonly outcome: Outcome;
  /** What it refuses and how that fails. */
  readonly refusal: string;
  readonly grants: readonly ExplainedGrant[];
  /** Of a directive that is not set: what speaks against it. */
  readonly witnesses: readonly Witness[];
  /** What was used and would have weakened it, but is refused, because the service works without. */
  readonly unneeded: readonly Witness[];
  readonly postures: readonly { readonly posture: Posture; readonly values: readonly string[] | null }[];
  readonly prices: readonly Price[];
  readonly advice: readonly Advice[];
  /** How many facts were asked. */
  readonly facts: number;
}

/** Everything that is not a directive: what a service does, or could do. */
export interface UseAnswer {
  readonly kind: "path" | "call" | "group" | "capability" | "family" | "address" | "namespace";
  readonly subject: string;
  /** What it is, one sentence each. */
  readonly about: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** False where use is not a fact, so that no witness means nothing. */
  readonly isRecorded?: false;
  readonly uses: readonly { readonly title: string; readonly witnesses: readonly Witness[] }[];
  readonly prices: readonly Price[];
}

export interface FamilyOverview {
  readonly title: string;
  readonly directives: readonly DirectiveAnswer[];
}

export interface OverviewAnswer {
  readonly kind: "overview";
  /** Of the longest soak; null: not known. */
  readonly saturation: Saturation | null;
  /** What is known to exist and no run exercised. */
  readonly unexercised: readonly Unexercised[];
  readonly families: readonly FamilyOverview[];
}

export type Answer = OverviewAnswer | DirectiveAnswer | UseAnswer;
