/** What stands in front of a record: pid column or `[pid N]`, time, and the columns of -n and -i. */

import {
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  DOT,
  decimal,
  indexOfByte,
  isDigit,
  LESS,
  OPEN_BRACKET,
  OPEN_PAREN,
  PLUS,
  SPACE,
  skipDigits,
  skipSpaces,
  startsWith,
  ZERO,
} from "./bytes.js";
import { skipTarget } from "./nesting.js";

/** PID_MAX_LIMIT of include/linux/threads.h: a larger first number is a time. */
const PID_MAX = 4_194_304;

/** The last prefix that was read; reused from line to line. */
export class Prefix {
  /** -1 when the line names no process. */
  pid = -1;
  /** The pid stood in brackets: `[pid 12]`, printed only while there is more than one process. */
  bracketed = false;
  timeStart = 0;
  timeEnd = 0;

  /** Reads the prefix of the line and returns where the rest starts. */
  read(bytes: Buffer, start: number, end: number): number {
    let i = start;
    this.pid = -1;
    this.bracketed = false;
    this.timeStart = this.timeEnd = start;
    const first = bytes[i];
    if (isDigit(first)) {
      let value = 0;
      let byte: number | undefined = first;
      do {
        value = value * 10 + (byte ?? ZERO) - ZERO;
        i++;
        byte = bytes[i];
      } while (isDigit(byte) && i < end);
      if (byte === SPACE && value <= PID_MAX) {
        this.pid = value;
        i++;
        if (bytes[i] === SPACE) {
          i = skipSpaces(bytes, i, end);
        }
      } else if (byte === LESS) {
        this.pid = value; // --decode-pids=comm
        i = skipSpaces(bytes, this.#skipComm(bytes, i, end), end);
      } else {
        i = start;
      }
    } else if (first === OPEN_BRACKET && startsWith(bytes, i, end, "[pid ")) {
      const digits = skipSpaces(bytes, i + 5, end);
      const behind = skipDigits(bytes, digits, end);
      this.pid = decimal(bytes, digits, behind);
      this.bracketed = true;
      i = skipSpaces(bytes, this.#skipComm(bytes, behind, end) + 1, end);
    } else if (first === SPACE) {
      i = skipSpaces(bytes, i, end);
    }
    if (isDigit(bytes[i])) {
      i = this.#time(bytes, i, end);
    }
    return bytes[i] === OPEN_BRACKET ? skipColumns(bytes, i, end) : i;
  }

  #time(bytes: Buffer, start: number, end: number): number {
    this.timeStart = start;
    // The usual `1700000000.123456 ` at one glance.
    let i =
      bytes[start + 10] === DOT && bytes[start + 17] === SPACE && bytes[start + 8] !== SPACE
        ? start + 17
        : indexOfByte(bytes, SPACE, start, end);
    i = i < 0 ? end : i;
    this.timeEnd = i;
    i++;
    if (bytes[i] === OPEN_PAREN && bytes[i + 1] === PLUS) {
      i = indexOfByte(bytes, CLOSE_PAREN, i, end) + 2; // -t and -r together
    }
    return i;
  }

  #skipComm(bytes: Buffer, at: number, end: number): number {
    return bytes[at] === LESS ? Math.max(at, skipTarget(bytes, at, end)) : at;
  }
}

/** The time in `[start, end)` as a number, in seconds; undefined if there is none. */
export function timeOf(bytes: Buffer, start: number, end: number): number | undefined {
  return end > start ? seconds(bytes, start, end) : undefined;
}

/** `12:00:01.5` (since midnight) or `1700000000.123456` in seconds. */
export function seconds(bytes: Buffer, start: number, end: number): number {
  let whole = 0;
  let digits = 0;
  let i = start;
  for (; i < end && bytes[i] !== DOT; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === COLON) {
      whole = (whole + digits) * 60;
      digits = 0;
    } else {
      digits = digits * 10 + byte - ZERO;
    }
  }
  return whole + digits + (i < end ? fraction(bytes, i + 1, end) : 0);
}

/** The digits behind a decimal point; microseconds, as strace prints them, without a power. */
function fraction(bytes: Buffer, start: number, end: number): number {
  const digits = end - start;
  return decimal(bytes, start, end) / (digits === 6 ? 1e6 : 10 ** digits);
}

/** Skips `[ 257] ` (-n) and `[00007f12a5d4e2d7] ` or `[????????????????] ` (-i). */
function skipColumns(bytes: Buffer, start: number, end: number): number {
  let at = start;
  for (let column = 0; column < 2 && bytes[at] === OPEN_BRACKET; column++) {
    let i = at + 1;
    while (i < end && isColumnByte(bytes[i] ?? 0)) {
      i++;
    }
    if (bytes[i] !== CLOSE_BRACKET || bytes[i + 1] !== SPACE) {
      return at;
    }
    at = i + 2;
  }
  return at;
}

function isColumnByte(byte: number): boolean {
  return isDigit(byte) || (byte >= 97 && byte <= 102) || byte === SPACE || byte === 63 || byte === 120;
}
