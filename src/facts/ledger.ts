import type { CallRecord } from "../strace-parser/types.js";
import { type Incidence, newIncidence, type Sampling } from "./sampling.js";
import type { Evidence } from "./types.js";

/** Example lines are for people; longer ones are cut. */
const exampleLength = 200;

/** Where in the run something happened: what evidence consists of. */
export interface Moment {
  readonly record: CallRecord;
  readonly process: { readonly executable: string };
  readonly phase: string;
  /** Seconds since the first record. */
  readonly elapsed: number;
  /** Counts records, so that "earlier" is defined without times. */
  readonly sequence: number;
  readonly sampling: Sampling;
}

export interface Entry<T> extends Incidence {
  readonly value: T;
  count: number;
  readonly sequence: number;
  readonly first: number;
  readonly phase: string;
  /** As the process saw it; empty when it is not known. */
  readonly executable: string;
  readonly example: string;
}

/**
 * Values by key, each with the evidence of its first sight and a count. Memory is bounded by the number of different
 * keys, so keys must not contain what differs from call to call.
 */
export class Ledger<T> {
  readonly #entries = new Map<string, Entry<T>>();

  note(key: string, moment: Moment, value: () => T): Entry<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      countAgain(known, moment.sampling);
      return known;
    }
    const entry: Entry<T> = {
      ...newIncidence(),
      value: value(),
      count: 1,
      sequence: moment.sequence,
      first: moment.elapsed,
      phase: moment.phase,
      executable: moment.process.executable,
      example: cut(moment.record.text),
    };
    moment.sampling.mark(entry);
    this.#entries.set(key, entry);
    return entry;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  entries(): Iterable<Entry<T>> {
    return this.#entries.values();
  }
}

/** The same happens once more. */
export function countAgain(entry: Entry<unknown>, sampling: Sampling): void {
  entry.count++;
  if (entry.stamp !== sampling.stamp) sampling.mark(entry);
}

/** Evidence of the same fact from two entries: counts add up, the earlier one is the example. */
export function joinEvidence(a: Evidence, b: Evidence): Evidence {
  return { ...(b.first < a.first ? b : a), count: a.count + b.count };
}

export function evidenceOf(entry: Entry<unknown>): Evidence {
  const { count, first, phase, executable, example } = entry;
  const process = baseNameOf(executable);
  return { count, first, phase, process, example, ...(executable === "" ? {} : { executable }) };
}

function baseNameOf(executable: string): string {
  return executable.slice(executable.lastIndexOf("/") + 1);
}

function cut(text: string): string {
  return text.length > exampleLength ? `${text.slice(0, exampleLength - 1)}…` : text;
}
