/** Calls that a filter refused to a unit, from the events of tracefs. Pure. */
import { systemCallsOf } from "../directives/system-calls.js";
import { compareText } from "../facts/set.js";
import type { Architecture } from "../facts/types.js";
import { nameOfCall } from "./syscall-names.js";

/** What one program was refused. */
export interface RefusedCall {
  readonly call: string;
  /** Name of the thread that was refused it first. */
  readonly comm: string;
  readonly count: number;
}

export interface Watched {
  /** The programs of its commands, as they are executed: absolute, or bare names. */
  readonly programs: ReadonlySet<string>;
  readonly architecture: Architecture;
  /** Whether a call may fail with EPERM without being news. */
  readonly isExpected: (call: string) => boolean;
}

/**
 * One line of the file `trace` (Documentation/trace/ftrace.rst). A thread may call itself whatever it likes, within 15 bytes:
 * the header is what is read last.
 */
const line = /^ *(.*)-(\d+) +\[\d+\] +\S+ +\d+\.\d+: (sys_exit|sched_process_exec|sched_process_fork): (.*)$/;

/**
 * Follows the processes of the unit: those that execute one of its programs, and all that they fork. What systemd does in
 * them before that to set them up is not the service's doing.
 */
export function refusedCalls(lines: Iterable<string>, unit: Watched): readonly RefusedCall[] {
  const members = new Set<string>();
  const refused = new Map<string, RefusedCall>();
  for (const text of lines) {
    const [, comm = "", pid = "", event, details = ""] = line.exec(text) ?? [];
    if (event === "sched_process_exec") {
      if (isOneOf(unit.programs, /^filename=(.*) pid=\d+ old_pid=\d+$/.exec(details)?.[1])) members.add(pid);
    } else if (event === "sched_process_fork") {
      const child = /child_pid=(\d+)$/.exec(details)?.[1];
      if (child !== undefined && members.has(pid)) members.add(child);
    } else if (event === "sys_exit" && members.has(pid)) {
      const number = /^NR (\d+) = -1$/.exec(details)?.[1];
      const call = number === undefined ? undefined : nameOfCall(unit.architecture, Number(number));
      if (call === undefined || unit.isExpected(call)) continue;
      const before = refused.get(call);
      refused.set(call, { call, comm: before?.comm ?? comm, count: (before?.count ?? 0) + 1 });
    }
  }
  return [...refused.values()].sort((a, b) => compareText(a.call, b.call));
}

function isOneOf(programs: ReadonlySet<string>, path: string | undefined): boolean {
  return path !== undefined && (programs.has(path) || programs.has(path.replace(/^.*\//, "")));
}

/** The names that an allow-list of SystemCallFilter= lets through (systemd.exec(5)). @param target version of systemd */
export function allowedCalls(filter: readonly string[], target: number): ReadonlySet<string> {
  const { groups } = systemCallsOf(target);
  const members = (word: string): Iterable<string> => groups.get(word) ?? [word];
  const allowed = new Set(members("@default"));
  for (const value of filter) {
    const words = value
      .replace(/^~/, "")
      .split(" ")
      .filter((word) => word !== "");
    for (const name of words.flatMap((word) => [...members(word.replace(/:.*/, ""))])) {
      if (value.startsWith("~")) allowed.delete(name);
      else allowed.add(name);
    }
  }
  return allowed;
}
