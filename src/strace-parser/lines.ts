import { ByteBuffer, displayText, LF } from "./bytes.js";
import type { ParseSummary } from "./types.js";

/** strace itself prints at most a few megabytes per call; a longer line is not its output. */
const MAX_LINE = 64 * 1024 * 1024;

/** Takes the lines of a trace. Positions are those of a line without its newline. */
export interface LineHandler {
  line(bytes: Buffer, start: number, end: number): void;
  /** The beginning of a line that is too long to keep. */
  overlong(bytes: Buffer, start: number, end: number): void;
  /** The buffer that the lines since the last call were in is about to be reused. */
  release(): void;
}

/** Cuts chunks into lines without copying them, but for those that lie in more than one chunk. */
export class LineSplitter {
  readonly #handler: LineHandler;
  /** The start of a line whose end is in a later chunk. */
  readonly #carry = new ByteBuffer(64 * 1024);
  #overlong = false;

  constructor(handler: LineHandler) {
    this.#handler = handler;
  }

  write(bytes: Buffer): void {
    let start = 0;
    if (this.hasOpenLine) {
      const newline = bytes.indexOf(LF);
      this.#carryOver(bytes, 0, newline < 0 ? bytes.length : newline);
      if (newline < 0) {
        return;
      }
      this.end();
      start = newline + 1;
    }
    for (let newline = bytes.indexOf(LF, start); newline >= 0; newline = bytes.indexOf(LF, start)) {
      this.#handler.line(bytes, start, newline);
      start = newline + 1;
    }
    this.#carryOver(bytes, start, bytes.length);
    this.#handler.release();
  }

  /** The last line so far lacks its newline. */
  get hasOpenLine(): boolean {
    return this.#carry.length > 0 || this.#overlong;
  }

  /** Ends the open line. */
  end(): void {
    const { bytes, length } = this.#carry;
    if (this.#overlong) {
      this.#handler.overlong(bytes, 0, length);
    } else {
      this.#handler.line(bytes, 0, length);
    }
    this.#handler.release();
    this.#overlong = false;
    this.#carry.length = 0;
  }

  #carryOver(bytes: Buffer, start: number, end: number): void {
    const room = MAX_LINE - this.#carry.length;
    this.#overlong ||= end - start > room;
    this.#carry.append(bytes, start, Math.min(end, start + room));
  }
}

const MAX_EXAMPLES = 10;
const EXAMPLE_LENGTH = 200;

/** Lines that were not understood. */
export class UnparsedLines {
  #lines = 0;
  readonly #examples: { line: number; text: string }[] = [];

  add(line: number, bytes: Buffer, start: number, end: number): void {
    this.#lines++;
    if (this.#examples.length < MAX_EXAMPLES) {
      this.#examples.push({ line, text: displayText(bytes, start, Math.min(end, start + EXAMPLE_LENGTH)) });
    }
  }

  summary(): ParseSummary["unparsed"] {
    return { lines: this.#lines, examples: this.#examples };
  }
}
