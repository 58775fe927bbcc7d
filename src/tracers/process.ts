import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What a process may do and where it is, from proc_pid_status(5) and /proc/PID/cwd. */
export interface Credentials {
  /** Effective ids, which decide permissions and capabilities. */
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly cwd: string;
}

/** The value of one line of /proc/PID/status; undefined when the process is gone. */
export function statusField(pid: number | string, name: string): string | undefined {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  const line = status?.split("\n").find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** undefined when the process is gone. Throws EACCES when its directory may not be read (another user's). */
export function readCredentials(pid: number | "self"): Credentials | undefined {
  const ids = ["Uid", "Gid", "Groups"].map((name) => numbers(statusField(pid, name)));
  const [uids, gids, groups] = ids;
  const cwd = unlessGone(() => readlinkSync(`/proc/${pid}/cwd`));
  // "real effective saved filesystem"
  const uid = uids?.[1];
  const gid = gids?.[1];
  if (uid === undefined || gid === undefined || cwd === undefined) return undefined;
  return { uid, gid, groups: groups ?? [], cwd };
}

/** Ids of all threads; empty when the process is gone. */
export function threads(pid: number): readonly string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
}

/** The process that traces this one; 0 when nobody does or it is gone. */
export function tracerOf(pid: number | string): number {
  return Number(statusField(pid, "TracerPid") ?? 0);
}

function numbers(text: string | undefined): number[] | undefined {
  return text?.split(/\s+/).filter(Boolean).map(Number);
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
