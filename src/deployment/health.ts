/** The operator's own command that says whether the service does its work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export interface HealthOptions {
  /** For /bin/sh. Its standard output and errors go to our standard error. */
  readonly command: string;
  /** UNIT and MAINPID. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds within which it must have succeeded once; one that hangs is killed then. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Milliseconds between two tries. */
const interval = 500;

/** Tries until the command succeeds. One line when it did not in time, undefined when it did. Throws when `signal` is aborted. */
export async function checkHealth(options: HealthOptions): Promise<string | undefined> {
  const end = AbortSignal.timeout(options.timeout);
  const ended = AbortSignal.any([end, options.signal]);
  for (;;) {
    const problem = await tryOnce(options, ended);
    options.signal.throwIfAborted();
    if (problem === undefined) return undefined;
    await delay(interval, undefined, { signal: ended }).catch(() => undefined);
    options.signal.throwIfAborted();
    if (end.aborted) return `the health command failed: ${problem}`;
  }
}

/** With a process group of its own, so that all it has started can be ended with it. */
async function tryOnce(options: HealthOptions, ended: AbortSignal): Promise<string | undefined> {
  const child = spawn("/bin/sh", ["-c", options.command], {
    stdio: ["ignore", 2, 2],
    detached: true,
    env: { ...process.env, ...options.environment },
  });
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const kill = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nobody of it is left.
    }
  };
  ended.addEventListener("abort", kill, { once: true });
  if (ended.aborted) kill();
  const [code, signal] = await exit;
  ended.removeEventListener("abort", kill);
  if (signal !== null) return ended.aborted ? "it did not end in time" : `killed by ${signal}`;
  return code === 0 ? undefined : `exit status ${code ?? 0}`;
}
