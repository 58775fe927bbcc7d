import type { FactSet } from "../facts/set.js";
import type { Evidence } from "../facts/types.js";
import type { Host } from "../host/types.js";

import type { LifecyclePhase, Progress } from "./types.js";

export interface SessionOptions {
  /** Directory to keep the raw trace files in, `LABEL.strace`; created when it is missing. Without it they are freed as they are read. */
  readonly keepTraces?: string;
  readonly progress?: Progress;
}

/** What was learned from all tracers together. */
export interface SessionResult {
  readonly facts: FactSet;
  readonly evidence: Readonly<Record<string, Evidence>>;
  readonly host: Host;
  /** Why the evidence is incomplete, one line each; empty when it is complete. */
  readonly incomplete: readonly string[];
}

/**
 * One learning run: any number of tracers, whose records become the facts of one FactBuilder.
 * Always end it with `finish()` or `close()`; both let go of every process that is still traced.
 */
export interface SessionContract {
  /**
   * Traces a running process, its threads and all its future children from outside. Resolves when strace holds every
   * thread: what the process does from then on is evidence. `label` names the stream (`main`, `ExecStartPre`) in
   * messages and kept files. Throws hostCannot where ptrace is forbidden, serviceFailed when the process is gone.
   */
  attach(pid: number, options: { label: string }): Promise<void>;
  /** Starts a command under strace. */
  run(argv: readonly string[], options?: CommandOptions): Promise<Command>;
  /** From now on evidence belongs to this lifecycle phase. Drains first. */
  phase(name: LifecyclePhase): Promise<void>;
  /** Resolves when everything the tracers had written when it was called has become facts. */
  drain(): Promise<void>;
  /** Detaches what is still traced (it runs on), reads the rest, asks the host and gives the facts. */
  finish(): Promise<SessionResult>;
  /** Lets go of everything without a result; idempotent, also after `finish()`. */
  close(): Promise<void>;
}

/** Opens a session: finds strace and tries whether ptrace is allowed. Throws hostCannot otherwise. */
export declare function openSession(options?: SessionOptions): Promise<SessionContract>;
