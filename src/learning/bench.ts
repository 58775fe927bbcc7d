/** A unit on the bench: claimed once, taken through its lifecycle as often as need be, and put back as it was. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { hostCannot, ProfileError } from "../errors.js";
import { describeSetAside, type OwnDropIn, ownDropIns, setAside, standIns } from "../systemd/own-drop-ins.js";
import { gateSocket, runtimeDropIn } from "../systemd/paths.js";
import { requireSystemd, systemdVersion } from "../systemd/require.js";
import { lastLine, systemctl } from "../systemd/run.js";
import { control, isActive, settle } from "../systemd/service.js";
import { parseWords } from "../systemd/show.js";
import { socketsToStart } from "../systemd/sockets.js";
import { type Claim, claimUnit, recoverClaim, releaseClaim } from "../systemd/state.js";
import { startTracing, type Tracing } from "../systemd/tracing.js";
import { inspectUnit, showUnit, type UnitState } from "../systemd/unit.js";
import type { Session } from "./session.js";
import type { LifecyclePhase, Progress, Soak } from "./types.js";
import type { Interrupts } from "./unit-interrupts.js";
import { exercise, type LifecycleResult } from "./unit-lifecycle.js";

export interface BenchOptions {
  /** As the user wrote it: `nginx`, `nginx.service`, an alias, `foo@bar`. */
  readonly unit: string;
  readonly progress: Progress;
  /** SIGINT, SIGTERM and SIGHUP as the caller has taken them over, and what else may end the work. */
  readonly interrupts: Interrupts;
}

/** One way through the lifecycle. */
export interface Course {
  /** The run-time drop-in that is in force meanwhile; it must let the processes come to the gate. */
  readonly dropIn: string;
  /** The drop-in holds commands, which have to be attached to and released. */
  readonly holds: boolean;
  /** Every process that comes to the gate is attached to in this one; it is neither finished nor closed here. */
  readonly session: Session;
  readonly soak: Soak;
  /** What to exercise; `start` always happens. What the unit cannot do (reload) is left out of the result. */
  readonly phases: readonly LifecyclePhase[];
  /** Called when the drop-in is loaded and nothing has been started yet, with the unit's properties. */
  readonly onLoaded?: (properties: ReadonlyMap<string, string>) => void;
}

export interface CourseResult extends LifecycleResult {
  /** How many processes were attached to. */
  readonly attached: number;
  /** Processes that nobody traced, and what went wrong with tracing; one line each. */
  readonly problems: readonly string[];
}

export interface Bench {
  /** The unit without drop-ins that profile wrote, but for the identity that they gave it. */
  readonly state: UnitState;
  /** Major version of the running systemd. */
  readonly version: number;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
  /** Rejects only when the work is aborted, or where systemd does not load the drop-in (hostCannot). */
  walk(course: Course): Promise<CourseResult>;
  /** The service runs again, untraced, if it ran before the first walk: its files in /run are there. */
  rest(): Promise<void>;
}

export interface BenchResult<T> {
  readonly value: T;
  /** The unit has its own configuration again but did not come back, in one line. */
  readonly failure?: string;
}

/**
 * Checks what can be checked, claims the unit, lets `use` work with it and puts it back as it was, whatever happens.
 * The manager is reloaded, which also makes it read unit files that were edited meanwhile.
 *
 * Any signal but SIGINT during a soak, or abort of `interrupts`, throws its reason (a ProfileError with exit code 128+n)
 * after the unit is put back. Throws badInput, hostCannot (the unit is as it was).
 */
export async function withBench<T>(
  options: BenchOptions,
  use: (bench: Bench) => Promise<T>,
): Promise<BenchResult<T>> {
  await requireSystemd();
  const found = await inspectUnit(options.unit);
  // What a killed run left in force is not how the unit is.
  const recovered = await recoverClaim(found.unit.name);
  const installed = recovered ? await inspectUnit(found.unit.name) : found;
  const version = await systemdVersion();
  const own = await ownDropIns(installed);
  const sockets = await socketsToStart(installed);
  options.interrupts.signal.throwIfAborted();

  const claim = await claimUnit(installed, sockets, standIns(installed.unit.name, own));
  let bench: OpenBench | undefined;
  let value: T;
  try {
    const state = own.length === 0 ? installed : await withoutOwn(installed.unit.name, own, options.progress);
    bench = await openBench({ ...options, claim, state, sockets, version });
    value = await use(bench);
  } catch (error) {
    // An abort is what the caller must hear of, also when the unit is slow to come back.
    await putBack(claim, bench, options.progress).catch((failure: unknown) => {
      options.progress(failure instanceof Error ? failure.message : String(failure));
    });
    throw error;
  }
  try {
    await putBack(claim, bench, options.progress);
    return { value };
  } catch (error) {
    if (error instanceof ProfileError) return { value, failure: error.message };
    throw error;
  }
}

/** The unit as it is without our own drop-ins, but for the identity that they gave it. */
async function withoutOwn(name: string, own: readonly OwnDropIn[], progress: Progress): Promise<UnitState> {
  for (const dropIn of own) progress(`${name}: ${describeSetAside(dropIn)}`);
  await setAside(name, own);
  const state = await inspectUnit(name);
  const adopted = own.flatMap(({ identity }) => identity);
  return adopted.length === 0 ? state : { ...state, unit: { ...state.unit, adopted } };
}

async function putBack(claim: Claim, bench: OpenBench | undefined, progress: Progress): Promise<void> {
  progress(`putting ${claim.unit} back as it was`);
  // Until the unit has its own configuration again, whatever is started must find the gate open.
  bench?.tracing.pace("off");
  try {
    await releaseClaim(claim);
  } finally {
    await bench?.tracing.close();
  }
}

interface OpenBench extends Bench {
  readonly tracing: Tracing;
}

interface Claimed extends BenchOptions {
  readonly claim: Claim;
  readonly state: UnitState;
  /** Sockets to start before the service, so that it is given their descriptors. */
  readonly sockets: readonly string[];
  readonly version: number;
}

async function openBench({
  claim,
  state,
  sockets,
  version,
  progress,
  interrupts,
}: Claimed): Promise<OpenBench> {
  const { name } = state.unit;
  let session: Session | undefined;
  const tracing = await startTracing({
    unit: name,
    socket: gateSocket(name),
    attach: async (pid, label) => {
      await session?.attach(pid, { label, isMain: label === "ExecStart" });
    },
    onFatal: (error) => {
      interrupts.abort(error);
    },
  });

  async function walk(course: Course): Promise<CourseResult> {
    interrupts.signal.throwIfAborted();
    session = course.session;
    tracing.begin(course.holds);
    const properties = await load(name, course.dropIn);
    course.onLoaded?.(properties);
    const { soak, phases } = course;
    const result = await exercise({
      state,
      sockets,
      soak,
      phases,
      session,
      tracing,
      interrupts,
      progress,
    });
    tracing.pace("off");
    return { ...result, attached: tracing.attached(), problems: [...tracing.problems] };
  }

  async function rest(): Promise<void> {
    if (!claim.wasActive || (await isActive(name))) return;
    const problem = await control("start", name);
    if (problem !== undefined) progress(problem);
    // Most types count as started before they have made their sockets.
    else await settle(await tracing.controlGroup(), interrupts.signal);
  }

  return { state, version, progress, interrupts, walk, rest, tracing };
}

/** Puts a drop-in in force and gives the properties that the unit then has. */
async function load(name: string, text: string): Promise<ReadonlyMap<string, string>> {
  const path = runtimeDropIn(name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  const output = await systemctl("daemon-reload");
  if (output.code !== 0) throw hostCannot(`systemctl daemon-reload: ${lastLine(output.stderr)}`);
  const loaded = await showUnit(name);
  if (loaded.get("LoadState") !== "loaded" || !parseWords(loaded.get("DropInPaths")).includes(path))
    throw hostCannot(`systemd does not load ${path}: ${loaded.get("LoadError") ?? ""}`);
  return loaded;
}
