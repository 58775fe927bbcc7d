import { rm } from "node:fs/promises";
import { wantedCalls } from "../facts/index.js";
import { StraceParser } from "../strace-parser/index.js";
import type { ExitRecord, ParseSummary, RecordHandler } from "../strace-parser/types.js";
import { Follower } from "../tracers/follow.js";
import type { Tracer, TracerEnd } from "../tracers/strace.js";
import { tracerComplaints, unparsedLines } from "./incomplete.js";
import type { Progress } from "./types.js";

/** How often storage of consumed trace is given back, in bytes: at most about this much is held. */
const freeEvery = 64 << 20;

export interface StreamOptions {
  readonly label: string;
  /** The trace file; it exists. */
  readonly file: string;
  readonly keep: boolean;
  readonly tracer: Tracer;
  readonly handle: RecordHandler;
  /** Changes when calls that were told already are to be told again; asked now and then. */
  readonly round: () => number;
  readonly progress: Progress;
}

/** One tracer, its trace file and its parser, from start to end. */
export class Stream {
  readonly tracer: Tracer;
  /** Threads and processes that have been seen and whose end has not. */
  readonly live = new Set<number>();
  /** How processes ended. Main threads only matter, but in a trace they look like all others. */
  readonly exits = new Map<number, Pick<ExitRecord, "status" | "signal">>();
  /** Resolves when strace is gone and all it wrote has been handled: why this stream is incomplete. */
  readonly done: Promise<readonly string[]>;

  readonly #options: StreamOptions;
  readonly #awaited = new Map<number, () => void>();
  readonly #parser: StraceParser;
  readonly #follower: Follower;
  #done = false;
  #round = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.tracer = options.tracer;
    this.#parser = new StraceParser(this.#handle, wantedCalls);
    this.#follower = new Follower(
      options.file,
      (chunk) => {
        this.#parser.write(chunk);
        this.#followRounds();
      },
      options.keep ? {} : { freeEvery },
    );
    this.done = this.#finish();
    // Whoever awaits `done` later gets the error; until then it must not end the program.
    this.done.catch(() => undefined);
  }

  /** Whether strace is gone and all it wrote has been handled. */
  isDone(): boolean {
    return this.#done;
  }

  /** Bytes of the trace handled so far. */
  get consumed(): number {
    return this.#follower.consumed;
  }

  /** Calls of which only the first is told are told once more. */
  startOver(): void {
    this.#parser.startOver();
  }

  /** Resolves when the end of a process is in the trace. */
  ended(pid: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.exits.has(pid)) resolve();
      else this.#awaited.set(pid, resolve);
    });
  }

  /** Resolves when everything that strace had written when it was called has been handled. */
  drain(): Promise<void> {
    return this.#follower.drain();
  }

  #followRounds(): void {
    const round = this.#options.round();
    if (round !== this.#round) this.#parser.startOver();
    this.#round = round;
  }

  readonly #handle: RecordHandler = (record) => {
    if (record.kind === "exit" && record.reason === "superseded") {
      // A thread called execve and took over the id of its process (ptrace(2), "execve(2) under ptrace").
      if (record.by !== undefined) this.live.delete(record.by);
    } else if (record.kind === "exit") {
      this.live.delete(record.pid);
      this.exits.set(record.pid, { status: record.status, signal: record.signal });
      this.#awaited.get(record.pid)?.();
    } else {
      this.live.add(record.pid);
    }
    this.#options.handle(record);
  };

  async #finish(): Promise<readonly string[]> {
    const end = await this.tracer.ended;
    try {
      await this.#follower.stop();
    } finally {
      this.#done = true;
    }
    const summary = this.#parser.end();
    this.#reportStorage();
    if (!this.#options.keep) await rm(this.#options.file, { force: true });
    return this.#incomplete(end, summary).map((reason) => `${this.#options.label}: ${reason}`);
  }

  #reportStorage(): void {
    const { freeFailure } = this.#follower;
    if (freeFailure === undefined) return;
    this.#options.progress(
      `the trace of ${this.#options.label} could not be freed while it was read: ${freeFailure}`,
    );
  }

  #incomplete(end: TracerEnd, summary: ParseSummary): string[] {
    return [...tracerComplaints(end, this.live.size), ...unparsedLines(summary)];
  }
}
