import { constants } from "node:os";
import { ProfileError } from "../errors.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signals that may end a run, taken over from Node's default of dying at once: first the unit is put back. */
export interface Interrupts {
  /** Aborted when the run has to end; its reason is what to throw. */
  readonly signal: AbortSignal;
  /** Ends the run for another reason. */
  abort(reason: unknown): void;
  /** Runs a soak: the first SIGINT meanwhile ends just that, by aborting what it is given. */
  soak<Result>(run: (ended: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Gives the signals back. */
  close(): void;
}

/** Takes the signals over until `close()`. */
export function takeInterrupts(): Interrupts {
  const controller = new AbortController();
  let soaking: AbortController | undefined;

  function onSignal(signal: NodeJS.Signals): void {
    if (signal === "SIGINT" && soaking?.signal.aborted === false) soaking.abort();
    else controller.abort(new ProfileError(`ended by ${signal}`, 128 + constants.signals[signal]));
  }
  for (const signal of signals) process.on(signal, onSignal);

  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    soak: async (run) => {
      const own = new AbortController();
      soaking = own;
      const ended = AbortSignal.any([own.signal, controller.signal]);
      try {
        return await run(ended);
      } finally {
        soaking = undefined;
      }
    },
    close: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** The outcome of `work`, or the reason of the abort as soon as there is one; the work itself goes on unobserved then. */
export async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
