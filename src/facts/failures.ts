/** Calls that failed: what a confined run is compared by with one that was not. */
import type { CallRecord } from "../strace-parser/types.js";
import type { AttachOptions } from "./builder.js";
import { type CallSite, callSite, siteKey } from "./call-site.js";
import type { Credentials } from "./credentials.js";
import type { Interpretation } from "./interpretation.js";
import { type Entry, evidenceOf, joinEvidence, Ledger } from "./ledger.js";
import type { Process } from "./processes.js";
import { copyOf } from "./records.js";
import { mayBeRefusal } from "./refusals.js";
import { compareText } from "./set.js";
import { attachOptions, replacedNames, withNames } from "./snapshot.js";
import type { Evidence } from "./types.js";
import { numberOf } from "./values.js";

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

/** The error of a call that a process was killed for. */
export const killedFor = "SIGSYS";

interface Kept {
  readonly errno: string;
  readonly site: CallSite;
  readonly record: CallRecord;
  readonly state: AttachOptions;
}

/** A failure by the text of its call, and in what state that text means the same again. */
interface Recent {
  readonly entry: Entry<Kept>;
  readonly executable: string;
  readonly credentials: Credentials;
  readonly cwd: string | undefined;
  readonly group: number;
}

/** Beyond so many kinds that a run has, calls of a program that fail alike are one kind whatever they are about. */
export const mostKinds = 10_000;
const mostRecent = 5000;

/** Collects what fails. Memory is bounded; a failure that comes again only counts. */
export class Failures {
  readonly #kept = new Ledger<Kept>();
  #kinds = 0;
  #recent = new Map<number, Recent>();

  /** Has the current call of `trace` failed as a sandbox might have made it? */
  isWanted(trace: Interpretation, call: CallRecord): boolean {
    if (call.outcome !== "failed" || !mayBeRefusal(call)) return false;
    // A process of the unit that ended meanwhile.
    return call.errno !== "ESRCH" || !mentions(call, trace.pids);
  }

  /** The same call in the same state as a former one: counts it. Undefined when it is another. */
  again(process: Process, { textId }: CallRecord): Entry<unknown> | undefined {
    const known = textId === undefined ? undefined : this.#recent.get(textId);
    if (
      known?.executable !== process.executable ||
      known.credentials !== process.credentials ||
      known.cwd !== process.fs.cwd ||
      known.group !== process.group
    )
      return undefined;
    known.entry.count++;
    return known.entry;
  }

  /** Notes the current call of `trace`, whose handler has found what it names. */
  note(trace: Interpretation, record: CallRecord, errno = record.errno ?? ""): Entry<unknown> {
    const { process } = trace;
    const site = callSite(trace, record);
    const key = siteKey(site, errno);
    const isOneTooMany = this.#kinds >= mostKinds && !this.#kept.has(key);
    const noted = isOneTooMany ? { ...site, constants: [], objects: [] } : site;
    const entry = this.#kept.note(isOneTooMany ? siteKey(noted, errno) : key, trace, () => {
      this.#kinds++;
      const kept = copyOf(record);
      return { errno, site: noted, record: kept, state: attachOptions(trace, kept) };
    });
    const { textId } = record;
    if (textId !== undefined && trace.printsDescriptors) {
      if (this.#recent.size >= mostRecent) this.#recent = new Map();
      const { executable, credentials, fs, group } = process;
      this.#recent.set(textId, { entry, executable, credentials, cwd: fs.cwd, group });
    }
    return entry;
  }

  /** Each kind once, sorted by key. `fold` gives a path the name that facts have for it now that all is known. */
  all(fold: (path: string) => string): readonly Failure[] {
    return joinFailures(Array.from(this.#kept.entries(), (entry) => failureOf(entry, fold)));
  }
}

/** Each kind once, sorted by key; counts add up. */
export function joinFailures(failures: readonly Failure[]): readonly Failure[] {
  const found = new Map<string, Failure>();
  for (const failure of failures) {
    const known = found.get(failure.key);
    if (known === undefined) found.set(failure.key, failure);
    else found.set(failure.key, { ...known, evidence: joinEvidence(known.evidence, failure.evidence) });
  }
  return [...found.values()].sort((a, b) => compareText(a.key, b.key));
}

function failureOf(entry: Entry<Kept>, fold: (path: string) => string): Failure {
  const { errno, record, state, site } = entry.value;
  const objects = site.objects.map((object) => ({ ...object, path: fold(object.path) }));
  const names = objects.flatMap(({ raw, path }) => replacedNames(raw, path));
  return {
    key: siteKey({ ...site, objects }, errno),
    call: record.name,
    errno,
    paths: objects.map(({ path }) => path),
    record,
    state: withNames(state, names),
    evidence: evidenceOf(entry),
  };
}

function mentions({ args }: CallRecord, pids: ReadonlySet<number>): boolean {
  return args.some((arg) => {
    const number = numberOf(arg);
    return number !== undefined && pids.has(Math.abs(number));
  });
}
