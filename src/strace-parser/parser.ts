import {
  ByteBuffer,
  DOT,
  displayText,
  GREATER,
  isWord,
  LESS,
  MINUS,
  OPEN_BRACKET,
  OPEN_PAREN,
  PLUS,
  QUESTION,
  SPACE,
} from "./bytes.js";
import { CallDelivery } from "./delivery.js";
import { LineSplitter, UnparsedLines } from "./lines.js";
import { hashByte, type Word } from "./names.js";
import { Prefix, timeOf } from "./prefix.js";
import { type PersonalityCode, type Process, Processes } from "./processes.js";
import type { CallSpan } from "./record.js";
import {
  isMessage,
  isStop,
  readAttach,
  readExit,
  readPersonality,
  readSignal,
  remarkBehind,
} from "./remarks.js";
import { abandonedAt, isUnfinished, scanTailBackwards, scanTailForwards, type Tail } from "./tail.js";
import type { ParserOptions, ParseSummary, RecordHandler } from "./types.js";

const NOTHING = Buffer.alloc(0);
const UNFINISHED_MARK = " <unfinished ...>";
const RESUMED_START = "<... ";
const RESUMED_MARK = " resumed>";

/**
 * Reads strace's output chunk by chunk and hands each record to `handler` as soon as its last line is complete.
 * Call records are reused: keep their values (or `text`), not the record. Never throws on any input.
 */
export class StraceParser {
  readonly #handler: RecordHandler;
  readonly #splitter: LineSplitter;
  readonly #delivery: CallDelivery;
  readonly #tail: Tail;
  readonly #span: CallSpan;
  readonly #processes: Processes;
  readonly #prefix = new Prefix();
  readonly #joined = new ByteBuffer(4096);
  readonly #suspended: Process[] = [];
  readonly #unparsed = new UnparsedLines();
  /** Its call was half printed when strace made a remark; the next line goes on with it. */
  #interrupted: Process | undefined;
  #bytes = 0;
  #lines = 0;
  #truncatedEnd = false;

  constructor(handler: RecordHandler, options: ParserOptions = {}) {
    this.#handler = handler;
    this.#delivery = new CallDelivery(handler, options);
    this.#tail = this.#delivery.tail;
    this.#span = this.#delivery.span;
    this.#processes = new Processes(options.pid ?? 0);
    this.#splitter = new LineSplitter({
      line: (bytes, start, end) => {
        this.#lines++;
        if (!this.#understands(bytes, start, end)) {
          this.#unparsed.add(this.#lines, bytes, start, end);
        }
      },
      overlong: (bytes, start, end) => {
        this.#lines++;
        this.#unparsed.add(this.#lines, bytes, start, end);
      },
      release: () => {
        // First parts of calls lie in the buffer that is given back.
        for (const process of this.#suspended) {
          process.keepPending();
        }
        this.#suspended.length = 0;
      },
    });
  }

  /** Takes the next bytes, cut anywhere. `chunk` may be reused by the caller afterwards. */
  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#splitter.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  /** From now on the first record of each call is delivered once more of which only the first is wanted. */
  startOver(): void {
    for (const process of this.#processes.all()) {
      process.seen.clear();
    }
  }

  /** Ends the trace: calls still under way are delivered as unfinished. The parser is of no use afterwards. */
  end(): ParseSummary {
    if (this.#splitter.hasOpenLine) {
      this.#truncatedEnd = true;
      this.#splitter.end();
    }
    for (const process of this.#processes.all()) {
      this.#abandon(process);
    }
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      counts: this.#delivery.counts(),
      unparsed: this.#unparsed.summary(),
      truncatedEnd: this.#truncatedEnd,
    };
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
    const name = this.#delivery.names.find(bytes, start, i, hash);
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
      if (this.#delivery.isCounted(process, name, process.personality, bytes, argsStart)) {
        return true;
      }
      this.#span.set(bytes, start, argsStart, end);
      this.#span.setTime(bytes, this.#prefix.timeStart, this.#prefix.timeEnd);
      return this.#deliver(process, name, process.personality);
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
    const name = mark > nameStart ? this.#delivery.names.find(bytes, nameStart, mark, hash) : undefined;
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
      this.#delivery.isCounted(process, name, personality, bytes, start)
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
    process.pendingTime(this.#span);
    process.pending = undefined;
    this.#span.set(joined.bytes, 0, argsStart, joined.length);
    return (
      this.#delivery.isCounted(process, name, personality, joined.bytes, argsStart) ||
      this.#deliver(process, name, personality)
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
      this.#span.set(bytes, start, this.#tail.argsEnd, end);
      this.#span.setTime(bytes, this.#prefix.timeStart, this.#prefix.timeEnd);
      this.#deliver(process, name, process.personality);
    }
    return false;
  }

  /** The process's call is suspended in `[start, end)`, which is no complete call. Finds out why. */
  #incomplete(process: Process, bytes: Buffer, start: number, argsStart: number, end: number): boolean {
    const remark = remarkBehind(bytes, argsStart, end);
    if (remark >= 0 && process.pending !== undefined) {
      process.extendPending(bytes, start, remark);
      this.#interrupted = process;
      return this.#remarkLine(bytes, remark, end);
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

  /** The line behind a call that strace interrupted with a remark; it has no prefix. */
  #interruptedLine(process: Process, bytes: Buffer, start: number, end: number): boolean {
    if (isMessage(bytes, start, end)) {
      return this.#remarkLine(bytes, start, end);
    }
    this.#interrupted = undefined;
    // A process that strace has left has no call under way any more; what remains is ` <detached ...>`.
    return process.pending === undefined
      ? abandonedAt(bytes, start, end) === start
      : this.#continue(process, bytes, start, end);
  }

  /** A call that ends without its result being known to the trace. */
  #abandon(process: Process): void {
    const name = process.pending;
    if (name === undefined) {
      return;
    }
    const { bytes, length } = this.#join(process, NOTHING, 0, 0);
    process.pendingTime(this.#span);
    process.pending = undefined;
    this.#tail.setUnfinished(length);
    this.#span.set(bytes, 0, name.text.length + 1, length);
    if (!this.#delivery.isCounted(process, name, process.pendingPersonality, bytes, name.text.length + 1)) {
      this.#deliver(process, name, process.pendingPersonality);
    }
  }

  #deliver(process: Process, name: Word, personality: PersonalityCode): boolean {
    return this.#delivery.deliver(process, name, personality, this.#lines);
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
    const { timeStart, timeEnd } = this.#prefix;
    return { pid, time: timeOf(bytes, timeStart, timeEnd), line: this.#lines };
  }
}
