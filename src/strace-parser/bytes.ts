/** Byte values and small scans that the line scanners share. All positions are indexes into one buffer. */

export const LF = 10;
export const SPACE = 32;
export const QUOTE = 34;
export const OPEN_PAREN = 40;
export const CLOSE_PAREN = 41;
export const STAR = 42;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const ZERO = 48;
export const NINE = 57;
export const COLON = 58;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const QUESTION = 63;
export const AT = 64;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const PIPE = 124;
export const CLOSE_BRACE = 125;
export const TILDE = 126;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** A byte of an identifier: letter, digit or underscore. */
export function isWord(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || isDigit(byte) || byte === 95) /* _ */
  );
}

/** True if the ASCII `text` stands at `at` and ends before `end`. */
export function startsWith(bytes: Buffer, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) {
    return false;
  }
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) {
      return false;
    }
  }
  return true;
}

/** True if the ASCII `text` ends right before `end` and does not begin before `start`. */
export function endsWith(bytes: Buffer, start: number, end: number, text: string): boolean {
  return end - text.length >= start && startsWith(bytes, end - text.length, end, text);
}

/** The first position of `byte` in `[at, end)`, or -1. */
export function indexOfByte(bytes: Buffer, byte: number, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] === byte) {
      return i;
    }
  }
  return -1;
}

/** The first position of the ASCII `text` in `[at, end)`, or -1. */
export function indexOfText(bytes: Buffer, text: string, at: number, end: number): number {
  const first = text.charCodeAt(0);
  for (let i = indexOfByte(bytes, first, at, end); i >= 0; i = indexOfByte(bytes, first, i + 1, end)) {
    if (startsWith(bytes, i, end, text)) {
      return i;
    }
  }
  return -1;
}

/** The position of the first byte in `[at, end)` that is no space. */
export function skipSpaces(bytes: Buffer, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] === SPACE) {
    i++;
  }
  return i;
}

/** The position of the first byte in `[at, end)` that is no digit. */
export function skipDigits(bytes: Buffer, at: number, end: number): number {
  let i = at;
  while (i < end && isDigit(bytes[i])) {
    i++;
  }
  return i;
}

/** The non-negative decimal number in `[start, end)`, which must be digits only. */
export function decimal(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    value = value * 10 + (bytes[i] ?? ZERO) - ZERO;
  }
  return value;
}

/** The bytes of `[start, end)` as a string of one character per byte. */
export function latin1(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("latin1", start, end);
}

/** The bytes of `[start, end)` as text for people: UTF-8, with U+FFFD for what is not. */
export function displayText(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("utf8", start, end);
}

/**
 * A buffer that grows and is reused. Behind its contents stands a newline, as behind every line of a file: the scanners
 * look one byte ahead, and must not see what an earlier use has left there.
 */
export class ByteBuffer {
  bytes: Buffer<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  append(source: Buffer, start: number, end: number): void {
    const length = this.length + end - start;
    if (length >= this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length + 1, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    if (end - start < 64) {
      for (let i = start, to = this.length; i < end; i++, to++) {
        this.bytes[to] = source[i] ?? 0; // cheaper than making a view for the few bytes of an unfinished call
      }
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length = length;
    this.bytes[length] = LF;
  }
}
