import type { CallRecord } from "../strace-parser/types.js";
import { copyOf } from "./records.js";

/** More than any child does before its parent's vfork or clone returns. */
const mostHeld = 5000;

/** Calls of processes whose parent is not known yet, kept until it is. */
export class Orphans {
  readonly #held = new Map<number, CallRecord[]>();

  hold(record: CallRecord): void {
    const { pid } = record;
    const copy = copyOf(record);
    const calls = this.#held.get(pid);
    if (calls === undefined) this.#held.set(pid, [copy]);
    else calls.push(copy);
  }

  has(pid: number): boolean {
    return this.#held.size > 0 && this.#held.has(pid);
  }

  isFull(pid: number): boolean {
    return (this.#held.get(pid)?.length ?? 0) >= mostHeld;
  }

  /** Hands over and forgets the calls of one process. */
  take(pid: number): readonly CallRecord[] {
    const calls = this.#held.get(pid) ?? [];
    this.#held.delete(pid);
    return calls;
  }

  pids(): number[] {
    return [...this.#held.keys()];
  }
}
