import { setTimeout } from "node:timers/promises";
import { hostCannot, serviceFailed } from "../errors.js";
import type { Failure } from "../facts/failures.js";
import { FactBuilder } from "../facts/index.js";
import type { SampledBy } from "../facts/sampling.js";
import type { FactSet } from "../facts/set.js";
import type { Evidence } from "../facts/types.js";
import { architectureOf } from "../host/architecture.js";
import { gatherHost } from "../host/gather.js";
import type { Host } from "../host/types.js";
import type { View } from "../host/view.js";
import { saturationOf } from "../saturation/index.js";
import type { Saturation } from "../saturation/types.js";
import { checkPtrace, findStrace, type Strace, searchPath } from "../tracers/find.js";
import { readProcess } from "../tracers/process.js";
import { TraceStorage } from "../tracers/storage.js";
import { attachStrace, namesArchitectures, type RunOptions, runUnderStrace } from "../tracers/strace.js";
import { RunningCommand } from "./running.js";
import { Stream } from "./stream.js";
import type { LifecyclePhase, Progress } from "./types.js";

export interface SessionOptions {
  /**
   * Directory to keep the raw trace files in, `LABEL.strace`; created when it is missing. Without it they are held in
   * memory and freed as they are read.
   */
  readonly keepTraces?: string;
  readonly progress?: Progress;
}

export interface SessionAttachOptions {
  /** Names the stream (`main`, `ExecStartPre`) in messages and kept files. */
  readonly label: string;
  /**
   * `execve` (default): the process is still systemd's and becomes the service by its next execve; what it does before is
   * no evidence. `at-once`: it is the service already.
   */
  readonly begins?: "execve" | "at-once";
  /** Default true: systemd started it as the service itself, not as one of the unit's other commands. */
  readonly isMain?: boolean;
}

export interface FinishOptions {
  /** How what was traced sees the file system, when it does not as we do. */
  readonly view?: View | undefined;
  /** What the host must be asked of besides. */
  readonly paths?: readonly string[];
  /** Also try what the host enforces. Default true. */
  readonly enforcement?: boolean;
}

/** What was learned from all tracers together. */
export interface SessionResult {
  readonly facts: FactSet;
  readonly evidence: Readonly<Record<string, Evidence>>;
  readonly host: Host;
  /** Seconds that the phase `soak` took; missing where there was none. */
  readonly soaked?: number;
  /** How likely more of that is to show something new; missing where there was none. */
  readonly saturation?: Saturation;
  /** `endSaturated` was called. */
  readonly saturated: boolean;
  /** Calls that failed as a sandbox might make them fail, each kind once. */
  readonly failures: readonly Failure[];
  /** Why the evidence is incomplete, one line each; empty when it is complete. */
  readonly incomplete: readonly string[];
}

/** By the clock of the traces (strace -ttt), in seconds. */
function now(): number {
  return Date.now() / 1000;
}

/** Milliseconds between looks whether traces have grown. */
const interval = 50;
/** Some twenty lines of a trace: what an event loop writes when a timer wakes it up. */
const restingBytes = 2048;

/**
 * One learning run: any number of tracers, whose records become the facts of one FactBuilder. Always end it with
 * `finish()` or `close()`; both let go of every process that is still traced.
 */
export class Session {
  readonly #strace: Strace;
  readonly #storage: TraceStorage;
  readonly #progress: Progress;
  readonly #builder = new FactBuilder({ architecture: architectureOf(process.arch) });
  readonly #streams: Stream[] = [];
  readonly #incomplete: string[] = [];
  #soakBegan: number | undefined;
  #soaked: number | undefined;
  #isSaturated = false;

  private constructor(strace: Strace, storage: TraceStorage, progress: Progress) {
    this.#strace = strace;
    this.#storage = storage;
    this.#progress = progress;
  }

  /** Finds strace and tries whether it may trace. Throws hostCannot; then nothing was changed. */
  static async open(options: SessionOptions = {}): Promise<Session> {
    const strace = await findStrace();
    await checkPtrace(strace);
    const storage = await TraceStorage.open(options.keepTraces);
    return new Session(strace, storage, options.progress ?? (() => undefined));
  }

  /**
   * Traces a running process, its threads and all its future children from outside. Resolves when strace holds every
   * thread: what the process does from then on is evidence. Throws hostCannot where ptrace is forbidden, serviceFailed
   * when the process is gone.
   */
  async attach(pid: number, options: SessionAttachOptions): Promise<void> {
    const { label, begins = "execve", isMain = true } = options;
    const file = await this.#storage.create(label);
    const tracer = await attachStrace(pid, file, this.#strace);
    const state = readProcess(pid);
    if (state === undefined) {
      await tracer.detach();
      throw serviceFailed(`${label}: process ${pid} ended while it was attached to`);
    }
    this.#builder.attach(pid, { begins, ...state, isMain });
    this.#follow(label, file, tracer);
  }

  /** Starts a command under strace as the user we are; the program must exist. */
  async run(
    argv: readonly string[],
    options: RunOptions & { readonly label: string },
  ): Promise<RunningCommand> {
    const { label } = options;
    const file = await this.#storage.create(label);
    const { tracer, pid } = await runUnderStrace(argv, file, this.#strace, options);
    if (pid === undefined) {
      const { code, stderr } = await tracer.ended;
      throw hostCannot(`strace could not run ${label} (status ${code}) ${stderr}`.trim());
    }
    if (!namesArchitectures(this.#strace)) {
      this.#incomplete.push(
        `${label}: strace before 5.6 does not say when a program changes its architecture`,
      );
    }
    const own = readProcess("self");
    this.#builder.attach(pid, {
      begins: "execve",
      ...own,
      cwd: options.cwd ?? process.cwd(),
      searchPath: searchPath(process.env),
    });
    return new RunningCommand(pid, this.#follow(label, file, tracer));
  }

  /** From now on evidence belongs to this lifecycle phase; a soak is sampled `by` time or by `repeat()`. Drains first. */
  async phase(name: LifecyclePhase, by: SampledBy = "time"): Promise<void> {
    await this.drain();
    this.#endSoak();
    if (name === "soak") this.#soakBegan = performance.now();
    this.#builder.phase(name, { at: now(), by });
    this.#startOver();
  }

  /** The next repetition of the soak begins: what is seen from now on is seen in that. Drains first. */
  async repeat(): Promise<void> {
    await this.drain();
    this.#builder.repeat();
    this.#startOver();
  }

  /**
   * How likely more of the soak is to show something new, from what was seen up to now; the host is not asked, so that
   * what are two names of one file counts twice. Takes time in proportion to what was seen. Drains first.
   */
  async saturation(): Promise<Saturation | undefined> {
    await this.drain();
    return saturationOf(this.#builder.survey(now()));
  }

  /** The soak ends because of what `saturation()` said. */
  endSaturated(): void {
    this.#isSaturated = true;
  }

  /** Counted calls belong to the part of the soak in which they are told. */
  #startOver(): void {
    for (const stream of this.#streams) stream.startOver();
  }

  #endSoak(): void {
    if (this.#soakBegan !== undefined) this.#soaked = (performance.now() - this.#soakBegan) / 1000;
    this.#soakBegan = undefined;
  }

  /** Resolves when everything the tracers had written when it was called has become facts. */
  async drain(): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.drain()));
  }

  /**
   * Resolves when all traced processes together have hardly made a call for `quiet` milliseconds: a program that has
   * started has come to rest. (One that wakes up now and then to look at the time is at rest.) Gives up after `limit`
   * milliseconds, for a program that never rests, or by `signal`, and says false.
   */
  async settle(quiet: number, limit: number, signal?: AbortSignal): Promise<boolean> {
    const start = performance.now();
    let last = { bytes: -Infinity, at: start };
    while (performance.now() - start < limit && signal?.aborted !== true) {
      await this.drain();
      const bytes = this.#streams.reduce((sum, stream) => sum + stream.consumed, 0);
      if (bytes - last.bytes > restingBytes) last = { bytes, at: performance.now() };
      else if (performance.now() - last.at >= quiet) return true;
      await setTimeout(interval);
    }
    return false;
  }

  /**
   * Detaches what is still traced (it runs on), reads the rest, asks the host and gives the facts.
   */
  async finish(options: FinishOptions = {}): Promise<SessionResult> {
    const { view, paths = [], enforcement = true } = options;
    this.#endSoak();
    const ended = now();
    try {
      const incomplete = await this.#endStreams();
      this.#builder.endSoak(ended);
      const query = this.#builder.hostQuery();
      // The user of a command is its caller.
      const uids = [...query.uids, process.getuid?.() ?? 0];
      const host = await gatherHost({
        ...query,
        paths: [...query.paths, ...paths],
        uids,
        enforcement,
        ...(view !== undefined && { view }),
      });
      const built = this.#builder.finish(host);
      const saturation = saturationOf(built);
      return {
        facts: built.facts,
        evidence: built.evidence,
        failures: built.failures,
        host,
        ...(this.#soaked === undefined ? {} : { soaked: this.#soaked }),
        ...(saturation === undefined ? {} : { saturation }),
        saturated: this.#isSaturated,
        incomplete: [...this.#incomplete, ...incomplete, ...built.incomplete],
      };
    } finally {
      await this.close();
    }
  }

  /** Lets go of everything without a result; may be called again and after `finish()`. */
  async close(): Promise<void> {
    await this.#endStreams().catch(() => undefined);
    await this.#storage.close();
  }

  #follow(label: string, file: string, tracer: Stream["tracer"]): Stream {
    const stream = new Stream({
      label,
      file,
      tracer,
      keep: this.#storage.keep,
      round: () => this.#builder.unitAt(now()),
      handle: (record) => {
        this.#builder.handle(record);
      },
      progress: this.#progress,
    });
    this.#streams.push(stream);
    return stream;
  }

  async #endStreams(): Promise<string[]> {
    await Promise.all(this.#streams.filter((each) => !each.isDone()).map((each) => each.tracer.detach()));
    const reasons = await Promise.all(this.#streams.map((stream) => stream.done));
    return reasons.flat();
  }
}
