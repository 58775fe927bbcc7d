/** Finds the commands that hold themselves (see `holdLine`), has them attached and lets them go on. */
import { setTimeout as delay } from "node:timers/promises";
import { heldCommand } from "./exec-line.js";
import { cgroupProcesses, commandLine, processStatus } from "./process.js";

export interface HoldOptions {
  /** The unit's cgroup; empty while it has none. */
  readonly controlGroup: () => Promise<string>;
  /** Milliseconds between two looks; asked for each time. */
  readonly interval: () => number;
  /** Called with a held process; when it has resolved, or rejected, the process goes on. */
  readonly onProcess: (pid: number) => Promise<void>;
  readonly onProblem: (problem: unknown) => void;
}

export interface Hold {
  /** Looks a last time, so that nobody stays held, and ends. */
  readonly close: () => Promise<void>;
}

/** Watches the cgroup of a unit. A held command stops itself and waits, so none is too short to be seen. */
export function startHold(options: HoldOptions): Hold {
  const seen = new Set<string>();
  const stop = new AbortController();

  async function look(): Promise<void> {
    for (const pid of await cgroupProcesses(await options.controlGroup())) {
      const status = await processStatus(pid);
      // `T`: stopped by a signal; `t`: the same under a tracer.
      if (status === undefined || !/^[Tt]$/.test(status.state)) continue;
      const identity = `${pid} ${status.startTime}`;
      if (seen.has(identity) || heldCommand(await commandLine(pid)) === undefined) continue;
      seen.add(identity);
      try {
        await options.onProcess(pid);
      } catch (error) {
        options.onProblem(error);
      } finally {
        proceed(pid);
      }
    }
  }

  async function watch(): Promise<void> {
    while (!stop.signal.aborted) {
      await look().catch(options.onProblem);
      await delay(options.interval(), undefined, { signal: stop.signal }).catch(() => undefined);
    }
    await look().catch(options.onProblem);
  }

  const done = watch();
  return {
    close: async () => {
      stop.abort();
      await done;
    },
  };
}

function proceed(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It was killed while it was held: a stop timeout, or an impatient operator.
  }
}
