/**
 * Processes that are killed for a system call (SystemCallFilter= without SystemCallErrorNumber=, SystemCallArchitectures=).
 * The kernel does not stop them for their tracer any more (force_sig_seccomp with SA_IMMUTABLE, since Linux 5.16): strace
 * prints the call as if it had come back, with whatever was in the register (`mkdir("/x", 0700) = 83`), and then
 * `+++ killed by SIGSYS +++`. Tried with strace 6.1 on 6.18.
 */
import type { CallRecord } from "../strace-parser/types.js";
import type { Interpretation } from "./interpretation.js";
import type { Entry } from "./ledger.js";
import { copyOf } from "./records.js";
import type { Fact } from "./types.js";

export class Kills {
  /** The first record of each call: a filter by name lets none of them through. Bounded by the number of names. */
  readonly #first = new Map<Entry<Fact>, CallRecord>();

  /** A call that came back, where it may be the first of its kind. */
  note(call: Entry<Fact>, record: CallRecord): void {
    if (record.outcome === "returned" && !this.#first.has(call)) this.#first.set(call, copyOf(record));
  }

  /**
   * The process, or one of its threads, died of SIGSYS: notes the call that did it, which is the last one of all threads
   * that came back; those that were waiting did not. The other threads die of it as well, and are no news then.
   */
  killed(trace: Interpretation, pid: number): void {
    const group = trace.processes.get(pid)?.group;
    const threads = [...trace.processes.values()].filter((one) => one.group === group);
    const [culprit] = threads
      .filter(({ lastCall }) => lastCall !== undefined)
      .sort((a, b) => b.lastSequence - a.lastSequence);
    const record = culprit?.lastCall === undefined ? undefined : this.#first.get(culprit.lastCall);
    for (const thread of threads) thread.lastCall = undefined;
    if (culprit === undefined || record === undefined) return;
    trace.look({ ...record, pid: culprit.pid }, culprit);
    trace.killed();
  }
}
