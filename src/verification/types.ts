/** What running a service under its drop-in showed. */
import type { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import type { Failure } from "../facts/failures.js";
import type { LifecyclePhase } from "../learning/types.js";

/** A directive with the right-hand sides that a drop-in gives it, in order; an empty string is the reset. */
export interface Setting {
  readonly directive: string;
  readonly values: readonly string[];
}

/** What a sandbox does to a service without any call that fails. */
export interface Symptom {
  /**
   * `start`: systemd could not set the sandbox up (exit status 200 to 245, systemd.exec(5)); `kill`: a process died of
   * SIGSYS or of what it was refused; `ignored`: systemd does not apply a setting, its journal says; `failure`: the service,
   * one of its commands or the soak failed, and nothing says why.
   */
  readonly kind: "start" | "kill" | "ignored" | "failure";
  /** One line for people. */
  readonly text: string;
  /** Where systemd itself names it. */
  readonly directive?: string;
  /** Settings of the drop-in that systemd was just putting into effect; one of them failed. */
  readonly candidates?: readonly string[];
}

/** How a service fared in one walk through its lifecycle under trace. */
export interface Walk {
  readonly phases: readonly LifecyclePhase[];
  /** The first thing that went wrong, in one line; missing: it worked. */
  readonly failure?: string;
  /** What it was let do. */
  readonly facts: FactSet;
  /** Calls that failed, each kind once. */
  readonly failures: readonly Failure[];
  readonly symptoms: readonly Symptom[];
  /** Why not everything was seen. */
  readonly incomplete: readonly string[];
  /** Seconds after which its soak command was ended as one that never would; missing: never. */
  readonly patience?: number;
}

/** A setting that may have refused something, and how sure that is. */
export interface Suspect {
  readonly directive: string;
  /** How it does that, in one line, from the rule (systemd.exec(5), the kernel) that says so. */
  readonly how: string;
  /** Nothing else could have, but what is lifted together with it (`groupOf`). */
  readonly isSole: boolean;
  /** The unit itself sets it, the drop-in does not. */
  readonly ofUnit?: true;
}

/**
 * - `facts`: the only setting of the drop-in that can have refused it
 * - `trial`: the service was not refused it in a run without that setting
 * - `bisection`: the service works without that setting, and with all others
 */
export type Certainty = "facts" | "trial" | "bisection";

/** Something that failed confined and does not fail otherwise. */
export interface Denial {
  /** `openat("/var/lib/x/y", O_RDWR|O_CREAT) = EROFS`, or the text of the symptom. */
  readonly what: string;
  /** Base name of the program; empty where none is known. */
  readonly process: string;
  readonly phase: string;
  readonly count: number;
  /** Directives that caused it; several only where none of them would have done it alone. */
  readonly directives: readonly string[];
  readonly certainty: Certainty;
  /** How the directive does that. */
  readonly how: string;
  /**
   * `learned`: facts were added and all decided again; `decided`: the drop-in was tighter than what its facts imply, and has
   * the decided value again; `dropped`: no fact explains it, the setting was left out; `none`: it is still denied.
   */
  readonly repair: "learned" | "decided" | "dropped" | "none";
  /** What was added. */
  readonly facts: readonly Fact[];
  /** Lines of the drop-in before and after, `DIRECTIVE=value` each; lists only what they gained. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A refusal that is none: the service tried it only because it was confined, and went on without. */
export interface Tolerated {
  readonly what: string;
  readonly process: string;
  readonly count: number;
  readonly directives: readonly string[];
}

export interface Verification {
  /** `verified`: nothing that it needs is denied; `denied`: something still is; `failed`: it fails without the drop-in as well. */
  readonly verdict: "verified" | "denied" | "failed";
  readonly denials: readonly Denial[];
  readonly tolerated: readonly Tolerated[];
  /** Directives that the machine does not enforce: of them nothing is proved. */
  readonly unenforced: readonly string[];
  /** How often the service was walked through its lifecycle under the drop-in. */
  readonly runs: number;
  readonly phases: readonly LifecyclePhase[];
  /** Seconds. */
  readonly duration: number;
  readonly failure?: string;
  readonly incomplete: readonly string[];
}
