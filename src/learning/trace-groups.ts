import { badInput } from "../errors.js";
import { interleave, isTimed, timeOf } from "./interleave.js";
import type { TraceFile } from "./trace-files.js";

/** The files of one run of strace. */
export interface Trace {
  readonly name: string;
  readonly head: Buffer;
  readonly modified: Date;
  /** The (first) process, where only the names of the files say so. */
  readonly pid?: number;
  /** The files of processes were joined without knowing what happened first. */
  readonly unordered: boolean;
  /** `chunks` can be asked for more than once. */
  readonly rereadable: boolean;
  readonly chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** One file of `strace -ff -o STEM`, which writes one per process. */
interface Member {
  readonly stem: string;
  readonly pid: number;
  readonly file: TraceFile;
}

/** `STEM.PID` files of one `strace -ff` set become one trace; every other file is one. Throws badInput for a file given twice. */
export function groupTraces(files: readonly TraceFile[]): Trace[] {
  const paths = new Set<string>();
  for (const { path, name } of files) {
    if (paths.has(path)) throw badInput(`${name} is given twice`);
    paths.add(path);
  }
  const sets = new Map<string, Member[]>();
  const single: Trace[] = [];
  for (const file of files) {
    const member = memberOf(file);
    if (member === undefined) single.push(singleTrace(file));
    else sets.set(member.stem, [...(sets.get(member.stem) ?? []), member]);
  }
  return [...single, ...Array.from(sets.values(), joinedTrace)];
}

function memberOf(file: TraceFile): Member | undefined {
  const [, stem, pid] = /^(.+)\.(\d+)$/.exec(file.path) ?? [];
  if (stem === undefined || pid === undefined || hasPids(file.head)) return undefined;
  return { stem, pid: Number(pid), file };
}

/** `123  openat(…` or `[pid   123] openat(…`, not `12:00:00 openat(…` or `1700000000.123456 openat(…`. */
function hasPids(head: Buffer): boolean {
  return /^(?:\d+ +\S|\[pid +\d+\])/.test(head.toString("latin1", 0, 32));
}

function singleTrace(file: TraceFile): Trace {
  const { name, head, modified, chunks } = file;
  return { name, head, modified, unordered: false, rereadable: file.path !== "-", chunks };
}

function joinedTrace(members: readonly Member[]): Trace {
  const ordered = members.toSorted((a, b) => startOf(a) - startOf(b) || a.pid - b.pid);
  const [first] = ordered;
  if (first === undefined) throw new RangeError("a set of files without files");
  const { head, modified, name } = first.file;
  if (ordered.length === 1) return { ...singleTrace(first.file), pid: first.pid };
  return {
    name: `${name} and ${ordered.length - 1} more`,
    head,
    modified,
    pid: first.pid,
    rereadable: true,
    unordered: !ordered.every((member) => isTimed(member.file.head)),
    chunks: () => interleave(ordered.map(({ pid, file }) => ({ pid, path: file.path }))),
  };
}

/** Without times the lowest process id is taken for the first process. */
function startOf(member: Member): number {
  return timeOf(member.file.head, 0) ?? 0;
}
