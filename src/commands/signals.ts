import { constants } from "node:os";
import { ProfileError } from "../errors.js";

/**
 * Runs `work` with a signal that is aborted by Ctrl-C, which ends the work early but not in vain, or by SIGTERM and
 * SIGHUP, after which the result is thrown away once the work has cleaned up. A second signal ends us at once.
 *
 * @throws ProfileError with exit code 128+n for SIGTERM and SIGHUP; whatever `work` throws.
 */
export async function untilInterrupted<T>(work: (interrupt: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const received: NodeJS.Signals[] = [];
  const onSignal = (signal: NodeJS.Signals): void => {
    received.push(signal);
    if (received.length > 1) {
      process.exit(signalExitCode(signal));
    }
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const result = await work(controller.signal);
    const [signal] = received;
    if (signal !== undefined && signal !== "SIGINT") {
      throw new ProfileError(`ended by ${signal}, nothing was written`, signalExitCode(signal));
    }
    return result;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** As a shell reports a process that a signal ended. */
function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
