/** Runs a service under a drop-in that is not installed yet, and says whether it works. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hostCannot } from "../errors.js";
import { architectureOf } from "../host/architecture.js";
import type { Progress } from "../learning/types.js";
import { type Interrupts, unlessAborted } from "../learning/unit-interrupts.js";
import { count } from "../output/count.js";
import { journalCursor, latestMessages, messagesSince } from "../systemd/journal.js";
import { lastLine, printable, systemctl } from "../systemd/run.js";
import { control, diagnosis, settle } from "../systemd/service.js";
import { parseWords } from "../systemd/show.js";
import { type Claim, claimUnit, keepClaimed, releaseClaim } from "../systemd/state.js";
import { showUnit, type UnitState } from "../systemd/unit.js";
import { watchFailingCalls } from "../tracers/failing-calls.js";
import { parseSettings } from "../verification/settings.js";
import { watchJournal } from "../verification/watch.js";
import { checkHealth } from "./health.js";
import { complaintsIn, unsteadiness } from "./judgement.js";
import { killsSince } from "./kernel-log.js";
import { type RefusedCall, refusedCalls } from "./refused-calls.js";

export interface Checks {
  /** A shell command that must succeed. */
  readonly health: string | undefined;
  /** Seconds that it may take to succeed for the first time. */
  readonly healthTimeout: number;
  /** Seconds for which the service must go on without a refusal. */
  readonly watch: number;
}

export interface TrialOptions extends Checks {
  readonly state: UnitState;
  /** What stands in for the drop-in meanwhile, below /run: a reboot undoes it. */
  readonly standIn: string;
  readonly text: string;
  /** Called when the service works, before what stands in is taken away: it makes that permanent. */
  readonly commit: () => Promise<void>;
  /** What the drop-in may refuse without being news; undefined: it refuses no calls. */
  readonly refusals: Refusals | undefined;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
}

/** What is made of calls that fail with EPERM. */
export interface Refusals {
  /** Whether a call may do so. */
  readonly isExpected: (call: string) => boolean;
  /** The service is known to live with what these settings refuse. */
  readonly isProved: boolean;
}

export interface TrialResult {
  /** Why the service does not work; it runs as it did before then, and `commit` was not called. */
  readonly failure?: string;
  /** What systemd says it does not apply. */
  readonly ignored: readonly string[];
  /** Calls that the service was refused, one line each; undefined: nobody could watch. */
  readonly refused?: readonly string[];
}

/**
 * Claims the unit, so that it is put back within ten seconds of this process's end, restarts it under the drop-in and watches
 * it. The unit must be active.
 *
 * @throws ProfileError: hostCannot when another profiler holds it, 128+n for a signal; the unit is put back then, too.
 */
export async function tryDropIn(options: TrialOptions): Promise<TrialResult> {
  const { interrupts, progress, state } = options;
  const claim = await claimUnit(state, [], [options.standIn]);
  let result: TrialResult;
  try {
    result = await restartUnder(options);
    interrupts.signal.throwIfAborted();
    if (result.failure === undefined) await options.commit();
  } catch (error) {
    // Why it ended is what the caller must hear of, also when the unit is slow to come back.
    await rollBack(claim, progress).catch((failure: unknown) => {
      progress(failure instanceof Error ? failure.message : String(failure));
    });
    throw error;
  }
  if (result.failure === undefined) await keepClaimed(claim);
  else await rollBack(claim, progress);
  return result;
}

async function rollBack(claim: Claim, progress: Progress): Promise<void> {
  progress(`putting ${claim.unit} back as it was`);
  await releaseClaim(claim);
}

async function restartUnder(options: TrialOptions): Promise<TrialResult> {
  const calls = options.refusals === undefined ? undefined : await watchFailingCalls();
  try {
    const result = await restartAndWatch(options);
    if (calls === undefined || options.refusals === undefined) return result;
    const refused = refusedCalls(await calls.read(), {
      programs: new Set(
        Object.values(options.state.commands).flatMap((list) => list.map(({ path }) => path)),
      ),
      architecture: architectureOf(process.arch),
      isExpected: options.refusals.isExpected,
    }).map(describeRefused);
    const [first] = refused;
    return options.refusals.isProved || first === undefined || result.failure !== undefined
      ? { ...result, refused }
      : { ...result, refused, failure: first };
  } finally {
    await calls?.close();
  }
}

function describeRefused({ call, comm, count: times }: RefusedCall): string {
  return printable(`SystemCallFilter= refuses ${call}(2) to ${comm} (${count(times, "time")})`);
}

async function restartAndWatch(options: TrialOptions): Promise<TrialResult> {
  const { interrupts, progress, standIn, state, text } = options;
  const { name } = state.unit;
  const systemd = await watchJournal(name);
  await mkdir(dirname(standIn), { recursive: true });
  await writeFile(standIn, text);
  await reload();
  await checkLoaded(name, standIn);
  const before = await latestMessages(name);
  const cursor = await journalCursor();
  const began = Date.now();
  progress(`restarting ${name}`);
  const problem = await unlessAborted(interrupts.signal, control("restart", name));
  const trouble = problem ?? (await watch(options, began));
  const symptoms = await systemd.symptoms(parseSettings(text));
  const ignored = symptoms.filter(({ kind }) => kind === "ignored").map((symptom) => symptom.text);
  // systemd knows best why it could not start something.
  const fatal = symptoms.find(({ kind }) => kind === "start" || kind === "kill");
  const [complaint] = cursor === undefined ? [] : complaintsIn(before, await messagesSince(name, cursor));
  const failure =
    fatal?.text ??
    trouble ??
    (complaint === undefined ? undefined : `it logs what it did not before: ${shortened(complaint)}`);
  return { ignored, ...(failure !== undefined && { failure }) };
}

function shortened(message: string): string {
  return printable(message).slice(0, 300);
}

/** Makes the manager read its files again. Throws hostCannot. */
export async function reload(): Promise<void> {
  const output = await systemctl("daemon-reload");
  if (output.code !== 0) throw hostCannot(`systemctl daemon-reload: ${lastLine(output.stderr)}`);
}

/** Throws hostCannot when systemd does not read the drop-in for the unit. */
export async function checkLoaded(name: string, path: string): Promise<void> {
  const properties = await showUnit(name);
  if (properties.get("LoadState") !== "loaded" || !parseWords(properties.get("DropInPaths")).includes(path))
    throw hostCannot(`systemd does not load ${path}: ${printable(properties.get("LoadError") ?? "")}`);
}

/** Milliseconds between two looks at the state of the service. */
const interval = 500;

/** Why the service does not work, in one line. */
async function watch(options: TrialOptions, began: number): Promise<string | undefined> {
  const { interrupts, progress, state } = options;
  const { name } = state.unit;
  const properties = await showUnit(name);
  await unlessAborted(interrupts.signal, settle(properties.get("ControlGroup") ?? "", interrupts.signal));
  const first = await showUnit(name);
  const unhealthy = (await unsteady(first, name)) ?? (await askHealth(options, first, options.healthTimeout));
  if (unhealthy !== undefined) return unhealthy;
  progress(`watching ${name} for ${options.watch} s`);
  const end = performance.now() + options.watch * 1000;
  while (performance.now() < end) {
    await unlessAborted(interrupts.signal, delay(Math.min(interval, end - performance.now())));
    const problem = await unsteady(first, name);
    if (problem !== undefined) return problem;
  }
  const kill = await killsSince(state, began);
  if (kill !== undefined) return kill;
  // The first answer may have come before a worker died.
  return askHealth(options, first, Math.min(options.healthTimeout, lastTry));
}

/** Seconds for a service that has been healthy already. */
const lastTry = 5;

async function askHealth(
  { health, interrupts, state, progress }: TrialOptions,
  properties: ReadonlyMap<string, string>,
  seconds: number,
): Promise<string | undefined> {
  if (health === undefined) return undefined;
  progress(`asking whether ${state.unit.name} is healthy`);
  return checkHealth({
    command: health,
    environment: { UNIT: state.unit.name, MAINPID: properties.get("MainPID") ?? "" },
    timeout: seconds * 1000,
    signal: interrupts.signal,
  });
}

async function unsteady(first: ReadonlyMap<string, string>, name: string): Promise<string | undefined> {
  const now = await showUnit(name);
  const problem = unsteadiness(first, now);
  return problem === undefined ? undefined : diagnosed(problem, now);
}

async function diagnosed(problem: string, properties: ReadonlyMap<string, string>): Promise<string> {
  const why = await diagnosis(properties, "");
  return why === "" ? problem : `${problem}: ${why}`;
}
