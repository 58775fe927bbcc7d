import { control, diagnosis, isActive, settle, type Verb } from "../systemd/service.js";
import type { Tracing } from "../systemd/tracing.js";
import { showUnit, type UnitState } from "../systemd/unit.js";
import type { Session } from "./session.js";
import type { LifecyclePhase, Progress, Soak } from "./types.js";
import { type Interrupts, unlessAborted } from "./unit-interrupts.js";
import { soakService } from "./unit-soak.js";

export interface Lifecycle {
  readonly state: UnitState;
  readonly soak: Soak;
  readonly phases: readonly LifecyclePhase[];
  /** Sockets to start before the service, so that it is given their descriptors. */
  readonly sockets: readonly string[];
  readonly session: Pick<Session, "phase">;
  readonly tracing: Tracing;
  readonly interrupts: Interrupts;
  readonly progress: Progress;
  readonly visit?: Visit | undefined;
}

/** Called when a phase is over, also one that failed, while the service is as the phase left it. */
export type Visit = (phase: LifecyclePhase) => Promise<void>;

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
    await lifecycle.session.phase(phase);
    lifecycle.tracing.pace(phase === "soak" ? "soak" : "phase");
    const problem = await perform(phase, lifecycle);
    await lifecycle.tracing.survey();
    await lifecycle.visit?.(phase);
    failure ??= problem;
    done.push(phase);
    if (problem !== undefined && (phase === "start" || phase === "restart")) break;
  }
  lifecycle.tracing.pace("phase");
  return { phases: done, ...(failure === undefined ? {} : { failure }) };
}

function announcement(phase: LifecyclePhase, { soak, state }: Lifecycle): string {
  const isYours = phase === "soak" && soak.command === undefined && soak.duration === undefined;
  return isYours
    ? `soak: exercise ${state.unit.name}; Ctrl-C when it has done everything it does`
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
  if (state.unit.type === "oneshot" && state.properties.get("RemainAfterExit") !== "yes")
    return soakOneshot(lifecycle, end);
  const properties = await showUnit(name);
  const failure = await soakService({
    soak,
    ended: end,
    environment: { UNIT: name, MAINPID: properties.get("MainPID") ?? "" },
    over: () => over(lifecycle),
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

/** What a oneshot does is its start: it is started again until the time is over, and at least once. */
async function soakOneshot(lifecycle: Lifecycle, end: AbortSignal): Promise<string | undefined> {
  const { interrupts, soak, state } = lifecycle;
  const name = state.unit.name;
  const { command, duration } = soak;
  const stopAt = performance.now() + (duration ?? 0) * 1000;
  if (command !== undefined) {
    const failure = await soakService({
      soak: { command },
      ended: end,
      environment: { UNIT: name, MAINPID: "0" },
      over: () => Promise.resolve(undefined),
    });
    if (failure !== undefined) return failure;
  }
  do {
    interrupts.signal.throwIfAborted();
    if (end.aborted) return undefined;
    const problem = await controlAndSettle("start", lifecycle);
    if (problem !== undefined) return problem;
  } while (performance.now() < stopAt);
  return undefined;
}
