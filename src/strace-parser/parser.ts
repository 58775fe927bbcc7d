import {
  ByteBuffer,
  DOT,
  displayText,
  GREATER,
  isWord,
  LESS,
  LF,
  MINUS,
  OPEN_BRACKET,
  OPEN_PAREN,
  PLUS,
  QUESTION,
  SPACE,
} from "./bytes.js";
import { hashByte, type Word, WordTable } from "./names.js";
import { Prefix, timeOf } from "./prefix.js";
import { PERSONALITIES, type PersonalityCode, type Process, Processes } from "./processes.js";
import { type CallSpan, LazyCallRecord } from "./record.js";
import {
  attachedBehind,
  isMessage,
  isStop,
  readAttach,
  readExit,
  readPersonality,
  readSignal,
} from "./remarks.js";
import { abandonedAt, isUnfinished, scanTailBackwards, scanTailForwards, Tail } from "./tail.js";
import type { CallCount, ParserOptions, ParseSummary, RecordHandler } from "./types.js";

/** Powers of two, see {@link callKey}. Linux has some 500 calls and 140 errnos. */
const MAX_NAMES = 8192;
const MAX_ERRNOS = 1024;
/** strace itself prints at most a few megabytes per call; a longer line is not its output. */
const MAX_LINE = 64 * 1024 * 1024;
const MAX_EXAMPLES = 10;
const EXAMPLE_LENGTH = 200;

const NOTHING = Buffer.alloc(0);
const UNFINISHED_MARK = " <unfinished ...>";
const RESUMED_START = "<... ";
const RESUMED_MARK = " resumed>";

/** Identifies calls of one process that tell the same when arguments do not matter. */
function callKey(name: Word, personality: number, outcome: number, errno: number): number {
  return ((name.id * 4 + personality) * 4 + outcome) * MAX_ERRNOS + errno;
}

/**
 * Reads strace's output chunk by chunk and hands each record to `handler` as soon as its last line is complete.
 * Call records are reused: keep their values (or `text`), not the record. Never throws on any input.
 */
export class StraceParser {
  readonly #handler: RecordHandler;
  readonly #every: number;
  readonly #names = new WordTable(MAX_NAMES);
  readonly #errnos = new WordTable(MAX_ERRNOS);
  readonly #noErrno: Word | undefined = this.#errnos.intern(NOTHING, 0, 0);
  readonly #processes: Processes;
  readonly #counts = new Float64Array(MAX_NAMES * PERSONALITIES.length);
  readonly #prefix = new Prefix();
  readonly #tail = new Tail();
  readonly #record = new LazyCallRecord(this.#tail);
  /** The start of a line whose end is in a later chunk. */
  readonly #carry = new ByteBuffer(64 * 1024);
  readonly #joined = new ByteBuffer(4096);
  readonly #suspended: Process[] = [];
  readonly #examples: { line: number; text: string }[] = [];
  /** A call half printed when strace said that it attached to a child; the next line goes on with it. */
  #interrupted: Process | undefined;
  #bytes = 0;
  #lines = 0;
  #unparsed = 0;
  #overlong = false;
  #truncatedEnd = false;

  constructor(handler: RecordHandler, options: ParserOptions = {}) {
    this.#handler = handler;
    this.#processes = new Processes(options.pid ?? 0);
    // Names that are wanted in full come first in the table: `id < #every` is all the test they need.
    for (const name of options.every ?? []) {
      const bytes = Buffer.from(name);
      this.#names.intern(bytes, 0, bytes.length);
    }
    this.#every = options.every === undefined ? MAX_NAMES : this.#names.words.length;
  }

  /** Takes the next bytes, cut anywhere. `chunk` may be reused by the caller afterwards. */
  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#bytes += bytes.length;
    let start = 0;
    if (this.#carry.length > 0 || this.#overlong) {
      const newline = bytes.indexOf(LF);
      this.#carryOver(bytes, 0, newline < 0 ? bytes.length : newline);
      if (newline < 0) {
        return;
      }
      this.#endCarried();
      start = newline + 1;
    }
    for (;;) {
      const newline = bytes.indexOf(LF, start);
      if (newline < 0) {
        break;
      }
      this.#lines++;
      this.#line(bytes, start, newline);
      start = newline + 1;
    }
    this.#carryOver(bytes, start, bytes.length);
    this.#keepSuspended();
  }

  /** Ends the trace: calls still under way are delivered as unfinished. The parser is of no use afterwards. */
  end(): ParseSummary {
    if (this.#carry.length > 0 || this.#overlong) {
      this.#truncatedEnd = true;
      this.#endCarried();
    }
    for (const process of this.#processes.all()) {
      this.#abandon(process);
    }
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      counts: this.#summarizeCounts(),
      unparsed: { lines: this.#unparsed, examples: this.#examples },
      truncatedEnd: this.#truncatedEnd,
    };
  }

  #summarizeCounts(): CallCount[] {
    return this.#names.words.flatMap(({ id, text }) =>
      PERSONALITIES.flatMap((personality, code) => {
        const calls = this.#counts[id * PERSONALITIES.length + code] ?? 0;
        return calls === 0 ? [] : [{ name: text, personality, calls }];
      }),
    );
  }

  #carryOver(bytes: Buffer, start: number, end: number): void {
    const room = MAX_LINE - this.#carry.length;
    this.#overlong ||= end - start > room;
    this.#carry.append(bytes, start, Math.min(end, start + room));
  }

  #endCarried(): void {
    this.#lines++;
    if (this.#overlong) {
      this.#reject(this.#carry.bytes, 0, this.#carry.length);
    } else {
      this.#line(this.#carry.bytes, 0, this.#carry.length);
      this.#keepSuspended();
    }
    this.#overlong = false;
    this.#carry.length = 0;
  }

  /** First parts of calls lie in a buffer that is about to be given back. */
  #keepSuspended(): void {
    for (const process of this.#suspended) {
      process.keepPending();
    }
    this.#suspended.length = 0;
  }

  #reject(bytes: Buffer, start: number, end: number): void {
    this.#unparsed++;
    if (this.#examples.length < MAX_EXAMPLES) {
      const text = displayText(bytes, start, Math.min(end, start + EXAMPLE_LENGTH));
      this.#examples.push({ line: this.#lines, text });
    }
  }

  #line(bytes: Buffer, start: number, end: number): void {
    if (!this.#understands(bytes, start, end)) {
      this.#reject(bytes, start, end);
    }
  }

  #understands(bytes: Buffer, start: number, end: number): boolean {
    if (this.#interrupted !== undefined) {
      return this.#interruptedLine(this.#interrupted, bytes, start, end);
    }
    const body = this.#prefix.read(bytes, start, end);
    const first = bytes[body];
    return (
      body < end &&
      (first === LESS
        ? this.#resumedLine(bytes, body, end)
        : isWord(first) || first === QUESTION
          ? this.#callLine(bytes, body, end)
          : this.#remarkLine(bytes, body, end))
    );
  }

  #process(resumes: Word | undefined): Process {
    const { pid, bracketed } = this.#prefix;
    return pid < 0
      ? this.#processes.unnamed()
      : bracketed
        ? this.#processes.bracketed(pid, resumes)
        : this.#processes.get(pid);
  }

  /** `NAME(…`: a whole call or the first part of one. */
  #callLine(bytes: Buffer, start: number, end: number): boolean {
    let hash = 0;
    let i = start;
    let byte = bytes[i] ?? 0;
    while (i < end && (isWord(byte) || byte === QUESTION)) {
      hash = hashByte(hash, byte);
      i++;
      byte = bytes[i] ?? 0;
    }
    if (byte !== OPEN_PAREN || i >= end) {
      return this.#remarkLine(bytes, start, end);
    }
    const name = this.#names.find(bytes, start, i, hash);
    if (name === undefined) {
      return false;
    }
    const process = this.#process(undefined);
    if (process.pending !== undefined) {
      this.#abandon(process);
    }
    const argsStart = i + 1;
    if (isUnfinished(bytes, argsStart, end)) {
      process.suspend(name, this.#prefix, bytes, start, end - UNFINISHED_MARK.length);
      this.#suspended.push(process);
      return true;
    }
    if (this.#scanTail(bytes, argsStart, end)) {
      return (
        this.#isCounted(process, name, process.personality, bytes) ||
        this.#deliver(process, name, process.personality, {
          bytes,
          start,
          argsStart,
          end,
          time: this.#prefix.time(bytes),
        })
      );
    }
    process.suspend(name, this.#prefix, bytes, start, end);
    return this.#incomplete(process, bytes, start, argsStart, end);
  }

  #scanTail(bytes: Buffer, argsStart: number, end: number): boolean {
    // What a cut line ends with may lie in a string: only the forward scan can tell.
    return (
      (!this.#truncatedEnd && scanTailBackwards(bytes, argsStart, end, this.#tail)) ||
      scanTailForwards(bytes, argsStart, end, this.#tail)
    );
  }

  /** `<... NAME resumed>…`: the last part of a call, usually. */
  #resumedLine(bytes: Buffer, start: number, end: number): boolean {
    const nameStart = start + RESUMED_START.length;
    if (bytes[start + 1] !== DOT || bytes[nameStart - 1] !== SPACE) {
      return false;
    }
    let hash = 0;
    let i = nameStart;
    for (let byte = bytes[i] ?? 0; i < end && (isWord(byte) || byte === QUESTION); byte = bytes[i] ?? 0) {
      hash = hashByte(hash, byte);
      i++;
    }
    // Some versions leave out a name that they do not know: `<... resumed>`.
    const mark =
      bytes[i] === SPACE && bytes[i + RESUMED_MARK.length - 1] === GREATER
        ? i
        : bytes[i] === GREATER
          ? nameStart - 1
          : -1;
    if (mark < 0) {
      return false;
    }
    const name = mark > nameStart ? this.#names.find(bytes, nameStart, mark, hash) : undefined;
    const process = this.#process(name);
    const rest = mark + RESUMED_MARK.length;
    if (process.pending !== undefined && (name === undefined || name === process.pending)) {
      return this.#continue(process, bytes, rest, end);
    }
    this.#abandon(process);
    return this.#headless(process, name, bytes, start, rest, end);
  }

  /** Goes on with the call under way. `[start, end)` is its next part. */
  #continue(process: Process, bytes: Buffer, start: number, end: number): boolean {
    const { pending: name, pendingPersonality: personality } = process;
    if (name === undefined) {
      return false;
    }
    if (
      !this.#truncatedEnd &&
      scanTailBackwards(bytes, start, end, this.#tail) &&
      this.#isCounted(process, name, personality, bytes)
    ) {
      process.pending = undefined;
      return true;
    }
    const joined = this.#join(process, bytes, start, end);
    const argsStart = name.text.length + 1;
    if (isUnfinished(joined.bytes, argsStart, joined.length)) {
      const unfinished = joined.length - UNFINISHED_MARK.length;
      process.extendPending(joined.bytes, 0, unfinished);
      return true;
    }
    if (!this.#scanTail(joined.bytes, argsStart, joined.length)) {
      process.extendPending(joined.bytes, 0, joined.length);
      return this.#incomplete(process, joined.bytes, 0, argsStart, joined.length);
    }
    const time = process.pendingTime();
    process.pending = undefined;
    const span = { bytes: joined.bytes, start: 0, argsStart, end: joined.length, time };
    return (
      this.#isCounted(process, name, personality, joined.bytes) ||
      this.#deliver(process, name, personality, span)
    );
  }

  /** The first part of the call under way and `[start, end)`, in one buffer. */
  #join(process: Process, bytes: Buffer, start: number, end: number): ByteBuffer {
    this.#joined.length = 0;
    process.appendPending(this.#joined);
    this.#joined.append(bytes, start, end);
    return this.#joined;
  }

  /** The end of a call whose beginning is not in the trace: told, without arguments, and counted as not understood. */
  #headless(
    process: Process,
    name: Word | undefined,
    bytes: Buffer,
    start: number,
    rest: number,
    end: number,
  ): boolean {
    if (name !== undefined && scanTailForwards(bytes, rest, end, this.#tail)) {
      const span = { bytes, start, argsStart: this.#tail.argsEnd, end, time: this.#prefix.time(bytes) };
      this.#deliver(process, name, process.personality, span);
    }
    return false;
  }

  /** The process's call is suspended in `[start, end)`, which is no complete call. Finds out why. */
  #incomplete(process: Process, bytes: Buffer, start: number, argsStart: number, end: number): boolean {
    const attached = attachedBehind(bytes, argsStart, end);
    if (attached >= 0 && process.pending !== undefined) {
      process.extendPending(bytes, start, attached);
      this.#interrupted = process;
      return this.#remarkLine(bytes, attached, end);
    }
    const abandoned = abandonedAt(bytes, argsStart, end);
    if (abandoned < 0 && !this.#truncatedEnd) {
      process.pending = undefined;
      return false;
    }
    if (abandoned >= 0 && process.pending !== undefined) {
      process.extendPending(bytes, start, abandoned);
    }
    this.#abandon(process);
    return true;
  }

  /** The line behind a call that strace interrupted to say that it attached to a child; it has no prefix. */
  #interruptedLine(process: Process, bytes: Buffer, start: number, end: number): boolean {
    if (isMessage(bytes, start, end)) {
      return this.#remarkLine(bytes, start, end);
    }
    this.#interrupted = undefined;
    return this.#continue(process, bytes, start, end);
  }

  /** A call that ends without its result being known to the trace. */
  #abandon(process: Process): void {
    const name = process.pending;
    if (name === undefined) {
      return;
    }
    const { bytes, length } = this.#join(process, NOTHING, 0, 0);
    const time = process.pendingTime();
    process.pending = undefined;
    this.#tail.setUnfinished(length);
    const span = { bytes, start: 0, argsStart: name.text.length + 1, end: length, time };
    if (!this.#isCounted(process, name, process.pendingPersonality, bytes)) {
      this.#deliver(process, name, process.pendingPersonality, span);
    }
  }

  /**
   * Counts the call that `#tail` describes if it is one of which only the first is wanted, and was seen: true. Otherwise it
   * is to be delivered.
   */
  #isCounted(process: Process, name: Word, personality: PersonalityCode, bytes: Buffer): boolean {
    if (name.id < this.#every) {
      return false;
    }
    const errno = this.#errno(bytes)?.id ?? 0;
    if (!process.seen.has(callKey(name, personality, this.#tail.outcome, errno))) {
      return false;
    }
    const index = name.id * PERSONALITIES.length + personality;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    return true;
  }

  #errno(bytes: Buffer): Word | undefined {
    const { errnoStart, errnoEnd } = this.#tail;
    return errnoStart === errnoEnd ? this.#noErrno : this.#errnos.intern(bytes, errnoStart, errnoEnd);
  }

  /** Delivers the call that `#tail` describes, whose place and time the record has. */
  #deliver(process: Process, name: Word, personality: PersonalityCode, span: CallSpan): boolean {
    const errno = this.#errno(span.bytes);
    if (errno === undefined) {
      return false;
    }
    if (name.id >= this.#every) {
      process.seen.add(callKey(name, personality, this.#tail.outcome, errno.id));
    }
    const record = this.#record;
    record.pid = process.pid;
    record.line = this.#lines;
    record.name = name.text;
    record.personality = PERSONALITIES[personality];
    record.errno = errno === this.#noErrno ? undefined : errno.text;
    record.reset(span);
    this.#handler(record);
    return true;
  }

  /** A line that is no call. */
  #remarkLine(bytes: Buffer, start: number, end: number): boolean {
    switch (bytes[start]) {
      case MINUS:
        return this.#signal(bytes, start, end);
      case PLUS:
        return this.#exit(bytes, start, end);
      case GREATER:
        // A frame of the stack trace that -k prints below a call: part of that call.
        return bytes[start - 1] === SPACE && bytes[start + 1] === SPACE;
      case OPEN_BRACKET:
        return this.#personality(bytes, start, end);
      default:
        return isMessage(bytes, start, end) && this.#message(bytes, start, end);
    }
  }

  #signal(bytes: Buffer, start: number, end: number): boolean {
    const read = readSignal(bytes, start, end);
    if (read !== undefined) {
      this.#handler({ kind: "signal", ...this.#base(bytes, this.#process(undefined).pid), ...read });
      return true;
    }
    return isStop(bytes, start, end) && this.#note(this.#process(undefined).pid, bytes, start, end);
  }

  #exit(bytes: Buffer, start: number, end: number): boolean {
    const read = readExit(bytes, start, end);
    if (read === undefined) {
      return false;
    }
    const process = this.#process(undefined);
    this.#abandon(process);
    this.#handler({ kind: "exit", ...this.#base(bytes, process.pid), ...read });
    if (read.by === undefined) {
      this.#processes.remove(process);
      return true;
    }
    const other = this.#processes.known(read.by);
    if (other !== undefined && other !== process) {
      process.takeOver(other);
      this.#processes.remove(other);
    }
    return true;
  }

  #personality(bytes: Buffer, start: number, end: number): boolean {
    const read = readPersonality(bytes, start, end);
    if (read === undefined) {
      return false;
    }
    const process = this.#prefix.pid < 0 ? this.#processes.unnamed() : this.#process(undefined);
    this.#processes.setPersonality(process, read.personality);
    return this.#note(process.pid, bytes, start, end);
  }

  /** Something that strace says itself, on the terminal or pipe that the trace goes to as well. */
  #message(bytes: Buffer, start: number, end: number): boolean {
    const attach = readAttach(bytes, start, end);
    if (attach === undefined) {
      return this.#note(Math.max(0, this.#prefix.pid), bytes, start, end);
    }
    const process = attach.attached
      ? this.#processes.announce(attach.pid)
      : this.#processes.known(attach.pid);
    if (process !== undefined && !attach.attached) {
      this.#abandon(process);
      this.#processes.remove(process);
    }
    return this.#note(process?.pid ?? attach.pid, bytes, start, end);
  }

  #note(pid: number, bytes: Buffer, start: number, end: number): boolean {
    this.#handler({ kind: "note", ...this.#base(bytes, pid), text: displayText(bytes, start, end) });
    return true;
  }

  #base(bytes: Buffer, pid: number) {
    return { pid, time: timeOf(this.#prefix.time(bytes)), line: this.#lines };
  }
}
