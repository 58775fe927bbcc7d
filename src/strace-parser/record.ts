import { displayText, LESS } from "./bytes.js";
import { decodeDescriptor } from "./descriptors.js";
import { skipTarget } from "./nesting.js";
import { numberAt } from "./numbers.js";
import { seconds, timeOf } from "./prefix.js";
import { FAILED, RETURNED, skipNote, type Tail, UNFINISHED, UNKNOWN } from "./tail.js";
import { TextTable } from "./texts.js";
import type { CallRecord, DescriptorValue, Personality, Value } from "./types.js";
import { decodeArguments, decodeFirstArgument } from "./values.js";

const OUTCOMES = {
  [RETURNED]: "returned",
  [FAILED]: "failed",
  [UNKNOWN]: "unknown",
  [UNFINISHED]: "unfinished",
} as const;

const NOTHING = Buffer.alloc(0);

/** Where a call lies in a buffer; its prefix may lie in another. Reused from call to call. */
export class CallSpan {
  bytes: Buffer = NOTHING;
  /** The name; the text of the call starts here. */
  start = 0;
  /** Behind the opening parenthesis; equal to `tail.argsEnd` when the arguments are not in the trace. */
  argsStart = 0;
  end = 0;
  timeBytes: Buffer = NOTHING;
  timeStart = 0;
  timeEnd = 0;

  set(bytes: Buffer, start: number, argsStart: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.argsStart = argsStart;
    this.end = end;
  }

  setTime(bytes: Buffer, start: number, end: number): void {
    this.timeBytes = bytes;
    this.timeStart = start;
    this.timeEnd = end;
  }
}

/** The one call record of a parser, decoded from the line's bytes as its members are asked for. */
export class LazyCallRecord implements CallRecord {
  readonly kind = "call";
  pid = 0;
  line = 0;
  name = "";
  ordinal = 0;
  personality: Personality = "native";
  outcome: CallRecord["outcome"] = "returned";
  errno: string | undefined;
  /** Where the call lies; whoever delivers it sets this first. */
  readonly span = new CallSpan();
  readonly #tail: Tail;
  #args: readonly Value[] | undefined;
  #text: string | undefined;
  #textId: number | undefined;
  #isTextSought = false;
  readonly #texts = new TextTable();

  /** `tail` is the parser's own: it describes the call that was delivered last. */
  constructor(tail: Tail) {
    this.#tail = tail;
  }

  /** Makes this the record of another call; the caller sets the span and the plain members. */
  reset(): void {
    this.#args = undefined;
    this.#text = undefined;
    this.#isTextSought = false;
    this.outcome = OUTCOMES[this.#tail.outcome];
  }

  get time(): number | undefined {
    const { timeBytes, timeStart, timeEnd } = this.span;
    return timeOf(timeBytes, timeStart, timeEnd);
  }

  get args(): readonly Value[] {
    return (this.#args ??= decodeArguments(this.span.bytes, this.span.argsStart, this.#tail.argsEnd));
  }

  get firstArg(): Value | undefined {
    return this.#args === undefined
      ? decodeFirstArgument(this.span.bytes, this.span.argsStart, this.#tail.argsEnd)
      : this.#args[0];
  }

  get result(): number | undefined {
    if (this.#tail.outcome === UNKNOWN || this.#tail.outcome === UNFINISHED) {
      return undefined;
    }
    return numberAt(this.span.bytes, this.#tail.resultStart, this.#tail.resultEnd);
  }

  get resultDescriptor(): DescriptorValue | undefined {
    const { bytes, end } = this.span;
    const open = this.#tail.resultEnd;
    const fd = this.result;
    const behind = fd === undefined || bytes[open] !== LESS ? -1 : skipTarget(bytes, open, end);
    return behind < 0 ? undefined : decodeDescriptor(bytes, fd ?? -1, open, behind, end).descriptor;
  }

  get annotation(): string | undefined {
    const notes: string[] = [];
    let at = this.#tail.notesStart;
    while (at < this.#tail.notesEnd) {
      const behind = skipNote(this.span.bytes, at, this.#tail.notesEnd);
      notes.push(displayText(this.span.bytes, at + 1, behind - 1));
      at = behind + 1;
    }
    return notes.length === 0 ? undefined : notes.join("; ");
  }

  get duration(): number | undefined {
    const { durationStart, durationEnd } = this.#tail;
    return durationEnd > durationStart ? seconds(this.span.bytes, durationStart, durationEnd) : undefined;
  }

  get text(): string {
    return (this.#text ??= displayText(this.span.bytes, this.span.start, this.span.end));
  }

  get textId(): number | undefined {
    if (!this.#isTextSought) {
      const { durationStart, durationEnd } = this.#tail;
      const end = durationEnd > durationStart ? durationStart : this.span.end;
      this.#textId = this.#texts.find(this.span.bytes, this.span.start, end);
      this.#isTextSought = true;
    }
    return this.#textId;
  }

  /** A record of its own, safe to keep. */
  snapshot(): CallRecord {
    const { kind, pid, time, line, name, ordinal, personality, outcome, errno } = this;
    const { args, firstArg, result, resultDescriptor, annotation, duration, text, textId } = this;
    return {
      kind,
      pid,
      time,
      line,
      name,
      ordinal,
      personality,
      outcome,
      args,
      firstArg,
      result,
      resultDescriptor,
      errno,
      annotation,
      duration,
      text,
      textId,
    };
  }
}
