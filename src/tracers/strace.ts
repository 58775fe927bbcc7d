import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout } from "node:timers/promises";
import { serviceFailed } from "../errors.js";
import { atLeast, ptraceForbidden, type Strace } from "./find.js";
import { sendSignal, threads, tracerOf } from "./process.js";
import { spawnInTerminal } from "./pty.js";

/** How strace ended. */
export interface TracerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it printed to stderr; empty when that went to the user's terminal. */
  readonly stderr: string;
  /** It ended because we asked it to let go. */
  readonly detached: boolean;
}

/** A running strace. It never rejects: how it ended is data. */
export interface Tracer {
  /** Process id of strace. */
  readonly pid: number;
  readonly ended: Promise<TracerEnd>;
  /** Gives our terminal back while the program's own one goes on; only with `pty`. */
  readonly leaveTerminal?: () => void;
  /** Lets all tracees run on untraced and resolves when strace is gone. */
  detach(): Promise<TracerEnd>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Run it in a pseudo-terminal that is connected to our own. */
  readonly pty?: boolean;
  /** Where its standard output goes, or what it shows on the pseudo-terminal; default: to ours. */
  readonly output?: "stdout" | "stderr";
}

/** Milliseconds between looks at /proc and at a trace that must appear. */
const interval = 5;
/** Milliseconds strace gets to let go of its tracees before it is killed; the kernel then lets go for it. */
const patience = 5000;
/** Bytes of strace's own messages that are kept. */
const stderrLimit = 4096;

/**
 * Options that decide what a trace says: all threads and children, descriptors with their paths and addresses,
 * seconds since the epoch. From 5.6 on the changes of architecture are asked for: with -o strace leaves them out.
 */
export function traceOptions(strace: Strace, file: string): string[] {
  const quiet = namesArchitectures(strace) ? ["-e", "quiet=attach"] : [];
  return ["-f", "-yy", "-ttt", "-s", "64", ...quiet, "-o", file];
}

/** Whether `[ Process PID=N runs in 32 bit mode. ]` is in the trace of a command (strace NEWS, 5.6: -e quiet). */
export function namesArchitectures(strace: Strace): boolean {
  return atLeast(strace.version, { major: 5, minor: 6 });
}

/**
 * Attaches to a running process and all its threads; `file` must exist, so that it can be followed at once. Resolves when
 * strace holds every thread. Throws hostCannot when the kernel refuses, serviceFailed when the process is gone.
 */
export async function attachStrace(pid: number, file: string, strace: Strace): Promise<Tracer> {
  const child = spawnApart(strace, "SIGINT", [...traceOptions(strace, file), "-p", `${pid}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const tracer = watch(child);
  for (;;) {
    const end = await Promise.race([tracer.ended, setTimeout(interval)]);
    if (end !== undefined) throw attachFailed(pid, end);
    const tasks = threads(pid);
    if (tasks.length > 0 && tasks.every((task) => tracerOf(task) === tracer.pid)) return tracer;
  }
}

function attachFailed(pid: number, end: TracerEnd): Error {
  const reason = end.stderr.trim().split("\n").at(-1) ?? "";
  if (reason.includes("not permitted")) return ptraceForbidden(reason);
  return serviceFailed(`process ${pid} could not be traced: ${reason || "it ended first"}`);
}

/**
 * Runs a command as a child of strace, with our standard streams. The program must exist (`findProgram`).
 * Resolves when it is about to be executed, with its process id: undefined when strace ended before that.
 */
export async function runUnderStrace(
  argv: readonly string[],
  file: string,
  strace: Strace,
  options: RunOptions = {},
): Promise<{ tracer: Tracer; pid: number | undefined }> {
  const tracer =
    options.pty === true
      ? await inTerminal(argv, file, strace, options)
      : inPipes(argv, file, strace, options);
  return { tracer, pid: await firstPid(file, tracer) };
}

function inPipes(argv: readonly string[], file: string, strace: Strace, options: RunOptions): Tracer {
  // -I waiting: a fatal signal to strace (we died: --pdeathsig) ends the command too, instead of leaving it behind.
  const args = [...traceOptions(strace, file), "-I", "2", "--", ...argv];
  const fd = options.output === "stderr" ? 2 : 1;
  return watch(spawnApart(strace, "SIGTERM", args, { stdio: ["inherit", fd, "inherit"], ...cwd(options) }));
}

async function inTerminal(
  argv: readonly string[],
  file: string,
  strace: Strace,
  options: RunOptions,
): Promise<Tracer> {
  // Ctrl-C in the pseudo-terminal is for the program: with -o strace itself blocks it (-I never).
  const args = [...traceOptions(strace, file), "--", ...argv];
  const screen = options.output === "stderr" ? process.stderr : process.stdout;
  const terminal = await spawnInTerminal(strace.path, args, screen, cwd(options));
  const ended = terminal.ended.then((end) => ({ ...end, stderr: "" }));
  // It blocks every fatal signal but this one; the kernel lets the tracees go.
  return { ...tracerOfProcess(terminal.pid, ended, "SIGKILL"), leaveTerminal: terminal.leave };
}

function cwd(options: RunOptions): { cwd?: string } {
  return options.cwd === undefined ? {} : { cwd: options.cwd };
}

/**
 * Starts strace in a session of its own, so that the terminal's Ctrl-C reaches us alone and we decide what ends.
 * If we are killed, the kernel sends it `onOurDeath` (prctl(2), PR_SET_PDEATHSIG).
 */
function spawnApart(
  strace: Strace,
  onOurDeath: "SIGINT" | "SIGTERM",
  args: readonly string[],
  options: { stdio: ["inherit", number, "inherit"] | ["ignore", "ignore", "pipe"]; cwd?: string },
): ChildProcess {
  const [program, prefix] =
    strace.setpriv === undefined
      ? [strace.path, []]
      : [strace.setpriv, ["--pdeathsig", onOurDeath.slice(3), "--", strace.path]];
  return spawn(program, [...prefix, ...args], { ...options, detached: true });
}

function watch(child: ChildProcess): Tracer {
  let stderr = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrLimit);
  });
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("error", (error) => {
      resolve({ code: null, signal: null, stderr: error.message });
    });
    child.once("close", (code, signal) => {
      resolve({ code, signal, stderr });
    });
  });
  // Without a pid the spawn failed and `error` follows.
  return tracerOfProcess(child.pid ?? 0, ended, "SIGINT");
}

type ProcessEnd = Omit<TracerEnd, "detached">;

/** @param release the signal by which strace lets go */
function tracerOfProcess(pid: number, process: Promise<ProcessEnd>, release: NodeJS.Signals): Tracer {
  const sent: NodeJS.Signals[] = [];
  const ended = process.then((end) => ({ ...end, detached: sent.some((signal) => endedBy(end, signal)) }));
  function send(signal: NodeJS.Signals): void {
    sent.push(signal);
    sendSignal(pid, signal);
  }
  return {
    pid,
    ended,
    detach: async () => {
      send(release);
      const deadline = new AbortController();
      const late = setTimeout(patience, undefined, { signal: deadline.signal }).catch(() => undefined);
      if ((await Promise.race([ended, late])) === undefined) send("SIGKILL");
      deadline.abort();
      return ended;
    },
  };
}

/** That we asked it to let go does not mean that it died of that. strace exits with 128+n when a signal has ended it. */
function endedBy({ code, signal }: ProcessEnd, sent: NodeJS.Signals): boolean {
  return signal === sent || code === 128 + constants.signals[sent];
}

/** With -f and -o each line begins with a process id, and the first line is the execve of the command. */
async function firstPid(file: string, tracer: Tracer): Promise<number | undefined> {
  const fd = openSync(file, "r");
  try {
    const head = Buffer.alloc(16);
    for (let over = false; ; ) {
      const length = readSync(fd, head, 0, head.length, 0);
      const [, pid] = /^(\d+) /.exec(head.toString("latin1", 0, length)) ?? [];
      if (pid !== undefined) return Number(pid);
      if (over) return undefined;
      over = (await Promise.race([tracer.ended, setTimeout(interval)])) !== undefined;
    }
  } finally {
    closeSync(fd);
  }
}
