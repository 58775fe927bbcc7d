import { basename } from "node:path";
import { badInput } from "../errors.js";
import type { Host, Unit } from "../host/types.js";
import { count } from "../output/count.js";
import { findProgram } from "../tracers/find.js";
import type { CommandEnd, RunningCommand } from "./running.js";
import { Session } from "./session.js";
import type { Learned, LifecyclePhase, Progress, Soak } from "./types.js";
import { type Interrupts, takeInterrupts, unlessAborted } from "./unit-interrupts.js";
import { soakService } from "./unit-soak.js";

export interface LearnCommandOptions {
  /** The program, looked up on PATH, and its arguments. */
  readonly argv: readonly string[];
  /**
   * With a soak the command is a server: it runs in the background of the soak and gets SIGTERM when that is over.
   * Without (or with an empty one) its own run is the soak.
   */
  readonly soak?: Soak;
  /** Run it in a pseudo-terminal; default: when our standard input is a terminal. */
  readonly pty?: boolean;
  /** Where its standard output goes; default: to ours. */
  readonly output?: "stdout" | "stderr";
  /** Directory to keep the raw traces in. */
  readonly keepTraces?: string;
  readonly progress?: Progress;
}

/** How the run went, apart from what was seen. */
interface Course {
  readonly phases: readonly LifecyclePhase[];
  readonly failure: string | undefined;
}

/** A server has started when it makes no call for so many milliseconds. */
const quiet = 500;
/** Milliseconds after which a server that never rests is soaked anyway. */
const startLimit = 30_000;
/** Milliseconds to end after SIGTERM. */
const grace = 10_000;

/**
 * Learns from a plain command, as the user who calls; its standard streams are ours. While it runs SIGINT, SIGTERM and
 * SIGHUP are handled here: the first SIGINT ends soak and command early, and what was seen counts; others throw a
 * ProfileError with exit code 128+n. A command or soak that fails is no exception: `failure` says so. Throws badInput
 * for a program that cannot be run and hostCannot where it cannot be traced; then nothing was started.
 */
export async function learnCommand(options: LearnCommandOptions): Promise<Learned> {
  const [name = "", ...args] = options.argv;
  const program = await findProgram(name);
  if (program === undefined) throw badInput(`${name}: no such command, or it may not be executed`);
  const pty = options.pty ?? process.stdin.isTTY;
  const interrupts = takeInterrupts();
  const session = await openSession(options, interrupts);
  try {
    const started = new Date();
    const begin = performance.now();
    const { output = "stdout" } = options;
    const start = (): Promise<RunningCommand> =>
      session.run([name, ...args], { label: basename(name), pty, output });
    const course = isEmpty(options.soak)
      ? await runJob(session, start, interrupts, { ...options, pty })
      : await runServer(session, start, interrupts, options.soak, options.progress);
    const duration = (performance.now() - begin) / 1000;
    const result = await session.finish();
    const { failure, phases } = course;
    return {
      ...result,
      unit: commandUnit(basename(name), result.host),
      started: started.toISOString(),
      duration,
      phases,
      ...(options.soak === undefined ? {} : { soak: options.soak }),
      ...(failure === undefined ? {} : { failure: `${basename(name)}: ${failure}` }),
    };
  } finally {
    await session.close();
    interrupts.close();
  }
}

/** The unit of a service that would run this command: plain, as the user who ran it. */
export function commandUnit(name: string, host: Host, uid = process.getuid?.() ?? 0): Unit {
  return {
    name,
    installed: false,
    type: "simple",
    user: uid === 0 ? "" : (host.users[uid] ?? `${uid}`),
    group: "",
    dynamicUser: false,
    supplementaryGroups: [],
    ambientCapabilities: [],
    directories: [],
    rootDirectory: "",
    pidFile: "",
    commands: [],
    properties: {},
  };
}

async function openSession(options: LearnCommandOptions, interrupts: Interrupts): Promise<Session> {
  const { keepTraces, progress } = options;
  try {
    return await Session.open({
      ...(keepTraces === undefined ? {} : { keepTraces }),
      ...(progress === undefined ? {} : { progress }),
    });
  } catch (error) {
    interrupts.close();
    throw error;
  }
}

function isEmpty(soak: Soak | undefined): soak is undefined {
  return soak?.command === undefined && soak?.duration === undefined;
}

/** The command does its work and ends; its run is the soak. */
async function runJob(
  session: Session,
  start: () => Promise<RunningCommand>,
  interrupts: Interrupts,
  { pty, progress }: { readonly pty: boolean; readonly progress?: Progress },
): Promise<Course> {
  await session.phase("soak");
  const command = await start();
  void command.outlived().then((left) => {
    progress?.(
      `the command has ended but left ${count(left, "process", "processes")} running; Ctrl-C ends the learning`,
    );
  });
  try {
    const work = interrupts.soak((ended) => Promise.race([command.done, aborted(ended)]));
    const end = await unlessAborted(interrupts.signal, work);
    if (end !== undefined) return { phases: ["soak"], failure: failureOf(end, pty) };
    await session.phase("stop");
    await unlessAborted(interrupts.signal, command.stop(grace));
    return { phases: ["soak", "stop"], failure: undefined };
  } finally {
    await command.stop(0);
  }
}

/** The command serves until the soak is over. */
async function runServer(
  session: Session,
  start: () => Promise<RunningCommand>,
  interrupts: Interrupts,
  soak: Soak,
  progress: Progress = () => undefined,
): Promise<Course> {
  await session.phase("start");
  const command = await start();
  const over = new AbortController();
  let early: CommandEnd | undefined;
  void command.done.then((end) => {
    early = end;
    // Only a soak command can have more to say; not when nobody watches any more.
    if (soak.command === undefined || isLost(end)) over.abort();
  });
  const exercise = async (enough: AbortSignal): Promise<string | undefined> => {
    const ended = AbortSignal.any([enough, over.signal]);
    const rested = await Promise.race([session.settle(quiet, startLimit, ended), command.done]);
    if (rested === false && !ended.aborted) progress("the command does not come to rest; soaking it anyway");
    await session.phase("soak");
    return soakService({ soak, ended, environment: {}, over: () => Promise.resolve(undefined) });
  };
  try {
    const soakFailure = await unlessAborted(interrupts.signal, interrupts.soak(exercise));
    await session.phase("stop");
    const failure = early === undefined ? undefined : failureOf(early, false);
    await unlessAborted(interrupts.signal, command.stop(grace));
    return { phases: ["start", "soak", "stop"], failure: soakFailure ?? failure };
  } finally {
    over.abort();
    await command.stop(0);
  }
}

/** Ctrl-C in its own terminal is how the operator ends an interactive program. */
function failureOf(end: CommandEnd, pty: boolean): string | undefined {
  if (pty && (end.signal === "SIGINT" || end.code === 130)) return undefined;
  if (isLost(end)) return "its exit status is not known, for its tracer died";
  if (end.signal !== undefined) return `was ended by ${end.signal}`;
  return end.code === 0 ? undefined : `exited with status ${end.code}`;
}

function isLost(end: CommandEnd): boolean {
  return end.code === undefined && end.signal === undefined;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => {
      resolve(undefined);
    });
  });
}
