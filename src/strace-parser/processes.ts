import { ByteBuffer } from "./bytes.js";
import type { Word } from "./names.js";

/** Indexes into {@link PERSONALITIES}. */
export type PersonalityCode = 0 | 1 | 2;
export const PERSONALITIES = ["native", "32", "x32"] as const;

/** What must be remembered of one process (thread) between its lines. */
export class Process {
  readonly pid: number;
  personality: PersonalityCode;
  /** Keys of the calls that were delivered, for those of which only the first is wanted. */
  readonly seen = new Set<number>();

  /** The call under way: its name, time, and the bytes of its first part. */
  pending: Word | undefined;
  pendingTime: number | undefined;
  pendingPersonality: PersonalityCode = 0;
  /** The first part lies here, until the chunk that it is in is given back ({@link keepPending}). */
  #source: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #kept: ByteBuffer | undefined;

  constructor(pid: number, personality: PersonalityCode) {
    this.pid = pid;
    this.personality = personality;
  }

  suspend(name: Word, time: number | undefined, bytes: Uint8Array, start: number, end: number): void {
    if (this.pending === undefined) {
      this.pendingPersonality = this.personality; // execve may change it before it returns
    }
    this.pending = name;
    this.pendingTime = time;
    this.#source = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** Copies the first part, because the buffer that holds it is about to be reused. */
  keepPending(): void {
    if (this.pending === undefined || this.#source === undefined) {
      return;
    }
    this.#kept ??= new ByteBuffer(256);
    this.#kept.length = 0;
    this.#kept.append(this.#source, this.#start, this.#end);
    this.#source = undefined;
  }

  /** Appends the first part of the call under way. */
  appendPending(to: ByteBuffer): void {
    if (this.#source !== undefined) {
      to.append(this.#source, this.#start, this.#end);
    } else if (this.#kept !== undefined) {
      to.append(this.#kept.bytes, 0, this.#kept.length);
    }
  }

  /** A thread that executes a program takes over the pid of its thread group's leader: execve(2). */
  takeOver(other: Process): void {
    other.keepPending();
    this.pending = other.pending;
    this.pendingTime = other.pendingTime;
    this.pendingPersonality = other.pendingPersonality;
    this.#source = undefined;
    this.#kept = other.#kept;
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
