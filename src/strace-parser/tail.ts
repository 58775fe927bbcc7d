/** What stands behind the arguments of a call: `) = RESULT ERRNO (text) (annotation) <seconds>`. */

import {
  CLOSE_PAREN,
  DOT,
  EQUALS,
  endsWith,
  GREATER,
  indexOfText,
  isDigit,
  isWord,
  LESS,
  MINUS,
  NINE,
  OPEN_PAREN,
  QUESTION,
  QUOTE,
  SPACE,
  STAR,
  SLASH,
  skipSpaces,
  startsWith,
  ZERO,
} from "./bytes.js";
import { findCloseParen, skipTarget } from "./nesting.js";

export const RETURNED = 0;
export const FAILED = 1;
export const UNKNOWN = 2;
export const UNFINISHED = 3;

/** Numbers instead of names: they are part of the key by which known calls are recognised. */
export type OutcomeCode = typeof RETURNED | typeof FAILED | typeof UNKNOWN | typeof UNFINISHED;

/** Where the parts are. A part that is absent starts and ends at the same position. */
export class Tail {
  outcome: OutcomeCode = RETURNED;
  /** The closing parenthesis of the arguments. */
  argsEnd = 0;
  resultStart = 0;
  /** Behind the number; a descriptor's `<` may stand there. */
  resultEnd = 0;
  errnoStart = 0;
  errnoEnd = 0;
  /** All annotations, with their parentheses. */
  notesStart = 0;
  notesEnd = 0;
  durationStart = 0;
  durationEnd = 0;

  /** A call whose end the trace does not show. */
  setUnfinished(end: number): void {
    this.outcome = UNFINISHED;
    this.argsEnd = end;
    this.resultStart = this.resultEnd = this.errnoStart = this.errnoEnd = end;
    this.notesStart = this.notesEnd = this.durationStart = this.durationEnd = end;
  }
}

/** Finds `<0.000012>` at the end and returns where the rest ends. */
function scanDuration(bytes: Buffer, start: number, end: number, tail: Tail): number {
  tail.durationStart = tail.durationEnd = end;
  if (bytes[end - 1] !== GREATER) {
    return end;
  }
  let i = end - 2;
  while (i > start && (isDigit(bytes[i]) || bytes[i] === DOT)) {
    i--;
  }
  if (i <= start || bytes[i] !== LESS || bytes[i - 1] !== SPACE || i === end - 2) {
    return end;
  }
  tail.durationStart = i + 1;
  tail.durationEnd = end - 1;
  return i - 1;
}

/** Letters, digits, space and `'+,-./` : all that strerror(3) uses. */
const ERROR_TEXT = new Uint8Array(256);
/** Digits, `a`–`f`, `x` and the minus: all that a numeric result uses. */
const RESULT = new Uint8Array(256);
for (let i = 0; i < 256; i++) {
  const character = String.fromCharCode(i);
  ERROR_TEXT[i] = /[A-Za-z0-9 '+,\-./]/.test(character) ? 1 : 0;
  RESULT[i] = /[0-9a-fx-]/.test(character) ? 1 : 0;
}

/**
 * Bytes that end the scan for the `<` of a descriptor: angle brackets other than those of arrows, and quotes, within
 * which there may be either.
 */
function isOutsideTarget(byte: number, before: number): boolean {
  return byte === LESS || byte === QUOTE || (byte === GREATER && before !== MINUS);
}

/**
 * Reads the tail from its end, for a line (or the resumed part of one) that is complete. Succeeds only where that cannot
 * be mistaken, whatever strings the arguments hold: a plain number, `?`, an errno and its text, or a descriptor without
 * quotes and nested brackets. Such a line's last byte belongs to no string (those end in a quote) and no annotation (they
 * hold what ERROR_TEXT excludes, or follow no errno); the `<` of a descriptor is the last one, since strace escapes those
 * of its path. False: use {@link scanTailForwards}.
 */
export function scanTailBackwards(bytes: Buffer, start: number, lineEnd: number, tail: Tail): boolean {
  const end = scanDuration(bytes, start, lineEnd, tail);
  const last = bytes[end - 1] ?? 0;
  let result = end - 1;
  tail.outcome = RETURNED;
  tail.resultEnd = tail.errnoStart = tail.errnoEnd = tail.notesStart = tail.notesEnd = end;
  if (last === CLOSE_PAREN) {
    let open = end - 2;
    while (open > start && ERROR_TEXT[bytes[open] ?? 0] === 1) {
      open--;
    }
    if (bytes[open] !== OPEN_PAREN || bytes[open - 1] !== SPACE) {
      return false;
    }
    let name = open - 1;
    while (name > start && isWord(bytes[name - 1])) {
      name--;
    }
    if (bytes[name] !== 69 /* E */ || bytes[name - 1] !== SPACE) {
      return false;
    }
    tail.errnoStart = name;
    tail.errnoEnd = open - 1;
    tail.resultEnd = name - 1;
    if (bytes[name - 2] === QUESTION) {
      tail.outcome = UNKNOWN;
      result = name - 2;
    } else if (bytes[name - 2] === ZERO + 1 && bytes[name - 3] === MINUS) {
      tail.outcome = FAILED;
      result = name - 3;
    } else {
      return false;
    }
  } else if (last === GREATER) {
    let open = end - 2;
    while (open > start && !isOutsideTarget(bytes[open] ?? 0, bytes[open - 1] ?? 0)) {
      open--;
    }
    result = open;
    while (result > start && isDigit(bytes[result - 1])) {
      result--;
    }
    if (bytes[open] !== LESS || result === open) {
      return false;
    }
    tail.resultEnd = open;
  } else if (last === QUESTION) {
    tail.outcome = UNKNOWN;
  } else if (RESULT[last] === 1) {
    while (result > start && RESULT[bytes[result - 1] ?? 0] === 1) {
      result--;
    }
  } else {
    return false;
  }
  tail.resultStart = result;
  if (last !== QUESTION && last !== CLOSE_PAREN && !startsNumber(bytes[result])) {
    return false;
  }
  if (bytes[result - 1] !== SPACE || bytes[result - 2] !== EQUALS || bytes[result - 3] !== SPACE) {
    return false;
  }
  let close = result - 4;
  while (close > start && bytes[close] === SPACE) {
    close--;
  }
  tail.argsEnd = close;
  return close >= start && bytes[close] === CLOSE_PAREN;
}

/**
 * Reads the tail forwards: `start` lies behind the opening parenthesis, or behind `resumed>` joined to the first part.
 * Exact for every line. False: the line does not look like a complete call.
 */
export function scanTailForwards(bytes: Buffer, start: number, lineEnd: number, tail: Tail): boolean {
  const close = findCloseParen(bytes, start, lineEnd);
  if (close < 0) {
    return false;
  }
  const equals = skipSpaces(bytes, close + 1, lineEnd);
  if (bytes[equals] !== EQUALS || bytes[equals - 1] !== SPACE || bytes[equals + 1] !== SPACE) {
    return false;
  }
  const end = scanDuration(bytes, equals, lineEnd, tail);
  tail.argsEnd = close;
  tail.outcome = RETURNED;
  tail.resultStart = equals + 2;
  let i = scanResult(bytes, tail.resultStart, end, tail);
  if (i < 0) {
    return false;
  }
  tail.errnoStart = tail.errnoEnd = tail.notesStart = tail.notesEnd = end;
  i = skipSpaces(bytes, i, end);
  if (startsWith(bytes, i, end, "<unavailable>")) {
    i += "<unavailable>".length;
  } else if (bytes[i] === 69 /* E */) {
    tail.errnoStart = i;
    while (i < end && isWord(bytes[i])) {
      i++;
    }
    tail.errnoEnd = i;
    tail.outcome = bytes[tail.resultStart] === QUESTION ? UNKNOWN : FAILED;
    i = skipSpaces(bytes, i, end);
    i = bytes[i] === OPEN_PAREN ? skipSpaces(bytes, skipNote(bytes, i, end), end) : i;
  } else if (startsWith(bytes, i, end, "(errno ")) {
    // An errno without name, as older versions print it.
    const note = skipNote(bytes, i, end);
    tail.outcome = FAILED;
    tail.errnoStart = i + 1;
    tail.errnoEnd = note - 1;
    i = skipSpaces(bytes, note, end);
  }
  if (i < end) {
    tail.notesStart = i;
    if (bytes[i] !== OPEN_PAREN || bytes[end - 1] !== CLOSE_PAREN) {
      return false;
    }
  }
  return true;
}

function startsNumber(byte: number | undefined): boolean {
  return isDigit(byte) || byte === MINUS;
}

/** Reads number, descriptor target and comment; returns the position behind them, or -1. */
function scanResult(bytes: Buffer, start: number, end: number, tail: Tail): number {
  let i = start;
  if (bytes[i] === QUESTION) {
    tail.outcome = UNKNOWN;
    i++;
  } else {
    while (i < end && RESULT[bytes[i] ?? 0] === 1) {
      i++;
    }
  }
  tail.resultEnd = i;
  if (i === start || !(bytes[start] === QUESTION || startsNumber(bytes[start]))) {
    return -1;
  }
  if (bytes[i] === LESS) {
    i = skipTarget(bytes, i, end);
    if (i > 0 && startsWith(bytes, i, end, "(deleted)")) {
      i += "(deleted)".length;
    }
  } else if (bytes[i] === SPACE && bytes[i + 1] === SLASH && bytes[i + 2] === STAR) {
    const comment = indexOfText(bytes, "*/", i + 3, end); // --decode-pids=pidns
    i = comment < 0 ? -1 : comment + 2;
  }
  return i;
}

/** `at` is an opening parenthesis behind the result; returns the position behind its closing one (or `end`). */
export function skipNote(bytes: Buffer, at: number, end: number): number {
  const close = findCloseParen(bytes, at + 1, end);
  return close < 0 ? end : close + 1;
}

/** True for a first part: `read(3, <unfinished ...>`. */
export function isUnfinished(bytes: Buffer, start: number, end: number): boolean {
  return (
    bytes[end - 1] === GREATER && bytes[end - 2] === DOT && endsWith(bytes, start, end, " <unfinished ...>")
  );
}

/**
 * Where a call ends that strace gave up on: ` <detached ...>`, ` <pid changed to 12 ...>`; -1 for another line. The calls
 * of that process continue elsewhere or not at all.
 */
export function abandonedAt(bytes: Buffer, start: number, end: number): number {
  if (endsWith(bytes, start, end, " <detached ...>")) {
    return end - " <detached ...>".length;
  }
  if (!endsWith(bytes, start, end, " ...>")) {
    return -1;
  }
  let i = end - " ...>".length;
  while (i > start && (bytes[i - 1] ?? 0) >= ZERO && (bytes[i - 1] ?? 0) <= NINE) {
    i--;
  }
  return endsWith(bytes, start, i, " <pid changed to ") ? i - " <pid changed to ".length : -1;
}
