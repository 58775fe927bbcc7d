import { control, diagnosis, isActive, settle, type Verb } from "../systemd/service.js";
import type { Tracing } from "../systemd/tracing.js";
import { showUnit, type UnitState } from "../systemd/unit.js";
import type { Session } from "./session.js";
import type { LifecyclePhase, Progress, Soak } from "./types.js";
import { type Interrupts, unlessAborted } from "./unit-interrupts.js";
import { type Saturating, saturating } from "./saturating.js";
import { soakService } from "./unit-soak.js";

export interface Lifecycle {
  readonly state: UnitState;
  readonly soak: Soak;
  readonly phases: readonly LifecyclePhase[];
  /** Sockets to start before the service, so that it is given their descriptors. */
  readonly sockets: readonly string[];
  readonly session: Pick<Session, "phase" | "repeat" | "saturation" | "endSaturated">;
  readonly tracing: Tracing;
  readonly interrupts: Interrupts;
  readonly progress: Progress;
}

export interface LifecycleResult {
  /** What was really exercised. */
  readonly phases: readonly LifecyclePhase[];
  /** The first thing that went wrong, in one line. */
  readonly failure?: string;
}

/**
 * Takes a permissive unit through its lifecycle. Rejects only when the run is aborted; a phase that fails ends
 * the ones that need a running service.
 */
export async function exercise(lifecycle: Lifecycle): Promise<LifecycleResult> {
  const done: LifecyclePhase[] = [];
  let failure: string | undefined;
  for (const phase of orderedPhases) {
    if (phase !== "start" && !lifecycle.phases.includes(phase)) continue;
    if (!(await applies(phase, lifecycle))) continue;
    lifecycle.progress(announcement(phase, lifecycle));
    await lifecycle.session.phase(phase, isRepeated(lifecycle) ? "repetition" : "time");
    lifecycle.tracing.pace(phase === "soak" ? "soak" : "phase");
    const problem = await perform(phase, lifecycle);
    await lifecycle.tracing.survey();
    failure ??= problem;
    done.push(phase);
    if (problem !== undefined && (phase === "start" || phase === "restart")) break;
  }
  lifecycle.tracing.pace("phase");
  return { phases: done, ...(failure === undefined ? {} : { failure }) };
}

/** Whether the soak is made of repetitions: of its command, or of the start of a oneshot. */
function isRepeated({ soak, state }: Lifecycle): boolean {
  return soak.untilSaturated !== undefined && (soak.command !== undefined || isJob(state));
}

/** What it does is its start, and then it is over. */
function isJob({ unit, properties }: UnitState): boolean {
  return unit.type === "oneshot" && properties.get("RemainAfterExit") !== "yes";
}

function saturatingOf({ session, soak, progress }: Lifecycle): Saturating | undefined {
  return soak.untilSaturated === undefined ? undefined : saturating(session, soak.untilSaturated, progress);
}

function announcement(phase: LifecyclePhase, { soak, state }: Lifecycle): string {
  const isYours = phase === "soak" && soak.command === undefined && soak.duration === undefined;
  const until = soak.untilSaturated === undefined ? "" : "; it ends when little new is to be expected";
  return isYours
    ? `soak: exercise ${state.unit.name}; Ctrl-C when it has done everything it does${until}`
    : `${phase}: ${state.unit.name}`;
}

const orderedPhases: readonly LifecyclePhase[] = ["start", "soak", "reload", "restart", "stop"];

/** A unit without ExecReload= cannot be reloaded; a oneshot that does not remain is over once it has started. */
async function applies(phase: LifecyclePhase, { state }: Lifecycle): Promise<boolean> {
  if (phase === "reload" && state.properties.get("CanReload") !== "yes") return false;
  if (phase === "reload") return isActive(state.unit.name);
  if (phase !== "stop") return true;
  const activeState = (await showUnit(state.unit.name)).get("ActiveState") ?? "";
  return activeState !== "inactive" && activeState !== "failed";
}

function perform(phase: LifecyclePhase, lifecycle: Lifecycle): Promise<string | undefined> {
  switch (phase) {
    case "start":
      return start(lifecycle);
    case "soak":
      return lifecycle.interrupts.soak((ended) => soakPhase(lifecycle, ended));
    case "reload":
    case "restart":
      return controlAndSettle(phase, lifecycle);
    case "stop":
      return unlessAborted(lifecycle.interrupts.signal, control("stop", lifecycle.state.unit.name));
  }
}

async function start(lifecycle: Lifecycle): Promise<string | undefined> {
  const { interrupts, progress, sockets, state, tracing } = lifecycle;
  const name = state.unit.name;
  for (const socket of sockets) {
    const problem = await unlessAborted(interrupts.signal, control("start", socket));
    if (problem !== undefined) progress(problem);
  }
  if (await isActive(name)) {
    // How it ends now is not what is to be learned: it has not been traced from its start.
    tracing.pace("off");
    const problem = await unlessAborted(interrupts.signal, control("stop", name));
    tracing.pace("phase");
    if (problem !== undefined) return problem;
  }
  // A busy socket may have started it again already.
  return controlAndSettle((await isActive(name)) ? "restart" : "start", lifecycle);
}

async function controlAndSettle(verb: Verb, lifecycle: Lifecycle): Promise<string | undefined> {
  const { interrupts, state, tracing } = lifecycle;
  const name = state.unit.name;
  const problem = await unlessAborted(interrupts.signal, control(verb, name));
  if (problem !== undefined) return problem;
  await unlessAborted(interrupts.signal, settle(await tracing.controlGroup(), interrupts.signal));
  return (await ended(name)) ?? stumbles(name);
}

/** Why a service that has been told to run does not: it failed, or one of its conditions is not met. */
async function ended(name: string): Promise<string | undefined> {
  const properties = await showUnit(name);
  if (properties.get("ConditionResult") === "no" && properties.get("ConditionTimestampMonotonic") !== "0")
    return `${name} was not started: a condition of the unit is not met (systemctl status ${name})`;
  if (properties.get("ActiveState") !== "failed") return undefined;
  return `${name} failed: ${await diagnosis(properties, "see its journal")}`;
}

/** Why a service is being started anew by Restart= right after it was started: it does not stay up. */
async function stumbles(name: string): Promise<string | undefined> {
  const properties = await showUnit(name);
  const restarts = (properties.get("SubState") ?? "").startsWith("auto-restart");
  if (!restarts || properties.get("Result") === "success") return undefined;
  return `${name} does not stay up: ${await diagnosis(properties, "see its journal")}`;
}

async function soakPhase(lifecycle: Lifecycle, end: AbortSignal): Promise<string | undefined> {
  const { interrupts, progress, soak, state } = lifecycle;
  const name = state.unit.name;
  if (isJob(state)) return soakOneshot(lifecycle, end);
  const properties = await showUnit(name);
  const failure = await soakService({
    soak,
    ended: end,
    environment: { UNIT: name, MAINPID: properties.get("MainPID") ?? "" },
    over: () => over(lifecycle),
    saturating: saturatingOf(lifecycle),
  });
  interrupts.signal.throwIfAborted();
  const restarts = restartsOf(await showUnit(name)) - restartsOf(properties);
  if (restarts > 0) progress(`${name} was restarted ${restarts} times by systemd during the soak`);
  return failure ?? ended(name);
}

/** How often Restart= has brought a service back since it was started by hand. */
function restartsOf(properties: ReadonlyMap<string, string>): number {
  return Number(properties.get("NRestarts") ?? 0);
}

/** Why nothing is left to wait for. A service with a socket may end when it is idle and come back with the next client. */
async function over({ state }: Lifecycle): Promise<string | undefined> {
  const name = state.unit.name;
  const properties = await showUnit(name);
  const inactive = properties.get("ActiveState") === "inactive" && state.triggeredBy.length === 0;
  return inactive ? `${name} ended during the soak` : ended(name);
}

/** What a oneshot does is its start: it is started again until the time is over or it is enough, and at least once. */
async function soakOneshot(lifecycle: Lifecycle, end: AbortSignal): Promise<string | undefined> {
  const { interrupts, soak } = lifecycle;
  const { command, duration } = soak;
  const saturating = saturatingOf(lifecycle);
  const limit = duration ?? (saturating === undefined ? 0 : Infinity);
  const stopAt = performance.now() + limit * 1000;
  const repetitions = saturating === undefined ? (soak.repetitions ?? 1) : Infinity;
  for (let repetition = 1; ; repetition++) {
    await saturating?.repeat();
    const isExercised = command !== undefined && repetition <= repetitions;
    const failure = isExercised ? await runBeside(command, lifecycle, end) : undefined;
    if (failure !== undefined) return failure;
    interrupts.signal.throwIfAborted();
    if (end.aborted) return undefined;
    const problem = await controlAndSettle("start", lifecycle);
    if (problem !== undefined) return problem;
    if ((await saturating?.isEnough()) === true) return undefined;
    const isEnough = saturating !== undefined || repetition >= repetitions;
    if (performance.now() >= stopAt && isEnough) return undefined;
  }
}

/** The soak command of a oneshot, which does not run meanwhile. */
function runBeside(command: string, { state }: Lifecycle, ended: AbortSignal): Promise<string | undefined> {
  return soakService({
    soak: { command },
    ended,
    environment: { UNIT: state.unit.name, MAINPID: "0" },
    over: () => Promise.resolve(undefined),
  });
}
