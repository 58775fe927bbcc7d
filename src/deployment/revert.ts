/** Takes back what `apply` has installed last. */
import { badInput, serviceFailed } from "../errors.js";
import type { Progress } from "../learning/types.js";
import { control, settle } from "../systemd/service.js";
import { claimUnit, isRunning, keepClaimed } from "../systemd/state.js";
import { showUnit, type UnitState } from "../systemd/unit.js";
import { unsteadiness } from "./judgement.js";
import { type Installed, type Kind, kinds, toRevert } from "./ledger.js";
import { change, readDeployment } from "./store.js";
import { reload } from "./trial.js";

export interface Reverted {
  readonly unit: string;
  readonly kind: Kind;
  readonly path: string;
  /** `removed`: there is no such drop-in any more; `restored`: the one from before is there again. */
  readonly outcome: "removed" | "restored";
  /** Whether the service was running, and so was restarted. */
  readonly restarted: boolean;
}

/**
 * The unit has its earlier configuration when this returns, or throws serviceFailed because it did not come back with that.
 *
 * @throws ProfileError: badInput when there is nothing to revert, hostCannot when another profiler holds the unit.
 */
export async function revertUnit(
  state: UnitState,
  progress: Progress,
  signal: AbortSignal,
): Promise<Reverted> {
  const { name } = state.unit;
  const { kind, path, installed } = await latest(name);
  signal.throwIfAborted();
  const claim = await claimUnit(state, [], []);
  const intent = toRevert(installed);
  const restarted = isRunning(state.properties);
  let problem: string | undefined;
  // From here on it is finished, signal or not: if this process is killed, the guard loads and restarts.
  try {
    await change(name, kind, intent);
    await reload();
    if (restarted) {
      progress(`restarting ${name}`);
      problem = (await control("restart", name)) ?? (await stumble(name));
    }
  } finally {
    await keepClaimed(claim);
  }
  if (problem !== undefined) {
    throw serviceFailed(`${name} has its earlier configuration again but did not come back: ${problem}`);
  }
  signal.throwIfAborted();
  return { unit: name, kind, path, outcome: intent.goal === null ? "removed" : "restored", restarted };
}

interface Latest {
  readonly kind: Kind;
  readonly path: string;
  readonly installed: Installed;
}

/** Of sandbox and canary the one that was installed last. */
async function latest(name: string): Promise<Latest> {
  const found: Latest[] = [];
  let changed: string | undefined;
  for (const kind of kinds) {
    const { path, current, installed } = await readDeployment(name, kind);
    if (installed !== undefined) found.push({ kind, path, installed });
    else if (current !== null) changed = path;
  }
  const [first] = found.sort((a, b) => (a.installed.at < b.installed.at ? 1 : -1));
  if (first !== undefined) return first;
  throw badInput(
    changed === undefined
      ? `nothing to revert: profile apply has installed nothing for ${name}`
      : `nothing to revert: ${changed} is not as profile apply has written it; edit or remove it by hand`,
  );
}

async function stumble(name: string): Promise<string | undefined> {
  const started = await showUnit(name);
  await settle(started.get("ControlGroup") ?? "", AbortSignal.timeout(60_000));
  return unsteadiness(started, await showUnit(name));
}
