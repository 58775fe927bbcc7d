/** The claim on a unit: what it was like before the first change, and who changes it. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { hostCannot, serviceFailed } from "../errors.js";
import {
  claimDirectory,
  claimsDirectory,
  gateSocket,
  guardUnit,
  runtimeDirectory,
  runtimeDropIn,
} from "./paths.js";
import { processStatus } from "./process.js";
import { restoreScript } from "./restore-script.js";
import { lastLine, type Output, run, systemctl } from "./run.js";
import { parseWords } from "./show.js";
import { showUnit, type UnitState } from "./unit.js";

const claimSchema = v.object({
  unit: v.string(),
  wasActive: v.boolean(),
  owner: v.object({ pid: v.number(), startTime: v.string() }),
  /** Active units that stopping this one takes along. */
  dependents: v.array(v.string()),
  /** Sockets that were inactive and are started for the learning. */
  startedSockets: v.array(v.string()),
  /** Files that are in force only while it is learned. */
  dropIns: v.array(v.string()),
});

/** What is stored in the claim directory. */
export type Claim = v.InferOutput<typeof claimSchema>;

const claimFile = "state.json";
const scriptFile = "restore.sh";

/**
 * Claims a unit for this process, and starts the guard that puts the unit back within ten seconds of this process's end.
 * Nothing of the unit has changed by then. `standIns` are drop-ins that the caller is going to write besides the permissive one. What a dead owner left is put back first.
 * Throws hostCannot when another profiler holds the unit, or the guard cannot be started.
 */
export async function claimUnit(
  state: UnitState,
  startedSockets: readonly string[],
  standIns: readonly string[],
): Promise<Claim> {
  const self = await processStatus(process.pid);
  if (self === undefined) throw hostCannot("/proc is not readable");
  const claim: Claim = {
    unit: state.unit.name,
    wasActive: isRunning(state.properties),
    owner: { pid: self.pid, startTime: self.startTime },
    dependents: [...(await activeDependents(state.unit.name))],
    startedSockets: [...startedSockets],
    dropIns: [runtimeDropIn(state.unit.name), ...standIns],
  };
  await mkdir(claimsDirectory, { recursive: true, mode: 0o700 });
  await chmod(runtimeDirectory, 0o700);
  if (!(await storeClaim(claim))) {
    await recoverClaim(claim.unit);
    if (!(await storeClaim(claim))) throw hostCannot(`${claim.unit} is held by another profiler`);
  }
  try {
    await startGuard(claim);
  } catch (error) {
    await rm(claimDirectory(claim.unit), { recursive: true, force: true });
    throw error;
  }
  return claim;
}

/** Whether a service runs or is about to: its ActiveState. */
export function isRunning(properties: ReadonlyMap<string, string>): boolean {
  return ["active", "reloading", "activating", "refreshing"].includes(properties.get("ActiveState") ?? "");
}

/** Stores the claim complete or not at all. False when there is one already. */
async function storeClaim(claim: Claim): Promise<boolean> {
  const draft = await mkdtemp(join(runtimeDirectory, "new-"));
  await writeFile(join(draft, claimFile), `${JSON.stringify(claim, undefined, 2)}\n`);
  await writeFile(join(draft, scriptFile), restoreScript);
  await writeFile(join(draft, `${claim.owner.pid}-${claim.owner.startTime}`), "");
  try {
    // rename(2) replaces an empty directory only.
    await rename(draft, claimDirectory(claim.unit));
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

/** Units that are claimed, whether their owner lives or not. */
export async function claimedUnits(): Promise<readonly string[]> {
  return (await readdir(claimsDirectory).catch(() => [])).sort();
}

/** undefined when nobody claims the unit. Throws hostCannot for a claim that cannot be read. */
async function readClaim(unit: string): Promise<Claim | undefined> {
  const path = join(claimDirectory(unit), claimFile);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return v.parse(claimSchema, JSON.parse(text));
  } catch (error) {
    throw hostCannot(
      `${path} is damaged: remove ${runtimeDropIn(unit)} and ${claimDirectory(unit)} by hand`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Puts a unit back that a dead profiler left. False when there is nothing to do.
 * Throws hostCannot when a living one holds the unit, serviceFailed when the unit does not come back.
 */
export async function recoverClaim(unit: string): Promise<boolean> {
  const claim = await readClaim(unit);
  if (claim === undefined) return false;
  const owner = await processStatus(claim.owner.pid);
  if (owner?.startTime === claim.owner.startTime && owner.state !== "Z")
    throw hostCannot(`${unit} is held by the profiler with process ${claim.owner.pid}; end that one first`);
  await releaseClaim(claim);
  return true;
}

/** Puts the unit back as it was and gives the claim up. Throws serviceFailed when the unit does not come back. */
export async function releaseClaim(claim: Claim): Promise<void> {
  await release(claim, "now");
}

/**
 * Gives the claim up and leaves the unit running, because what is in force is in its own configuration by now: the drop-ins
 * of the claim are removed and the manager is reloaded. Throws serviceFailed when another unit does not come back.
 */
export async function keepClaimed(claim: Claim): Promise<void> {
  await release(claim, "keep");
}

async function release(claim: Claim, mode: "now" | "keep"): Promise<void> {
  const output = await runScript(claim, mode);
  await systemctl("stop", "--", guardUnit(claim.unit));
  if (output.code !== 0)
    throw serviceFailed(
      `${claim.unit} has its own configuration again but did not come back: ${lastLine(output.stderr)}`,
    );
}

function runScript(claim: Claim, mode: "now" | "keep"): Promise<Output> {
  return run("/bin/sh", [join(claimDirectory(claim.unit), scriptFile), ...scriptArguments(mode, claim)]);
}

function scriptArguments(mode: "wait" | "now" | "keep", claim: Claim): readonly string[] {
  return [
    mode,
    String(claim.owner.pid),
    claim.owner.startTime,
    claim.unit,
    claim.wasActive ? "yes" : "no",
    claimDirectory(claim.unit),
    gateSocket(claim.unit),
    ...claim.dropIns,
    "--",
    ...claim.dependents,
    "--",
    ...claim.startedSockets,
  ];
}

/** Starts the transient service that waits for the end of the owner. */
async function startGuard(claim: Claim): Promise<void> {
  const name = guardUnit(claim.unit);
  await systemctl("stop", "--", name);
  const output = await run("systemd-run", [
    `--unit=${name}`,
    `--description=Puts ${claim.unit} back if the sandbox profiler dies`,
    // A unit that nothing refers to is forgotten when it is inactive, and with it how it ended.
    `--property=After=${claim.unit}`,
    "--collect",
    "--quiet",
    "--service-type=exec",
    "--",
    "/bin/sh",
    join(claimDirectory(claim.unit), scriptFile),
    ...scriptArguments("wait", claim),
  ]);
  if (output.code !== 0)
    throw hostCannot(`cannot start the guard of ${claim.unit}: ${lastLine(output.stderr)}`);
}

/** What systemd stops together with a unit, and does not start again with it (systemd.unit(5)). */
const stopsWith = ["RequiredBy", "RequisiteOf", "BoundBy", "ConsistsOf", "PropagatesStopTo"];

async function activeDependents(unit: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const queue = [unit];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const properties = await showUnit(name);
    if (name !== unit) {
      if (!isRunning(properties)) continue;
      found.add(name);
    }
    const next = stopsWith.flatMap((property) => parseWords(properties.get(property)));
    queue.push(...next.filter((other) => other !== unit && !found.has(other)));
  }
  return [...found];
}
