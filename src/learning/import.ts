import type { Learned, Progress } from "./types.js";

export interface ImportOptions {
  /** Directory in which the traced command was started; default: what the trace says, else unknown. */
  readonly cwd?: string;
  /** User id with which the traced command was started; default: the caller's. */
  readonly uid?: number;
  /** Name of the learned unit; default: the first program that was executed. */
  readonly name?: string;
  readonly progress?: Progress;
}

/**
 * Facts from saved traces of `strace -f -o`, with or without -y, -t and the like. `FILE.PID` of one `-ff` set belong
 * together; `-` is standard input. Throws badInput for what is no trace.
 */
export declare function importTraces(files: readonly string[], options?: ImportOptions): Promise<Learned>;
