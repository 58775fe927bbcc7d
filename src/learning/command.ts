import type { Learned, Progress, Soak } from "./types.js";

export interface LearnCommandOptions {
  readonly argv: readonly string[];
  /**
   * With a soak the command is a server: it runs in the background and gets SIGTERM when the soak is over.
   * Without, its own run is the soak.
   */
  readonly soak?: Soak;
  /** Run it in a pseudo-terminal. */
  readonly pty?: boolean;
  /** Ends the run early and without blame: the command gets SIGTERM, what was seen is kept (Ctrl-C). */
  readonly interrupt?: AbortSignal;
  /** Directory to keep the raw traces in. */
  readonly keepTraces?: string;
  readonly progress?: Progress;
}

/**
 * Learns from a plain command, as the user who calls. Throws badInput for a program that cannot be run and hostCannot
 * where it cannot be traced; a command or soak that fails gives a `failure` with the facts seen so far.
 */
export declare function learnCommand(options: LearnCommandOptions): Promise<Learned>;
