/** Lines that are no calls: signals, ends of processes, strace's own remarks. They are few, so they are read as text. */

import { latin1 } from "./bytes.js";
import type { PersonalityCode } from "./processes.js";
import type { StructValue } from "./types.js";
import { decodeValue } from "./values.js";

export interface SignalLine {
  readonly signal: string;
  readonly info: StructValue | undefined;
}

const SIGNAL = /^--- (SIG\w+|\d+)(?: (\{.*\}))? ---$/s;
const STOPPED = /^--- stopped by (\w+) ---$/;

/** `--- SIGCHLD {si_signo=…} ---`; undefined if it is none. */
export function readSignal(bytes: Buffer, start: number, end: number): SignalLine | undefined {
  const match = SIGNAL.exec(latin1(bytes, start, end));
  if (match === null) {
    return undefined;
  }
  const signal = match[1] ?? "";
  if (match[2] === undefined) {
    return { signal, info: undefined };
  }
  const struct = start + "--- ".length + signal.length + 1;
  const info = decodeValue(bytes, struct, end - " ---".length);
  return { signal, info: info.type === "struct" ? info : undefined };
}

/** `--- stopped by SIGSTOP ---` */
export function isStop(bytes: Buffer, start: number, end: number): boolean {
  return STOPPED.test(latin1(bytes, start, end));
}

export interface ExitLine {
  readonly reason: "exited" | "killed" | "superseded";
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly by: number | undefined;
}

const EXIT =
  /^\+\+\+ (?:exited with (-?\d+)|killed by (\w+)(?: \(core dumped\))?|superseded by execve in pid (\d+)(?:<.*>)?) \+\+\+$/s;

/** `+++ exited with 0 +++` and its like; undefined if it is none. */
export function readExit(bytes: Buffer, start: number, end: number): ExitLine | undefined {
  const match = EXIT.exec(latin1(bytes, start, end));
  if (match === null) {
    return undefined;
  }
  const [, status, signal, by] = match;
  return {
    reason: status !== undefined ? "exited" : signal !== undefined ? "killed" : "superseded",
    status: status === undefined ? undefined : Number(status),
    signal,
    by: by === undefined ? undefined : Number(by),
  };
}

export interface PersonalityLine {
  readonly pid: number;
  readonly personality: PersonalityCode;
}

const PERSONALITY = /^\[ Process PID=(\d+) runs in (64 bit|32 bit|x32) mode\. \]$/;

/** `[ Process PID=12 runs in 32 bit mode. ]`; undefined if it is none. */
export function readPersonality(bytes: Buffer, start: number, end: number): PersonalityLine | undefined {
  const match = PERSONALITY.exec(latin1(bytes, start, end));
  if (match === null) {
    return undefined;
  }
  const personality = match[2] === "64 bit" ? 0 : match[2] === "32 bit" ? 1 : 2;
  return { pid: Number(match[1]), personality };
}

export interface AttachLine {
  readonly pid: number;
  readonly attached: boolean;
}

const ATTACH = /^[^\s:]*strace: Process (\d+)(?:<.*>)? (attached|detached)(?: with \d+ threads)?$/s;

const MESSAGE = /^[^\s:]*strace: /;

/** `strace: …`; the name is how strace was called, possibly with its path. */
export function isMessage(bytes: Buffer, start: number, end: number): boolean {
  return MESSAGE.test(latin1(bytes, start, Math.min(end, start + 256)));
}

/** `strace: Process 12 attached`; undefined if it is none. */
export function readAttach(bytes: Buffer, start: number, end: number): AttachLine | undefined {
  const match = ATTACH.exec(latin1(bytes, start, end));
  return match === null ? undefined : { pid: Number(match[1]), attached: match[2] === "attached" };
}

const REMARK_BEHIND = /(?:\/(?!\/)[\w./-]*)?strace: Process \d+(?:<[^<>]*>)? (?:attached|detached)$/;

/**
 * strace says that it attached to a child, or leaves a process, while a call is half printed, on the same terminal or pipe:
 * `fork(strace: Process 12 attached`. Returns where the remark starts, or -1.
 */
export function remarkBehind(bytes: Buffer, start: number, end: number): number {
  const tail = Math.max(start, end - 256);
  const at = latin1(bytes, tail, end).search(REMARK_BEHIND);
  return at < 0 ? -1 : tail + at;
}
