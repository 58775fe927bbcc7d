import { endsWithAddress } from "./addresses.js";
import { ByteBuffer } from "./bytes.js";
import type { Word } from "./names.js";
import type { Prefix } from "./prefix.js";
import type { CallSpan } from "./record.js";

const NOTHING = Buffer.alloc(0);

/** Indexes into {@link PERSONALITIES}. */
export type PersonalityCode = 0 | 1 | 2;
export const PERSONALITIES = ["native", "32", "x32"] as const;

/** What must be remembered of one process (thread) between its lines. */
export class Process {
  readonly pid: number;
  personality: PersonalityCode;
  /** Keys of the calls that were delivered, for those of which only the first is wanted. */
  readonly seen = new Set<number>();
  /** How many calls have been told or counted. */
  calls = 0;

  /** The call under way, if there is one. */
  pending: Word | undefined;
  pendingPersonality: PersonalityCode = 0;
  /** Its first part and its time lie here, until that buffer is given back ({@link keepPending}). */
  #source: Buffer | undefined;
  #start = 0;
  #end = 0;
  #timeStart = 0;
  #timeEnd = 0;
  #kept: ByteBuffer | undefined;

  constructor(pid: number, personality: PersonalityCode) {
    this.pid = pid;
    this.personality = personality;
  }

  /** A call is under way whose first part is `[start, end)`, and its prefix the given one. */
  suspend(name: Word, prefix: Prefix, bytes: Buffer, start: number, end: number): void {
    this.pending = name;
    this.pendingPersonality = this.personality; // execve may change it before it returns
    this.#source = bytes;
    this.#start = start;
    this.#end = end;
    this.#timeStart = prefix.timeStart;
    this.#timeEnd = prefix.timeEnd;
  }

  /** Copies the first part, because the buffer that holds it is about to be reused. */
  keepPending(): void {
    if (this.pending !== undefined && this.#source !== undefined) {
      this.extendPending(this.#source, this.#start, this.#end);
    }
  }

  /** The first part has become `[start, end)`, which is copied. */
  extendPending(bytes: Buffer, start: number, end: number): void {
    const time = this.#pendingSource();
    const timeLength = this.#timeEnd - this.#timeStart;
    const kept = new ByteBuffer(timeLength + end - start + 1);
    kept.append(time, this.#timeStart, this.#timeEnd);
    kept.append(bytes, start, end);
    this.#kept = kept;
    this.#source = undefined;
    this.#timeStart = 0;
    this.#timeEnd = this.#start = timeLength;
    this.#end = kept.length;
  }

  /** Does the first part of the call under way end with a socket address and its length? */
  get pendingEndsWithAddress(): boolean {
    return endsWithAddress(this.#pendingSource(), this.#start, this.#end);
  }

  /** Tells the time of the call under way. */
  pendingTime(span: CallSpan): void {
    span.setTime(this.#pendingSource(), this.#timeStart, this.#timeEnd);
  }

  #pendingSource(): Buffer {
    return this.#source ?? this.#kept?.bytes ?? NOTHING;
  }

  /** Appends the first part of the call under way. */
  appendPending(to: ByteBuffer): void {
    to.append(this.#pendingSource(), this.#start, this.#end);
  }

  /** A thread that executes a program takes over the pid of its thread group's leader: execve(2). */
  takeOver(other: Process): void {
    this.pending = other.pending;
    this.pendingPersonality = other.pendingPersonality;
    this.calls = other.calls;
    this.#source = other.#source;
    this.#kept = other.#kept;
    this.#start = other.#start;
    this.#end = other.#end;
    this.#timeStart = other.#timeStart;
    this.#timeEnd = other.#timeEnd;
    this.keepPending();
    other.pending = undefined;
  }
}

/**
 * All processes of a trace that have not ended. A line without pid belongs to the root process; in a log with `[pid N]`
 * prefixes strace omits them while one process is left, whichever that is.
 */
export class Processes {
  readonly #byPid = new Map<number, Process>();
  readonly #rootPid: number;
  /** The number of the root process once a `[pid N]` has told it; its records keep the pid they began with. */
  #rootAlias = -1;
  #root: Process | undefined;
  #last: Process | undefined;
  #anyForeign = false;
  #announcements = false;
  readonly #announced = new Set<number>();

  constructor(rootPid: number) {
    this.#rootPid = rootPid;
  }

  get(pid: number): Process {
    const last = this.#last;
    if (last !== undefined && last.pid === pid) {
      return last;
    }
    return (this.#last = this.#byPid.get(pid) ?? this.#add(pid));
  }

  /** The process of a line that names none. */
  unnamed(): Process {
    if (this.#root === undefined && this.#byPid.size === 1) {
      const [only] = this.#byPid.values();
      if (only !== undefined) {
        return only;
      }
    }
    this.#root ??= this.get(this.#rootPid);
    return this.#root;
  }

  /** The process of a `[pid N]`; `resumes` is the call that the line resumes, if it does. */
  bracketed(pid: number, resumes: Word | undefined): Process {
    if (pid === this.#rootAlias) {
      return this.unnamed();
    }
    const known = this.#byPid.get(pid);
    if (known !== undefined) {
      return (this.#last = known);
    }
    const root = this.#root;
    const isRoot =
      root !== undefined &&
      this.#rootAlias < 0 &&
      (resumes === undefined
        ? this.#announcements && !this.#announced.has(pid)
        : resumes === root.pending && !this.#announced.has(pid));
    if (isRoot) {
      this.#rootAlias = pid;
      return (this.#last = root);
    }
    return this.get(pid);
  }

  /** strace says that it attached to a process. */
  announce(pid: number): Process {
    this.#announcements = true;
    this.#announced.add(pid);
    return this.get(pid);
  }

  /** The process that is known by this number. */
  known(pid: number): Process | undefined {
    return pid === this.#rootAlias ? this.#root : this.#byPid.get(pid);
  }

  setPersonality(process: Process, personality: PersonalityCode): void {
    process.personality = personality;
    this.#anyForeign ||= personality !== 0;
  }

  remove(process: Process): void {
    this.#byPid.delete(process.pid);
    this.#announced.delete(process.pid);
    if (process === this.#root) {
      this.#root = undefined;
      this.#rootAlias = -1;
    }
    if (process === this.#last) {
      this.#last = undefined;
    }
  }

  all(): Iterable<Process> {
    return this.#byPid.values();
  }

  /**
   * strace announces a personality only where it differs from what it expects of a new process: that of the process it
   * handled last (alloctcb in strace.c), which normally is the parent.
   */
  #add(pid: number): Process {
    const process = new Process(pid, this.#anyForeign ? this.#expectedPersonality() : 0);
    this.#byPid.set(pid, process);
    return process;
  }

  #expectedPersonality(): PersonalityCode {
    let parent = this.#last;
    for (const process of this.#byPid.values()) {
      if (process.pending !== undefined && /fork|clone/.test(process.pending.text)) {
        parent = process;
      }
    }
    return parent?.personality ?? 0;
  }
}
