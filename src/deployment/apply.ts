/** Installs what a profile says for a unit, after the service was seen to work under it. */
import { existsSync } from "node:fs";
import { badInput, hostCannot } from "../errors.js";
import type { Progress } from "../learning/types.js";
import type { Interrupts } from "../learning/unit-interrupts.js";
import { verifyDropIn } from "../systemd/analyze.js";
import { standInDropIn } from "../systemd/paths.js";
import { requireSystemd } from "../systemd/require.js";
import { claimUnit, isRunning, keepClaimed, recoverClaim } from "../systemd/state.js";
import { inspectUnit, type UnitState } from "../systemd/unit.js";
import { type Kind, toInstall, toRevert } from "./ledger.js";
import { change, checkInTheWay, type Deployment, readDeployment } from "./store.js";
import { type Checks, checkLoaded, type Refusals, reload, tryDropIn } from "./trial.js";

export interface ApplyOptions extends Checks {
  readonly kind: Kind;
  readonly text: string;
  /** When that was asked for, ISO 8601, UTC: before the service is restarted. */
  readonly at: string;
  /** False: it is installed, and in force when the service is started the next time. */
  readonly restart: boolean;
  /** What it may refuse without being news; undefined: it refuses no calls. */
  readonly refusals: Refusals | undefined;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
}

export interface Applied {
  readonly unit: string;
  readonly kind: Kind;
  readonly path: string;
  /**
   * `working`: installed, and the service works under it; `untried`: installed, and the service was not restarted;
   * `rolled-back`: nothing is installed, the service runs as it did before.
   */
  readonly outcome: "working" | "untried" | "rolled-back";
  /** Why it was rolled back, or not tried; one line. */
  readonly why?: string;
  /** Seconds for which it was watched. */
  readonly watched: number;
  /** Whether a health command said that it does its work. */
  readonly isHealthy: boolean;
  /** What systemd says it does not apply. */
  readonly ignored: readonly string[];
  /** Calls that its filter was seen to refuse, one line each; null: nobody could watch. */
  readonly refused: readonly string[] | null;
}

/**
 * Finds a service, and puts it back first if a killed run has left something.
 *
 * @throws ProfileError: badInput, hostCannot. Nothing has changed then.
 */
export async function findUnit(name: string): Promise<UnitState> {
  await requireSystemd();
  const found = await inspectUnit(name);
  return (await recoverClaim(found.unit.name)) ? inspectUnit(found.unit.name) : found;
}

/**
 * @throws ProfileError: badInput for a drop-in that systemd does not accept or that another one is in the way of; hostCannot
 *   when another profiler holds the unit; 128+n for a signal. The unit is as it was before then.
 */
export async function applyDropIn(state: UnitState, options: ApplyOptions): Promise<Applied> {
  const { interrupts, kind, progress, restart, text } = options;
  const { name } = state.unit;
  await checkInTheWay(state);
  const deployment = await readDeployment(name, kind);
  progress(`asking systemd-analyze about the drop-in of ${name}`);
  const [complaint] = await verifyDropIn(name, text);
  if (complaint !== undefined) {
    throw badInput(`systemd does not accept the drop-in of ${name}: ${complaint}`);
  }
  interrupts.signal.throwIfAborted();
  const applied = { unit: name, kind, path: deployment.path };
  if (!restart || !isRunning(state.properties)) {
    await installUntried(state, deployment, options);
    const why = restart ? "it is not running" : "it was not to be restarted";
    return { ...applied, outcome: "untried", why, watched: 0, isHealthy: false, ignored: [], refused: null };
  }
  const standIn = standInDropIn(name, deployment.path);
  if (existsSync(standIn)) {
    throw hostCannot(`${standIn} is in the way: remove it first`);
  }
  const {
    failure,
    ignored,
    refused = null,
  } = await tryDropIn({
    ...options,
    state,
    standIn,
    commit: () => install(name, deployment, options, true),
  });
  const watched = options.watch;
  const isHealthy = options.health !== undefined;
  return failure === undefined
    ? { ...applied, outcome: "working", watched, isHealthy, ignored, refused }
    : { ...applied, outcome: "rolled-back", why: failure, watched: 0, isHealthy: false, ignored, refused };
}

async function install(
  name: string,
  { current, installed }: Deployment,
  { at, kind, text }: ApplyOptions,
  proved: boolean,
): Promise<void> {
  await change(name, kind, toInstall(text, current, installed, { at, proved }));
}

/** The claim keeps others away; the service itself is not touched. */
async function installUntried(
  state: UnitState,
  deployment: Deployment,
  options: ApplyOptions,
): Promise<void> {
  const { name } = state.unit;
  const claim = await claimUnit(state, [], []);
  try {
    await install(name, deployment, options, false);
    await reload();
    try {
      await checkLoaded(name, deployment.path);
    } catch (error) {
      const { installed } = await readDeployment(name, options.kind);
      if (installed !== undefined) await change(name, options.kind, toRevert(installed));
      throw error;
    }
  } finally {
    await keepClaimed(claim);
  }
}
