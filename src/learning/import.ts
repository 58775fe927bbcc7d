import { badInput } from "../errors.js";
import { joinFailures } from "../facts/failures.js";
import { wantedCalls, FactBuilder } from "../facts/index.js";
import { isBelow } from "../facts/paths.js";
import { FactSet } from "../facts/set.js";
import type { Evidence } from "../facts/types.js";
import { architectureOf } from "../host/architecture.js";
import { gatherHost } from "../host/gather.js";
import { lookUpAccounts } from "../host/users.js";
import { safe } from "../output/escape.js";
import { saturationOf } from "../saturation/index.js";
import { StraceParser } from "../strace-parser/index.js";
import type { ParseSummary } from "../strace-parser/types.js";
import { searchPath } from "../tracers/find.js";
import { readProcess } from "../tracers/process.js";
import { commandUnit } from "./command.js";
import { Gaps, unparsedLines } from "./incomplete.js";
import { openTrace } from "./trace-files.js";
import { groupTraces, type Trace } from "./trace-groups.js";
import { type TraceStart, traceStart } from "./trace-start.js";
import type { Learned, Progress } from "./types.js";

export interface ImportOptions {
  /**
   * Directory in which the traced command was started; default: what the trace says, else ours if the relative paths
   * of the trace are found there, else unknown.
   */
  readonly cwd?: string;
  /** User id with which the traced command was started; default: what the trace says, else the caller's. */
  readonly uid?: number;
  /** Name of the learned unit; default: the first program that was executed. */
  readonly name?: string;
  readonly progress?: Progress;
}

/** What one trace became, before the host is asked. */
interface Read {
  readonly builder: FactBuilder;
  readonly start: TraceStart;
  readonly uid: number;
  readonly assumed: readonly string[];
  /** Seconds, as strace printed them. */
  readonly times: { readonly first: number | undefined; readonly last: number | undefined };
  readonly incomplete: readonly string[];
}

/**
 * Facts from saved traces of `strace -f -o`, with or without -y, -t and the like, interpreted as if they had been made
 * on this host. `FILE.PID` of one `-ff` set belong together; `-` is standard input. Throws badInput for what is no trace.
 */
export async function importTraces(files: readonly string[], options: ImportOptions = {}): Promise<Learned> {
  const traces = groupTraces(await Promise.all(files.map(openTrace)));
  const reads: Read[] = [];
  for (const trace of traces) reads.push(await readTrace(trace, options));
  const [first] = reads;
  const [trace] = traces;
  if (first === undefined || trace === undefined) throw badInput("no trace is given");

  const queries = reads.map(({ builder }) => builder.hostQuery());
  const host = await gatherHost({
    paths: new Set(queries.flatMap(({ paths }) => paths)),
    uids: new Set([first.uid, ...queries.flatMap(({ uids }) => uids)]),
    gids: new Set(queries.flatMap(({ gids }) => gids)),
    enforcement: true,
  });
  const built = reads.map(({ builder }) => builder.finish(host));
  const [only, ...others] = built;
  // Several soaks are several samples.
  const saturation =
    only === undefined || others.length > 0 || first.times.first === undefined
      ? undefined
      : saturationOf(only);
  return {
    unit: commandUnit(options.name ?? unitName(first.start.program), host, first.uid),
    host,
    facts: built.reduce((all, { facts }) => all.union(facts), FactSet.empty),
    evidence: built.map(({ evidence }) => evidence).reduce(mergeEvidence, {}),
    failures: joinFailures(built.flatMap(({ failures }) => failures)),
    started: startTime(first.times.first, trace.modified).toISOString(),
    duration: reads.reduce((sum, { times }) => sum + durationOf(times), 0),
    phases: ["soak"],
    ...(saturation === undefined ? {} : { saturation }),
    assumed: [...new Set(reads.flatMap(({ assumed }) => assumed))],
    incomplete: [
      ...reads.flatMap(({ incomplete }) => incomplete),
      ...built.flatMap(({ incomplete }) => incomplete),
    ],
  };
}

/** A directory that is assumed costs another reading, so that it is assumed only when it matters. */
async function readTrace(trace: Trace, options: ImportOptions): Promise<Read> {
  const start = traceStart(trace);
  if (start === undefined) throw noTrace(trace);
  const user = await userOf(trace, start, options);
  const cwd = options.cwd ?? start.cwd;
  const read = await interpret(trace, start, { ...user, ...(cwd === undefined ? {} : { cwd }) });
  if (cwd !== undefined || start.begins === "at-once" || !trace.rereadable) return read;
  read.builder.hostQuery();
  if (!read.builder.isUnplaced) return read;
  const here = process.cwd();
  const placed = await interpret(trace, start, { ...user, cwd: here });
  if (!(await fits(placed.builder, here))) return read;
  options.progress?.(
    `${trace.name} does not say where the command was started: assuming ${safe(here)}; --cwd says otherwise`,
  );
  return { ...placed, assumed: [...placed.assumed, `the command was started in ${here}`] };
}

interface InitialState {
  readonly uid: number;
  readonly gid?: number;
  readonly groups: readonly number[];
  readonly cwd?: string;
  readonly assumed: readonly string[];
}

async function interpret(trace: Trace, start: TraceStart, state: InitialState): Promise<Read> {
  const builder = new FactBuilder({ architecture: architectureOf(process.arch) });
  const { assumed, ...attach } = state;
  builder.attach(start.pid, { begins: start.begins, searchPath: searchPath(process.env), ...attach });
  builder.phase("soak");
  let first: number | undefined;
  let last: number | undefined;
  const gaps = new Gaps(start);
  const parser = new StraceParser(
    (record) => {
      const { time } = record;
      first ??= time;
      last = time ?? last;
      gaps.handle(record);
      builder.handle(record);
    },
    { ...wantedCalls, ...(trace.pid === undefined ? {} : { pid: trace.pid }) },
  );
  let unit = 0;
  for await (const chunk of trace.chunks()) {
    parser.write(chunk);
    const now = builder.unitAt(last);
    if (now !== unit) parser.startOver();
    unit = now;
  }
  const summary = parser.end();
  builder.endSoak(last);
  const incomplete = incompleteness(trace, summary, gaps);
  return { builder, start, uid: state.uid, assumed, times: { first, last }, incomplete };
}

/** Without a system call in the first megabyte it is some other text. */
function noTrace(trace: Trace): Error {
  return badInput(`${trace.name} is not a trace: it has no line that strace would print for a system call`);
}

/** Who the traced command was: as told, else as the trace says, else the caller (said aloud). */
async function userOf(
  trace: Trace,
  start: TraceStart,
  options: ImportOptions,
): Promise<Omit<InitialState, "cwd">> {
  const own = readProcess("self");
  const uid = options.uid ?? start.uid ?? own?.uid ?? 0;
  const assumed: string[] = [];
  if (options.uid === undefined && start.uid === undefined) {
    const who = uid === 0 ? "root" : `uid ${uid}`;
    assumed.push(`the command was run by ${who}`);
    options.progress?.(
      `${trace.name} does not say who ran the command: assuming ${uid === 0 ? who : `you, ${who}`}; --uid says otherwise`,
    );
  }
  if (own?.uid === uid) return { uid, gid: own.gid, groups: own.groups, assumed };
  const { memberships } = await lookUpAccounts([uid], []);
  return { uid, groups: memberships[uid] ?? [], assumed };
}

/** Whether all that the command found by a relative path, and did not make or remove itself, is found from `cwd`. */
async function fits(builder: FactBuilder, cwd: string): Promise<boolean> {
  const host = await gatherHost(builder.hostQuery());
  const files = builder.finish(host).facts.ofKind("file");
  const changed = new Set(files.filter(({ access }) => !finding.has(access)).map(({ path }) => path));
  return !files.some(
    ({ access, path }) =>
      finding.has(access) && isBelow(path, cwd) && host.files[path] === null && !changed.has(path),
  );
}

const finding: ReadonlySet<string> = new Set(["read", "execute", "map"]);

function incompleteness(trace: Trace, summary: ParseSummary, gaps: Gaps): string[] {
  const reasons = [...unparsedLines(summary), ...gaps.reasons()];
  if (summary.truncatedEnd)
    reasons.push("the last line is cut off: strace was still writing, or its disk was full");
  if (trace.unordered) {
    reasons.push("which process did what first is not known; trace with strace -ff -ttt");
  }
  return reasons.map((reason) => `${trace.name}: ${reason}`);
}

/** It becomes part of a file name and comes from the trace, so that nothing but plain characters are kept. */
function unitName(program = ""): string {
  const name = program.replaceAll(/[^\w.@:+-]/g, "_").replace(/^\.+/, "");
  return name === "" ? "command" : name;
}

/** strace -ttt prints seconds since the epoch; with -t and -tt the day is not known and with neither nothing is. */
function startTime(first: number | undefined, modified: Date): Date {
  const isEpoch = first !== undefined && first > 1e8;
  return isEpoch ? new Date(first * 1000) : modified;
}

function durationOf({ first, last }: Read["times"]): number {
  return Math.max(0, (last ?? 0) - (first ?? 0));
}

/** Counts add up; who was first is told by the time since the start of its own trace. */
function mergeEvidence(
  all: Readonly<Record<string, Evidence>>,
  more: Readonly<Record<string, Evidence>>,
): Record<string, Evidence> {
  const merged = { ...all };
  for (const [id, evidence] of Object.entries(more)) {
    const known = merged[id];
    merged[id] =
      known === undefined
        ? evidence
        : { ...(evidence.first < known.first ? evidence : known), count: known.count + evidence.count };
  }
  return merged;
}
