/** What a rule is asked about, and what it answers. */
import type { Sandbox } from "../../baselines/difference.js";
import type { Failure } from "../../facts/failures.js";
import type { Host, Unit } from "../../host/types.js";
import type { Value } from "../../strace-parser/types.js";
import type { Setting } from "../types.js";

/** Where a call failed. */
export interface SuspectContext {
  /** Major version of the systemd that confined the service. */
  readonly target: number;
  /** As it is shipped; its own sandbox confines as well. */
  readonly unit: Unit;
  readonly host: Host;
}

/** A call that failed, and the sandbox that it failed in. */
export interface Case {
  readonly failure: Failure;
  readonly call: string;
  readonly errno: string;
  readonly args: readonly Value[];
  /** Absolute, as the process names them. */
  readonly paths: readonly string[];
  /** The unit with all settings, those of the drop-in over its own, as `systemctl show` prints them. */
  readonly sandbox: Sandbox;
  /** The right-hand sides that are in force for a directive, a reset first where there is one; none where it is not set. */
  readonly valuesOf: (directive: string) => readonly string[];
  /** The value of a boolean or enumerated directive; the weakest where it is not set. */
  readonly levelOf: (directive: string) => string;
  readonly target: number;
  readonly host: Host;
}

/** How one directive refuses calls. */
export interface Rule {
  readonly directive: string;
  /** `filter`: seccomp(2) refuses before the kernel looks at anything else, so nothing further down comes to a decision. */
  readonly stage: "filter" | "kernel";
  /** Whether the setting that is in force can have made this call fail so. */
  readonly refuses: (asked: Case) => boolean;
}

export type { Setting };
