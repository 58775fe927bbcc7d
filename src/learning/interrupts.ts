import { constants } from "node:os";
import { ProfileError } from "../errors.js";

/**
 * Signals to us while a command is learned. The first Ctrl-C says "enough": what was seen counts. A second one, and
 * SIGTERM and SIGHUP at once, end the run without a result, with exit code 128+n.
 */
export class Interrupts {
  readonly #enough = new AbortController();
  readonly #abandoned = new AbortController();
  readonly #signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

  constructor() {
    for (const signal of this.#signals) process.on(signal, this.#handle);
  }

  /** Aborted by the first SIGINT, and by everything that ends the run. */
  get enough(): AbortSignal {
    return this.#enough.signal;
  }

  /** `promise`, or the ProfileError of the signal that ended the run. */
  async orAbandoned<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#abandoned;
    signal.throwIfAborted();
    let stop = (): void => undefined;
    const abandoned = new Promise<never>((_, reject) => {
      stop = () => {
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", stop);
    });
    try {
      return await Promise.race([promise, abandoned]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Signals have their usual effect again. */
  dispose(): void {
    for (const signal of this.#signals) process.off(signal, this.#handle);
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    const first = signal === "SIGINT" && !this.#enough.signal.aborted;
    this.#enough.abort();
    if (first) return;
    this.#abandoned.abort(new ProfileError(`ended by ${signal}`, 128 + constants.signals[signal]));
  };
}
