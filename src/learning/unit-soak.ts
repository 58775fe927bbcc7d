import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Saturating } from "./saturating.js";
import type { Soak } from "./types.js";

export interface SoakOptions {
  readonly soak: Soak;
  /** Ends the soak early. */
  readonly ended: AbortSignal;
  /** Added to the environment of the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asked now and then while no command runs: a line that says why there is nothing to exercise any more. */
  readonly over: () => Promise<string | undefined>;
  /** Says when it is enough; the command is repeated until then. */
  readonly saturating?: Saturating | undefined;
}

/**
 * Exercises a service. The command runs once, or as often as is said; with a duration the soak lasts that long, with or
 * without the command, which is ended when it takes longer; with neither it lasts until it is ended. Where it is to go on until
 * it is enough, the command is repeated until then, and the duration is the limit.
 * Gives one line when the command failed or the service is gone, undefined otherwise. A command that was ended did not fail.
 */
export async function soakService(options: SoakOptions): Promise<string | undefined> {
  const { saturating } = options;
  const { command, duration } = options.soak;
  const time = duration === undefined ? undefined : AbortSignal.timeout(duration * 1000);
  const ended = time === undefined ? options.ended : AbortSignal.any([options.ended, time]);
  const failure = command === undefined ? undefined : await repeatCommand(command, ended, options);
  const isOver = command !== undefined && (duration === undefined || saturating !== undefined);
  if (failure !== undefined || isOver) return failure;
  while (!ended.aborted) {
    const over = await options.over();
    if (over !== undefined) return over;
    if ((await saturating?.isEnough()) === true) return undefined;
    await delay(1000, undefined, { signal: ended }).catch(() => undefined);
  }
  return undefined;
}

/** A service that takes connections and answers none keeps whoever connects waiting for ever. */
async function runPatiently(
  command: string,
  ended: AbortSignal,
  { soak: { patience }, environment }: SoakOptions,
): Promise<string | undefined> {
  if (patience === undefined) return runCommand(command, ended, environment);
  const impatient = AbortSignal.timeout(Math.ceil(patience * 1000));
  const failure = await runCommand(command, AbortSignal.any([ended, impatient]), environment);
  return failure === undefined && impatient.aborted && !ended.aborted
    ? `the soak command failed: it was not done after ${patience.toFixed(0)} s`
    : failure;
}

/** Between two runs it is looked whether the service is still there. */
async function repeatCommand(
  command: string,
  ended: AbortSignal,
  options: SoakOptions,
): Promise<string | undefined> {
  const { soak, over, saturating } = options;
  const most = saturating === undefined ? (soak.repetitions ?? 1) : Infinity;
  for (let repetition = 1; ; repetition++) {
    await saturating?.repeat();
    const failure = await runPatiently(command, ended, options);
    if (failure !== undefined || wasEnded(ended) || repetition >= most) return failure;
    if ((await saturating?.isEnough()) === true) return undefined;
    const gone = await over();
    if (gone !== undefined) return gone;
  }
}

/**
 * The command sees no terminal, writes where our diagnostics go, and has a process group of its own, so that Ctrl-C
 * reaches the profiler alone and everything it has started can be ended with it.
 */
async function runCommand(
  command: string,
  ended: AbortSignal,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (ended.aborted) return undefined;
  const child = spawn("/bin/sh", ["-c", command], {
    stdio: ["ignore", 2, 2],
    detached: true,
    env: { ...process.env, ...environment },
  });
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let killer: NodeJS.Timeout | undefined;
  function end(): void {
    signalGroup(child, "SIGTERM");
    killer = setTimeout(signalGroup, termination, child, "SIGKILL");
  }
  ended.addEventListener("abort", end, { once: true });
  const [code, signal] = await exit;
  ended.removeEventListener("abort", end);
  clearTimeout(killer);
  if (code === 0 || wasEnded(ended)) return undefined;
  return `the soak command failed: ${signal === null ? `exit status ${code ?? 0}` : `killed by ${signal}`}`;
}

/** Asked of the live signal: TypeScript takes the answer of an earlier question for granted. */
function wasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Milliseconds that a command has to end after SIGTERM. */
const termination = 5000;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of it is left.
  }
}
