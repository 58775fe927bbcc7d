import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type Capability, capabilities } from "../facts/names.js";

/** What a process may do and where it is, from proc_pid_status(5), /proc/PID/cwd and /proc/PID/exe. */
export interface ProcessState {
  /** Effective ids, which decide permissions and capabilities. */
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly umask: number;
  /** Ambient capabilities, `CAP_NET_BIND_SERVICE`. */
  readonly ambient: readonly Capability[];
  readonly cwd: string;
  readonly executable: string;
}

/** The value of one line of /proc/PID/status; undefined when the process is gone. */
export function statusField(pid: number | string, name: string): string | undefined {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  const line = status?.split("\n").find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** undefined when the process is gone or a zombie. Throws EACCES when it is another user's. */
export function readProcess(pid: number | "self"): ProcessState | undefined {
  const cwd = unlessGone(() => readlinkSync(`/proc/${pid}/cwd`));
  const executable = unlessGone(() => readlinkSync(`/proc/${pid}/exe`));
  const field = (name: string) => statusField(pid, name);
  // "real effective saved filesystem"
  const uid = numbers(field("Uid"))[1];
  const gid = numbers(field("Gid"))[1];
  if (cwd === undefined || executable === undefined || uid === undefined || gid === undefined)
    return undefined;
  return {
    uid,
    gid,
    groups: numbers(field("Groups")),
    umask: Number.parseInt(field("Umask") ?? "022", 8),
    ambient: capabilitySet(field("CapAmb") ?? "0"),
    cwd,
    executable,
  };
}

/** Names of the bits of a hexadecimal mask (capabilities(7)); a bit that has no name yet is left out. */
export function capabilitySet(mask: string): Capability[] {
  const bits = BigInt(`0x${mask}`);
  return capabilities.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) !== 0n);
}

/** Ids of all threads; empty when the process is gone. */
export function threads(pid: number): readonly string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
}

/** The process that traces this one; 0 when nobody does or it is gone. */
export function tracerOf(pid: number | string): number {
  return Number(statusField(pid, "TracerPid") ?? 0);
}

/** False when there is no such process or it is out of our reach. `pid` below 0 is a process group (kill(2)). */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return pid !== 0 && process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Whether the process is there; as a zombie too. */
export function exists(pid: number): boolean {
  return statusField(pid, "Pid") !== undefined;
}

function numbers(text = ""): number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}
