/** Calls that failed: what a confined run is compared by with one that was not. */
import type { CallRecord } from "../strace-parser/types.js";
import type { AttachOptions } from "./builder.js";
import type { Evidence } from "./types.js";

/** All calls of one program, for one user, that failed alike on what is the same in every run. */
export interface Failure {
  /** The same in every run: program, user, call, what it is about, error. */
  readonly key: string;
  readonly call: string;
  /** `EPERM` …; `SIGSYS` where the process was killed for the call (seccomp(2)). */
  readonly errno: string;
  /** Absolute paths that it is about, as the process sees them and with run-specific parts replaced. */
  readonly paths: readonly string[];
  /** The first such call, and the process that made it as it was then. */
  readonly record: CallRecord;
  readonly state: AttachOptions;
  readonly evidence: Evidence;
}
