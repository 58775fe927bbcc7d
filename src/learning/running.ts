import { setTimeout } from "node:timers/promises";
import { exists, sendSignal } from "../tracers/process.js";
import type { Stream } from "./stream.js";

/** How the program ended; both are undefined when the tracer died before it. */
export interface CommandEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** Milliseconds after which a process that a program left behind is told of. */
const outlives = 1000;
/** Milliseconds between two tries to kill what forks faster than it dies. */
const interval = 100;
/** Milliseconds between two looks whether all are gone. */
const poll = 10;
/** Milliseconds after which killing is given up. */
const patience = 5000;

/** A command that runs under strace, with all the processes it starts. */
export class RunningCommand {
  /** The program itself, not strace. */
  readonly pid: number;
  /** Resolves when the program and all processes it started have ended, or their tracer has. */
  readonly done: Promise<CommandEnd>;
  readonly #stream: Stream;

  constructor(pid: number, stream: Stream) {
    this.pid = pid;
    this.#stream = stream;
    this.done = stream.done.then(() => {
      const exit = stream.exits.get(pid);
      return { code: exit?.status, signal: exit?.signal };
    });
  }

  /**
   * Resolves with the number of processes that still run some time after the program itself has ended; not while there
   * are none. The terminal of the program is ours again then, so that Ctrl-C reaches us.
   */
  async outlived(): Promise<number> {
    await this.#stream.ended(this.pid);
    await setTimeout(outlives, undefined, { ref: false });
    if (this.#stream.isDone()) return new Promise(() => undefined);
    this.#stream.tracer.leaveTerminal?.();
    return this.#stream.live.size;
  }

  /**
   * Sends SIGTERM to all its processes, as systemd stops a service, and SIGKILL to those that outlive `grace`
   * milliseconds; also to those that a dead tracer left behind.
   */
  async stop(grace: number): Promise<CommandEnd> {
    await this.#signalAll("SIGTERM");
    await this.#signalAll("SIGCONT");
    await this.#goneWithin(grace);
    for (let left = patience; left > 0 && !this.#isGone(); left -= interval) {
      await this.#signalAll("SIGKILL");
      await this.#goneWithin(interval);
    }
    // Another user's process may be out of our reach; it is let go and reported as still running.
    if (!this.#stream.isDone()) await this.#stream.tracer.detach();
    return this.done;
  }

  async #signalAll(signal: NodeJS.Signals): Promise<void> {
    await this.#stream.drain();
    for (const pid of this.#stream.live) sendSignal(pid, signal);
  }

  async #goneWithin(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!this.#isGone() && performance.now() < deadline) await setTimeout(poll);
  }

  #isGone(): boolean {
    return this.#stream.isDone() && ![...this.#stream.live].some(exists);
  }
}
