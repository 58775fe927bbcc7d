import { execFile } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

export interface FollowOptions {
  /** Bytes per read; the buffer is reused, so the consumer must not keep it. */
  readonly chunkSize?: number;
  /** Milliseconds between looks at a file that does not grow. */
  readonly interval?: number;
  /** Give the storage of consumed bytes back after each so many bytes; undefined keeps the file whole. */
  readonly freeEvery?: number;
}

/** Reads at most this much before other events get a turn. */
const burst = 8 << 20;

/**
 * Reads a file while another process appends to it, without ever making the writer wait: the file is looked at
 * every `interval` and nobody is woken by a write (a FIFO or inotify would wake the reader at each line).
 */
export class Follower {
  /** Bytes handed to the consumer so far. */
  consumed = 0;
  /** Why consumed bytes could not be freed; undefined while they are. */
  freeFailure: string | undefined;

  readonly #path: string;
  readonly #fd: number;
  readonly #consume: (chunk: Uint8Array) => void;
  readonly #chunk: Uint8Array;
  readonly #interval: number;
  readonly #freeEvery: number;
  readonly #loop: Promise<void>;
  readonly #wake = new Set<() => void>();
  #freed = 0;
  #stopping = false;
  #closed = false;
  #failure: Error | undefined;

  /**
   * Starts following at the beginning of `path`, which must exist. An error thrown by `consume` ends the reading and
   * rejects `drain()` and `stop()`.
   */
  constructor(path: string, consume: (chunk: Uint8Array) => void, options: FollowOptions = {}) {
    this.#path = path;
    this.#fd = openSync(path, "r");
    this.#consume = consume;
    this.#chunk = new Uint8Array(options.chunkSize ?? 1 << 20);
    this.#interval = options.interval ?? 25;
    this.#freeEvery = options.freeEvery ?? Infinity;
    this.#loop = this.#follow();
  }

  /** Resolves when all bytes that were in the file at the time of the call have been consumed. */
  async drain(): Promise<void> {
    const end = this.#closed ? 0 : fstatSync(this.#fd).size;
    while (this.consumed < end && !this.#closed) {
      await new Promise<void>((resolve) => this.#wake.add(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Reads to the end of the file and closes it; for a writer that has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#loop;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #follow(): Promise<void> {
    try {
      for (;;) {
        const last = this.#stopping;
        const more = this.#readBurst();
        this.#notify();
        if (more) {
          await setImmediate();
        } else if (last) {
          return;
        } else {
          await this.#free();
          await setTimeout(this.#interval);
        }
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#closed = true;
      this.#notify();
      closeSync(this.#fd);
    }
  }

  /** False when the end of the file was reached. */
  #readBurst(): boolean {
    for (let budget = burst; budget > 0; ) {
      const length = readSync(this.#fd, this.#chunk, 0, this.#chunk.length, this.consumed);
      if (length === 0) return false;
      this.#consume(this.#chunk.subarray(0, length));
      this.consumed += length;
      budget -= length;
    }
    return true;
  }

  #notify(): void {
    const waiting = [...this.#wake];
    this.#wake.clear();
    for (const wake of waiting) wake();
  }

  /** Punches a hole over what was consumed (fallocate(1), FALLOC_FL_PUNCH_HOLE; tmpfs, ext4, xfs and btrfs know it). */
  async #free(): Promise<void> {
    if (this.freeFailure !== undefined || this.consumed - this.#freed < this.#freeEvery) return;
    const length = this.consumed - this.#freed;
    const range = ["--punch-hole", "--offset", `${this.#freed}`, "--length", `${length}`];
    try {
      await execFileAsync("fallocate", [...range, this.#path]);
      this.#freed = this.consumed;
    } catch (error) {
      this.freeFailure = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    }
  }
}
