/** What /proc and the cgroup file system say about processes (proc(5), cgroups(7)). Processes may vanish at any time. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

export interface ProcessStatus {
  readonly pid: number;
  readonly comm: string;
  /** `R`, `S`, `D`, `T` stopped, `t` stopped by its tracer, `Z` … */
  readonly state: string;
  readonly parent: number;
  /** Clock ticks after boot: together with the pid it names a process for good. */
  readonly startTime: string;
}

/** Parses /proc/PID/stat. The name is in parentheses and may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessStatus | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const [state, parent] = fields;
  const startTime = fields[19];
  if (open < 0 || close < open || state === undefined || startTime === undefined) return undefined;
  return {
    pid: Number.parseInt(text, 10),
    comm: text.slice(open + 1, close),
    state,
    parent: Number(parent),
    startTime,
  };
}

/** undefined when there is no such process (any more). */
export async function processStatus(pid: number): Promise<ProcessStatus | undefined> {
  return parseStat(await readIfThere(`/proc/${pid}/stat`));
}

/** Every process that /proc shows. */
export async function allProcesses(): Promise<readonly ProcessStatus[]> {
  const pids = (await readdir("/proc")).filter((name) => /^[0-9]+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(processStatus))).filter((status) => status !== undefined);
}

/** The process that traces it; 0 when nobody does, undefined when it is gone. */
export async function tracerOf(pid: number): Promise<number | undefined> {
  const match = /^TracerPid:\s*(\d+)$/m.exec(await readIfThere(`/proc/${pid}/status`));
  return match === null ? undefined : Number(match[1]);
}

/** Words joined by NUL; empty for kernel threads, zombies and processes that are gone. */
export function commandLine(pid: number): Promise<string> {
  return readIfThere(`/proc/${pid}/cmdline`);
}

/** Path of the program that it executes; empty for kernel threads, zombies and processes that are gone. */
export function programOf(pid: number): Promise<string> {
  return readlink(`/proc/${pid}/exe`).catch(() => "");
}

/** Where the hierarchy that systemd manages is mounted: unified, hybrid and legacy layout (systemd.unit file-hierarchy). */
const cgroupRoots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"];

/** All processes of a cgroup and of those below it (a delegated unit has `.control` and its own ones). */
export async function cgroupProcesses(controlGroup: string): Promise<readonly number[]> {
  if (controlGroup === "") return [];
  const found = await Promise.all(cgroupRoots.map((root) => processesBelow(join(root, controlGroup))));
  return [...new Set(found.flat())];
}

async function processesBelow(directory: string): Promise<number[]> {
  const text = await readIfThere(join(directory, "cgroup.procs"));
  const pids = text
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => processesBelow(join(directory, entry.name))),
  );
  return [...pids, ...below.flat()];
}

/** Processor time that a cgroup has used, in microseconds; undefined when it is gone or not on the unified hierarchy. */
export async function cgroupUsage(controlGroup: string): Promise<number | undefined> {
  if (controlGroup === "") return undefined;
  const match = /^usage_usec (\d+)$/m.exec(
    await readIfThere(join("/sys/fs/cgroup", controlGroup, "cpu.stat")),
  );
  return match === null ? undefined : Number(match[1]);
}

/** The content, or nothing: in /proc and /sys a file that cannot be read belongs to something that has gone. */
async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

/** The number that the kernel gives to the first PID namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
const firstPidNamespace = "pid:[4026531836]";

/** Whether our PIDs are those of the kernel, in its log and in tracefs: not so in a container. */
export async function isFirstPidNamespace(): Promise<boolean> {
  return (await readlink("/proc/self/ns/pid").catch(() => "")) === firstPidNamespace;
}
