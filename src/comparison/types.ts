/**
 * What `profile check` finds out, as plain JSON: a candidate profile against the baseline it may not exceed. Texts
 * contain what a traced program chose as it is; whoever prints them makes them harmless.
 */
import type { Breadth, Manager, Posture } from "../directives/types.js";
import type { Witness } from "../explain/types.js";
import type { Fact } from "../facts/types.js";

/** How much a privilege gives to whoever takes over the service. In rising order. */
export const severities = ["low", "medium", "high"] as const;

export type Severity = (typeof severities)[number];

/** One of the two profiles. */
export interface Side {
  /** How the profile was called on the command line: a file, `-`, or a unit. */
  readonly name: string;
  readonly unit: string;
  readonly facts: number;
  readonly runs: number;
  /** Of all runs together, in the order in which they happen. */
  readonly phases: readonly string[];
}

/** A directive whose lines are not the same on both sides. null: not set. The right-hand sides are as written in a drop-in. */
export interface SettingChange {
  readonly directive: string;
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  /** Members that a list would gain and lose. */
  readonly gains: readonly string[];
  readonly drops: readonly string[];
}

/** A privilege that the candidate has and the baseline does not cover. */
export interface Growth extends Witness {
  readonly severity: Severity;
  /** What an attacker who takes over the service gains by it, one sentence. */
  readonly gain: string;
  /** The lines of the drop-in that would have to change for it; empty where no directive restricts it in this posture. */
  readonly settings: readonly SettingChange[];
  /** What the baseline knew of the same thing, where it changed sides: only probed, only by itself … null: nothing. */
  readonly before: Fact | null;
}

/** A rule that let growth through. */
export interface Acceptance {
  readonly growth: Growth;
  readonly reason: string;
  /** ISO 8601 date, the last day on which it holds. */
  readonly expires: string;
}

/** Growth that a rule would let through if it had not expired. */
export interface Lapse {
  readonly growth: Growth;
  readonly reason: string;
  readonly expires: string;
}

/** A fact of the candidate that no profile of this unit may have. */
export interface Violation extends Witness {
  readonly severity: Severity;
  readonly gain: string;
  /** The reason that the policy gives. */
  readonly reason: string;
}

/** A fact that is new, but grants nothing that the baseline does not. */
export interface Covered extends Witness {
  /** Why: the same by another name (`alias of openat`), or the setting that has it already (`ReadWritePaths=/var/lib/x`). */
  readonly by: string;
}

/** A privilege of the baseline that the candidate did not use. */
export interface Gone extends Witness {
  readonly severity: Severity;
}

/** What the unit file itself says otherwise: another user, fewer restrictions …; or what the candidate left out of its drop-in. */
export interface UnitChange {
  /** `User`, `AmbientCapabilities`, or a sandboxing directive that the unit ships. */
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  /** Does the service have more by it, less, or is it merely different? */
  readonly direction: "more" | "less" | "other";
  readonly severity: Severity;
  readonly gain: string;
  /** Why the candidate's drop-in does without it; missing where the unit file says it. */
  readonly dropped?: string;
  /** The rule of the allow file that is about it; missing where there is none. One that has lapsed lets nothing through. */
  readonly rule?: {
    readonly state: "accepted" | "lapsed";
    readonly reason: string;
    readonly expires: string;
  };
}

/**
 * `more`: privileges beyond the baseline that fail the check; `inconclusive`: none were seen, but the candidate was
 * exercised less than the baseline; `less`: privileges could be taken back; `same`: neither.
 */
export type Verdict = "more" | "inconclusive" | "less" | "same";

export interface Comparison {
  readonly verdict: Verdict;
  readonly unit: string;
  readonly baseline: Side;
  readonly candidate: Side;
  /** For which systemd and how far the settings were decided, on both sides alike. */
  readonly target: number;
  readonly manager: Manager;
  readonly posture: Posture;
  readonly breadth: Breadth;
  /** The lowest severity that makes the verdict `more`. */
  readonly failOn: Severity;
  /** Neither accepted nor below `failOn`: what the verdict rests on. The most severe first. */
  readonly growth: readonly Growth[];
  /** Growth less severe than `failOn`. */
  readonly tolerated: readonly Growth[];
  readonly accepted: readonly Acceptance[];
  readonly lapsed: readonly Lapse[];
  readonly violations: readonly Violation[];
  /** Why the candidate may be above the ceiling all the same, one line each; missing where there is no ceiling. */
  readonly unseen?: readonly string[];
  readonly unitChanges: readonly UnitChange[];
  /** Lines of the drop-in that the growth changes, all facts together. */
  readonly settings: readonly SettingChange[];
  /** Lines that could be tightened if the candidate is all there is. */
  readonly takeBack: readonly SettingChange[];
  readonly gone: readonly Gone[];
  readonly covered: readonly Covered[];
  /** Why the candidate was exercised less than the baseline, one line each; empty when it was not. */
  readonly inconclusive: readonly string[];
  /** Rules of the allow file that nothing needed, one line each. */
  readonly unused: readonly string[];
}
