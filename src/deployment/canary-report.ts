/** What would have been denied to a unit, from the kernel's log. Pure. */
import { compareText } from "../facts/set.js";
import type { KernelLog, SeccompRecord } from "./seccomp-records.js";
import { type Call, callOf } from "./syscall-names.js";

/**
 * - `process`: the process is in the unit's cgroup
 * - `program`: the unit is known to execute that program; another unit with a canary may, too
 * - `only`: no other unit logs calls, and this one may have executed a program that it did not before
 */
export type Attribution = "process" | "program" | "only";

export interface Suspects {
  /** Milliseconds since 1970: what was before is not asked for. */
  readonly since: number;
  /** Start, in milliseconds since 1970, of the processes that are in the unit now, by their PID in the initial namespace. */
  readonly processes: ReadonlyMap<number, number>;
  /** Paths of the programs that the unit is known to execute. */
  readonly programs: ReadonlySet<string>;
  /** No other unit of this machine logs calls, and the log is of this machine alone. */
  readonly isOnly: boolean;
}

export interface Program {
  /** Path, or the name of the thread where the kernel did not tell the path. */
  readonly exe: string;
  readonly count: number;
  readonly attribution: Attribution;
}

/** One system call that the profile does not have. */
export interface Sighting {
  readonly call: string;
  readonly architecture: Call["architecture"];
  /** Whether that is a name that a profile can have. */
  readonly isKnown: boolean;
  /** At least: the log leaves out what comes too often. */
  readonly count: number;
  /** ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  /** Most frequent first. */
  readonly programs: readonly Program[];
}

export interface CanaryReport {
  /** By name. */
  readonly calls: readonly Sighting[];
  /** Logged calls of programs that are none of the unit's, as far as one can tell: by program. */
  readonly others: readonly { readonly exe: string; readonly count: number }[];
  /** Records that the kernel left out since then, as far as it says so. */
  readonly missed: number;
}

/** Groups what the unit did since then by call. */
export function reportCanary(log: KernelLog, suspects: Suspects): CanaryReport {
  const others = new Map<string, number>();
  const calls = new Map<string, { call: Call; records: Attributed[] }>();
  for (const record of log.records) {
    if (!record.wasLetThrough || record.time < suspects.since || isSetUp(record)) {
      continue;
    }
    const attribution = attribute(record, suspects);
    if (attribution === undefined) {
      const exe = programOf(record);
      others.set(exe, (others.get(exe) ?? 0) + 1);
      continue;
    }
    const call = callOf(record.arch, record.syscall);
    const key = `${call.name} ${call.architecture}`;
    const entry = calls.get(key) ?? { call, records: [] };
    entry.records.push({ record, attribution });
    calls.set(key, entry);
  }
  return {
    calls: [...calls]
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { call, records }]) => sighting(call, records)),
    others: [...others]
      .map(([exe, count]) => ({ exe, count }))
      .sort((a, b) => b.count - a.count || compareText(a.exe, b.exe)),
    missed: log.gaps
      .filter(({ before }) => before === undefined || before >= suspects.since)
      .reduce((sum, { count }) => sum + count, 0),
  };
}

interface Attributed {
  readonly record: SeccompRecord;
  readonly attribution: Attribution;
}

/** The start of a process is known to a clock tick, and that of a record to a millisecond. */
const clockError = 1000;

function attribute(record: SeccompRecord, suspects: Suspects): Attribution | undefined {
  const started = suspects.processes.get(record.pid);
  if (started !== undefined && started <= record.time + clockError) {
    return "process";
  }
  if (suspects.programs.has(withoutDeleted(record.exe))) {
    return "program";
  }
  return suspects.isOnly ? "only" : undefined;
}

/** A program that was updated while it runs (d_path() in fs/d_path.c). */
function withoutDeleted(exe: string): string {
  return exe.replace(/ \(deleted\)$/, "");
}

/**
 * systemd itself, which goes on to set up a process after the filter that logs is in force (exec_invoke()); it is named
 * after the program in parentheses until it executes that.
 */
function isSetUp({ comm, exe }: SeccompRecord): boolean {
  return (
    /^\(.*\)?$/.test(comm) && /^(?:\/usr)?\/lib\/systemd\/systemd(?:-executor)?(?: \(deleted\))?$/.test(exe)
  );
}

function programOf({ exe, comm }: SeccompRecord): string {
  return exe === "" ? comm : withoutDeleted(exe);
}

function sighting({ name, architecture, isKnown }: Call, seen: readonly Attributed[]): Sighting {
  const programs = new Map<string, Program>();
  for (const { record, attribution } of seen) {
    const exe = programOf(record);
    const before = programs.get(exe);
    programs.set(exe, {
      exe,
      count: (before?.count ?? 0) + 1,
      attribution: before?.attribution === "process" ? "process" : attribution,
    });
  }
  const times = seen.map(({ record }) => record.time);
  return {
    call: name,
    architecture,
    isKnown,
    count: seen.length,
    first: new Date(times[0] ?? 0).toISOString(),
    last: new Date(times.at(-1) ?? 0).toISOString(),
    programs: [...programs.values()].sort((a, b) => b.count - a.count || compareText(a.exe, b.exe)),
  };
}
