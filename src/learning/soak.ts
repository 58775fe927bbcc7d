import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { sendSignal } from "../tracers/process.js";
import type { Soak } from "./types.js";

/** Milliseconds a soak command gets to end after SIGTERM. */
const grace = 5000;

/**
 * Exercises the service. A command is over when it exits; a duration bounds the soak from both sides: what is left of
 * it is waited for, and a command that takes longer is ended without blame. With neither it lasts until `signal`.
 * The output of the command goes to stderr, for stdout is for results.
 *
 * @param signal ends the soak early and without blame
 * @returns why the soak failed, in one line
 */
export async function runSoak(soak: Soak, signal: AbortSignal): Promise<string | undefined> {
  const over = new AbortController();
  const end = AbortSignal.any([signal, over.signal]);
  const timer =
    soak.command !== undefined && soak.duration === undefined
      ? Promise.resolve()
      : elapsed(soak.duration, end);
  try {
    if (soak.command === undefined) {
      await timer;
      return undefined;
    }
    if (signal.aborted) return undefined;
    const running = runShell(soak.command, end);
    if (soak.duration !== undefined) {
      void timer.then(() => {
        over.abort();
      });
    }
    const failure = await running;
    if (failure === undefined) await timer;
    return failure;
  } finally {
    over.abort();
  }
}

/** Resolves after so many seconds, or when the signal is given; without seconds only then. */
async function elapsed(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  const end = performance.now() + (seconds ?? Infinity) * 1000;
  while (!signal.aborted) {
    const left = end - performance.now();
    if (left <= 0) return;
    // Node's timers hold at most 2^31 - 1 milliseconds.
    await setTimeout(Math.min(left, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
  }
}

async function runShell(command: string, signal: AbortSignal): Promise<string | undefined> {
  // A process group of its own: the terminal's Ctrl-C is for us, and all of it can be ended together.
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", 2, 2], detached: true });
  const ended = endOf(child);
  const stop = (): void => {
    void terminate(child, ended);
  };
  signal.addEventListener("abort", stop);
  try {
    const status = await ended;
    return signal.aborted || status === "" ? undefined : `the soak command ${status}`;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function terminate(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const group = -(child.pid ?? 0);
  signalGroup(group, "SIGTERM");
  const late = await Promise.race([ended, setTimeout(grace, undefined, { ref: false })]);
  if (late === undefined) signalGroup(group, "SIGKILL");
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  if (group < 0) sendSignal(group, signal);
}

/** Empty when it exited with 0, else what happened. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.once("close", (code, signal) => {
      resolve(code === 0 ? "" : code === null ? `was ended by ${signal}` : `exited with status ${code}`);
    });
  });
}
