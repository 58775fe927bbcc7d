/** What a rule is asked about, and what it answers. */
import type { Sandbox } from "../../baselines/difference.js";
import type { Failure } from "../../facts/failures.js";
import type { Fact } from "../../facts/types.js";
import type { Host, Unit } from "../../host/types.js";
import type { Value } from "../../strace-parser/types.js";

/** Where a call failed. */
export interface SuspectContext {
  /** Major version of the systemd that confined the service. */
  readonly target: number;
  /** As it is shipped; its own sandbox confines as well. */
  readonly unit: Unit;
  readonly host: Host;
  /** What the call would have shown, had it succeeded; missing where that was not asked. */
  readonly facts?: readonly Fact[];
}

/** A call that failed, and the sandbox that it failed in. */
export interface Case {
  readonly failure: Failure;
  readonly call: string;
  readonly errno: string;
  readonly args: readonly Value[];
  /** Absolute, without symbolic links as far as the host is known. */
  readonly paths: readonly string[];
  /** The unit with all settings, those of the drop-in over its own, as `systemctl show` prints them. */
  readonly sandbox: Sandbox;
  /** Right-hand sides in the drop-in; none where it does not mention the directive. */
  readonly valuesOf: (directive: string) => readonly string[];
  /** The value of a boolean or enumerated directive that is in force; the weakest where it is not set. */
  readonly levelOf: (directive: string) => string;
  readonly target: number;
  readonly host: Host;
  readonly facts: readonly Fact[] | undefined;
}

/**
 * - `filter`: seccomp(2), which refuses before the kernel looks at anything else
 * - `kernel`: whatever else systemd sets up
 * - `identity`: who the service is, and other things that may refuse anything; asked when nothing else explains it
 */
export type Stage = "filter" | "kernel" | "identity";

/** How one directive refuses calls. */
export interface Rule {
  readonly directive: string;
  readonly stage: Stage;
  /** Whether the setting that is in force can have made this call fail so. */
  readonly refuses: (asked: Case) => boolean;
}
