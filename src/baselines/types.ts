/** What `profile check --against-unit` finds out, as plain JSON. Texts contain what others chose as it is. */
import type { Severity } from "../comparison/types.js";
import type { Breadth, Posture } from "../directives/types.js";
import type { Witness } from "../explain/types.js";

/** A learned fact that the unit's sandbox refuses. */
export interface Refused extends Witness {
  readonly severity: Severity;
  /** What an attacker who takes over the service gains where it is allowed, one sentence. */
  readonly gain: string;
}

/** One directive, or lists that work together under the name of the first. */
export interface DirectiveCheck {
  readonly directive: string;
  /**
   * How the unit stands to what was learned. `same`: neither lets more through; `looser`: the unit does; `tighter`: it
   * lets less through; `other`: both, in different places.
   */
  readonly relation: "same" | "looser" | "tighter" | "other";
  /** `DIRECTIVE=VALUE` as it holds for the unit, lists as `systemctl show` prints them; none where it has none. */
  readonly unit: readonly string[];
  /** Lines that would make it as tight as what was learned; none where it is. */
  readonly lines: readonly string[];
  /** Members of a list that the unit lets through and the learned one does not. */
  readonly opens: readonly string[];
  /** The reverse. */
  readonly closes: readonly string[];
  /** What the directive refuses and how that fails, in one sentence. */
  readonly refusal: string;
  /** Learned, and refused by the unit: the service would break. The most severe first. */
  readonly refused: readonly Refused[];
  /** Learned, and what the service sees or gets may be different in the unit; it may well do without. */
  readonly doubtful: readonly Refused[];
  /** Why nothing as tight was learned; null where it was. */
  readonly why: string | null;
}

/** `refuses`: the unit refuses what was learned as needed; `looser`: it lets through what was not; else `same`. */
export type UnitVerdict = "refuses" | "looser" | "same";

export interface UnitCheck {
  readonly verdict: UnitVerdict;
  readonly unit: string;
  /** The profile, as it was called on the command line, and the unit that it is of. */
  readonly profile: {
    readonly name: string;
    readonly unit: string;
    readonly facts: number;
    readonly runs: number;
  };
  readonly target: number;
  readonly posture: Posture;
  readonly breadth: Breadth;
  /** Overall exposure of the unit by `systemd-analyze security`; null where that cannot be asked. */
  readonly exposure: number | null;
  /** What the sandbox was read from beside the unit file, one line each, and what else has to be known of it. */
  readonly sources: readonly string[];
  /** Refusing ones first, then looser ones by their weight in `systemd-analyze security`, then the rest. */
  readonly directives: readonly DirectiveCheck[];
  /** What confines the unit and was not compared: directives with their values. */
  readonly notCompared: readonly string[];
  /** Why the evidence of the profile is incomplete; empty when it is complete. */
  readonly incomplete: readonly string[];
}
