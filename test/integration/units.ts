/** What systemd says about a unit in a machine. */
import type { Machine } from "./machine.js";

/** What a learning run must leave as it found it. */
export interface UnitState {
  readonly ActiveState: string;
  readonly UnitFileState: string;
  readonly DropInPaths: string;
  readonly ExecStart: string;
}

/** @returns value of one property, as `systemctl show` prints it */
export async function property(machine: Machine, unit: string, name: string): Promise<string> {
  return machine.succeed(["systemctl", "show", "--value", "--property", name, unit]);
}

export async function unitState(machine: Machine, unit: string): Promise<UnitState> {
  return {
    ActiveState: await property(machine, unit, "ActiveState"),
    UnitFileState: await property(machine, unit, "UnitFileState"),
    DropInPaths: await property(machine, unit, "DropInPaths"),
    // Times and PID of the last run follow the command line.
    ExecStart: (await property(machine, unit, "ExecStart")).replaceAll(/start_time=.*?\}/g, "}"),
  };
}

/** What a run of the profiler left below /run, one path a line: nothing but its own empty directories. */
export async function leftovers(machine: Machine, unit: string): Promise<string> {
  return machine.succeed(
    `find /run/systemd/system/${unit}.d /run/systemd/system.control/${unit}.d 2>/dev/null || true
     find /run/sandbox-profiler ! -type d 2>/dev/null || true`,
  );
}

/** What `systemd-analyze verify` complains of; empty is good. */
export async function complaints(machine: Machine, unit: string): Promise<string[]> {
  const { stdout, stderr } = await machine.exec(["systemd-analyze", "verify", "--man=no", unit]);
  return `${stdout}\n${stderr}`.split("\n").filter((line) => line !== "");
}

/** Overall exposure by `systemd-analyze security`: 0.0 (confined) to 10.0. */
export async function exposure(machine: Machine, unit: string): Promise<number> {
  const report = await machine.succeed(["systemd-analyze", "security", "--no-pager", unit]);
  const level = /Overall exposure level for .*: (\d+\.\d)/.exec(report)?.[1];
  if (level === undefined) {
    throw new Error(`no exposure level in:\n${report}`);
  }
  return Number(level);
}

/** Messages by which a service, or systemd on its behalf, says that its sandbox refused something. */
const refusal =
  /Operation not permitted|Read-only file system|Permission denied|Address family not supported|Failed at step|Failed to (?:set up|mount)|SIGSYS|status=\d+\/(?!SUCCESS)[A-Z]+|code=(?:killed|dumped)|core-dump|Failed with result/;

/** A place in the machine's journal, for `since`. */
export async function journalCursor(machine: Machine): Promise<string> {
  const shown = await machine.succeed(["journalctl", "--lines=0", "--show-cursor", "--quiet"]);
  return shown.replace("-- cursor: ", "");
}

/** Lines of the unit's journal since then that speak of a refusal. */
export async function refusals(machine: Machine, unit: string, cursor: string): Promise<string[]> {
  return refusalsIn(machine, [`--unit=${unit}`], cursor);
}

/** The same of what journalctl(1) finds with these matches. */
export async function refusalsIn(
  machine: Machine,
  matches: readonly string[],
  cursor: string,
): Promise<string[]> {
  await machine.succeed(["journalctl", "--sync"]);
  const options = ["--quiet", "--no-pager", "--output=cat", `--after-cursor=${cursor}`];
  const journal = await machine.succeed(["journalctl", ...options, ...matches]);
  return journal.split("\n").filter((line) => refusal.test(line));
}
