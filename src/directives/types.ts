/** A directive is decided from facts, host and unit alone; it never sees a trace. */
import type { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { JoinedHost, Unit } from "../host/types.js";
import type { IdentityAdvice } from "./identity/types.js";

/** `exact`: what was seen; `portable`: and its aliases and error paths; `group`: rounded up to systemd's groups. */
export const breadths = ["exact", "portable", "group"] as const;

export type Breadth = (typeof breadths)[number];

/**
 * `compatible`: only what no path that the soak missed can plausibly need; `strict`: all that the evidence supports;
 * `isolated`: an empty slate, where only what was used exists.
 */
export const postures = ["compatible", "strict", "isolated"] as const;

export type Posture = (typeof postures)[number];

/** Which systemd starts the service: PID 1, or the one that a user has for himself (systemd(1), --user). */
export const managers = ["system", "user"] as const;

export type Manager = (typeof managers)[number];

/** A setting that is left out although no fact speaks against it. */
export interface DroppedSetting {
  readonly directive: string;
  /** What failed under it, one line. */
  readonly why: string;
}

export interface Context {
  readonly facts: FactSet;
  readonly host: JoinedHost;
  readonly unit: Unit;
  /** Major version of the systemd that will read the drop-in. */
  readonly target: number;
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly manager: Manager;
  /** Put advice that changes the unit's identity into effect where it asks nothing of a person first. */
  readonly adoptAdvice: boolean;
  /** Such advice that unit and facts have been adapted to already. */
  readonly adopted?: readonly IdentityAdvice[];
  /** Whatever the facts say, these are not set; missing where there are none. */
  readonly dropped?: readonly DroppedSetting[];
}

/** One value of a setting and what it rests on. */
export interface Grant {
  /** For example `openat2`, `/var/lib/redis`, `CAP_CHOWN`. */
  readonly value: string;
  /** `seen` in the facts, `alias` of something seen, `error-path`, `group` member, `required` by systemd itself. */
  readonly origin: "seen" | "alias" | "error-path" | "group" | "required";
  /** Facts that forced it. */
  readonly facts: readonly Fact[];
}

/** What an operator could do beyond what was decided. */
export interface Advice {
  /** What it would do, and on which conditions; one line. */
  readonly text: string;
  /** Exact lines for the `[Service]` section; may be none. */
  readonly lines: readonly string[];
}

export type Decision =
  | {
      readonly decision: "set";
      readonly directive: string;
      /**
       * Right-hand sides as they are written in the file (quoted and escaped), one assignment each and in order;
       * an empty string is the reset.
       */
      readonly values: readonly string[];
      /** Why this value, in one line, for the comment in the drop-in. */
      readonly why: string;
      readonly grants: readonly Grant[];
      readonly advice?: readonly Advice[];
    }
  | {
      readonly decision: "withheld";
      readonly directive: string;
      /**
       * `unsafe`: the service does what it denies; `operator`: a person must decide (`advice` has the exact lines);
       * `unavailable` on the target; `meaningless` for this unit.
       */
      readonly reason: "unsafe" | "operator" | "unavailable" | "meaningless";
      readonly why: string;
      readonly facts: readonly Fact[];
      readonly advice?: readonly Advice[];
    };

export interface Directive {
  /** The directives this one decides, in the order in which they are written. */
  readonly names: readonly string[];
  /** The mildest posture in which it is set; default `compatible`. */
  readonly from?: Posture;
  /**
   * The interplay completes its values: copied as they are from milder postures, they would open what they should close,
   * so there no lines are offered.
   */
  readonly completed?: true;
  readonly decide: (context: Context) => readonly Decision[];
}
