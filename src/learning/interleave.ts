import { closeSync, openSync, readSync } from "node:fs";

/** The lines of one process, as `strace -ff -o STEM` writes them to STEM.PID. */
export interface ProcessFile {
  readonly pid: number;
  readonly path: string;
}

const chunkSize = 64 << 10;
const batchSize = 1 << 20;
const newline = 0x0a;
const day = 86_400;

/**
 * The files of several processes as one trace: lines in the order of their times, each behind its process id, as
 * `strace -f -o` would have written them (also what strace-log-merge(1) does). Lines without a time stay behind the one
 * before them, so that files without any times are read one after the other. Files are opened per chunk: there may be
 * more than one process can have open.
 */
export function* interleave(files: readonly ProcessFile[]): Iterable<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const line of mergedLines(files.map((file) => new LineReader(file)))) {
    batch.push(line);
    size += line.length;
    if (size >= batchSize) {
      yield Buffer.concat(batch, size);
      batch = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(batch, size);
}

/** Whether lines begin with a time that can be compared across files: -t, -tt or -ttt, not -r. */
export function isTimed(head: Uint8Array): boolean {
  return timeOf(head, 0) !== undefined;
}

/**
 * Seconds, since the epoch or since midnight, at the beginning of a line.
 *
 * @param after the time of the line before, for times of day that went past midnight
 */
export function timeOf(line: Uint8Array, after: number): number | undefined {
  const text = Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, 32)).toString("latin1");
  const [, epoch] = /^(\d{9,}(?:\.\d+)?) /.exec(text) ?? [];
  if (epoch !== undefined) return Number(epoch);
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?) /.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return time + day * Math.max(0, Math.round((after - time) / day));
}

function* mergedLines(readers: readonly LineReader[]): Iterable<Uint8Array> {
  const open = new Set(readers.filter((reader) => reader.next()));
  while (open.size > 0) {
    const [first, second] = earliest(open);
    // Processes run for a while before another's turn comes; that saves looking at all of them for each line.
    do {
      yield first.prefix;
      yield first.line;
      if (!first.next()) open.delete(first);
    } while (open.has(first) && first.time <= second);
  }
}

/** The reader whose line is next, and the time of the one after it; of equal ones the first. */
function earliest(readers: ReadonlySet<LineReader>): [LineReader, number] {
  let best: LineReader | undefined;
  let second = Infinity;
  for (const reader of readers) {
    if (best === undefined || reader.time < best.time) {
      second = best?.time ?? Infinity;
      best = reader;
    } else {
      second = Math.min(second, reader.time);
    }
  }
  if (best === undefined) throw new RangeError("no reader");
  return [best, second];
}

/** Lines of one file with their times. */
class LineReader {
  readonly prefix: Uint8Array;
  /** The current line with its newline; a copy. */
  line: Uint8Array = Buffer.alloc(0);
  time = 0;
  readonly #path: string;
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor({ pid, path }: ProcessFile) {
    this.prefix = Buffer.from(`${pid} `);
    this.#path = path;
  }

  /** Goes to the next line; false at the end of the file. */
  next(): boolean {
    let end = this.#rest.indexOf(newline);
    while (end < 0 && this.#fill()) end = this.#rest.indexOf(newline);
    if (this.#rest.length === 0) return false;
    const length = end < 0 ? this.#rest.length : end + 1;
    this.line = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.time = timeOf(this.line, this.time) ?? this.time;
    return true;
  }

  /** Appends a chunk to what is left; false at the end of the file. */
  #fill(): boolean {
    const chunk = Buffer.allocUnsafe(chunkSize);
    const fd = openSync(this.#path, "r");
    try {
      const length = readSync(fd, chunk, 0, chunkSize, this.#offset);
      this.#offset += length;
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
      return length > 0;
    } finally {
      closeSync(fd);
    }
  }
}
