/** What systemd's own tools think of a unit with a drop-in (systemd-analyze(1)). */
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { badInput, hostCannot } from "../errors.js";
import { ownDropIns } from "./own-drop-ins.js";
import { runtimeDirectory } from "./paths.js";
import { processStatus } from "./process.js";
import { lastLine, printable, run, systemctl } from "./run.js";
import { parseWords } from "./show.js";
import { inspectUnit, type UnitState } from "./unit.js";

const runtimeUnits = "/run/systemd/system";

/** Removes the copies that killed profilers left. */
export async function removeAbandonedCopies(): Promise<void> {
  for (const [directory, pattern] of [
    [runtimeUnits, /^sandbox_profiler_(\d+)_/],
    [runtimeDirectory, /^verify-(\d+)-/],
  ] as const)
    for (const name of await readdir(directory).catch(() => [])) {
      const owner = pattern.exec(name)?.[1];
      if (owner !== undefined && (await processStatus(Number(owner))) === undefined)
        await rm(join(directory, name), { recursive: true, force: true });
    }
}

/** The overall exposure that `systemd-analyze security` computes for the unit as it is loaded: 0.0 (best) to 10.0. */
export async function exposure(unit: string): Promise<number> {
  const output = await run("systemd-analyze", ["security", "--no-pager", "--", unit]);
  const overall = parseExposure(output.stdout);
  if (overall === undefined) throw hostCannot(`systemd-analyze security ${unit}: ${lastLine(output.stderr)}`);
  return overall;
}

/** Reads `→ Overall exposure level for nginx.service: 9.6 UNSAFE`. */
export function parseExposure(text: string): number | undefined {
  const match = /Overall exposure level for .*: (\d+\.\d)/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** The exposure of the unit as it is without what profile wrote for it. */
export async function exposureWithout(unit: string): Promise<number> {
  const own = await ownDropIns(await inspectUnit(unit));
  return own.length === 0 ? exposure(unit) : exposureWith(unit, "");
}

/**
 * The exposure the unit would have with `dropIn` in place of what profile wrote for it before. The unit itself is not touched, it may be running: systemd loads
 * a run-time copy under another name, which is never started and removed again. Reloads the manager twice.
 */
export async function exposureWith(unit: string, dropIn: string): Promise<number> {
  const state = await inspectUnit(unit);
  const instance = /@.*$/.exec(state.unit.name)?.[0] ?? ".service";
  const name = `sandbox_profiler_${process.pid}_${randomBytes(6).toString("hex")}${instance}`;
  try {
    await copyUnit(state, runtimeUnits, name, [...otherBusName(state, name), dropIn]);
    await systemctl("daemon-reload");
    return await exposure(name);
  } finally {
    await rm(join(runtimeUnits, name), { force: true });
    await rm(join(runtimeUnits, `${name}.d`), { recursive: true, force: true });
    await systemctl("daemon-reload");
  }
}

/** A D-Bus name belongs to one loaded unit only; which one it is does not count for the exposure. */
function otherBusName(state: UnitState, name: string): readonly string[] {
  if ((state.properties.get("BusName") ?? "") === "") return [];
  return [`[Service]\nBusName=sandbox_profiler.${name.replace(/\W.*/, "")}\n`];
}

/**
 * What `systemd-analyze verify` says about `dropIn` on this unit, in place of what profile wrote before, one line each; empty when it accepts it.
 * What it says about the unit without the drop-in is left out.
 */
export async function verifyDropIn(unit: string, dropIn: string): Promise<readonly string[]> {
  const state = await inspectUnit(unit);
  const before = new Set(await verifyCopy(state, []));
  const after = await verifyCopy(state, [dropIn]);
  return after.filter((line) => !before.has(line));
}

async function verifyCopy(state: UnitState, added: readonly string[]): Promise<readonly string[]> {
  await mkdir(runtimeDirectory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(runtimeDirectory, `verify-${process.pid}-`));
  try {
    const { name } = state.unit;
    await copyUnit(state, directory, name, added);
    const output = await run("systemd-analyze", [
      "verify",
      "--man=no",
      "--recursive-errors=no",
      join(directory, name),
    ]);
    return output.stderr
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => printable(line.replaceAll(`${directory}/`, "")));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Copies the unit file and its drop-ins but our own, in their order, and adds more behind them. */
async function copyUnit(
  state: UnitState,
  directory: string,
  name: string,
  added: readonly string[],
): Promise<void> {
  const fragment = state.properties.get("FragmentPath") ?? "";
  if (fragment === "") throw badInput(`${state.unit.name} has no unit file`);
  const own = new Set((await ownDropIns(state)).map(({ path }) => path));
  const dropIns = parseWords(state.properties.get("DropInPaths")).filter((path) => !own.has(path));
  const target = join(directory, `${name}.d`);
  await mkdir(target, { recursive: true });
  await copyFile(fragment, join(directory, name));
  for (const [index, path] of dropIns.entries())
    await copyFile(path, join(target, `${String(index).padStart(4, "0")}-${basename(path)}`));
  for (const [index, text] of added.entries()) await writeFile(join(target, `zzzz-${index}.conf`), text);
}
