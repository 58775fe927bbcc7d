import { decimal, isDigit, isWord, MINUS, skipDigits, ZERO } from "./bytes.js";

const LOWER_X = 120;

/** `at` may start a number (`12`, `-1`, `0x1f`, `0644`); returns the position behind it, or -1 if it is none. */
export function scanNumber(bytes: Buffer, at: number, end: number): number {
  const digits = bytes[at] === MINUS ? at + 1 : at;
  if (digits >= end || !isDigit(bytes[digits])) {
    return -1;
  }
  let i = digits;
  if (bytes[digits] === ZERO && bytes[digits + 1] === LOWER_X && digits + 2 < end) {
    i = digits + 2;
    while (i < end && hexDigit(bytes[i] ?? 0) >= 0) {
      i++;
    }
  } else {
    i = skipDigits(bytes, digits, end);
  }
  return i < end && isWord(bytes[i]) ? -1 : i;
}

/** The number in `[start, end)`, as {@link scanNumber} found it. Beyond 2^53 it is the nearest double. */
export function numberAt(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === MINUS) {
    return -numberAt(bytes, start + 1, end);
  }
  if (bytes[start] !== ZERO || end - start < 2) {
    return decimal(bytes, start, end);
  }
  const isHexadecimal = bytes[start + 1] === LOWER_X;
  const base = isHexadecimal ? 16 : 8;
  let value = 0;
  for (let i = start + (isHexadecimal ? 2 : 1); i < end; i++) {
    value = value * base + hexDigit(bytes[i] ?? 0);
  }
  return value;
}

/** 0–15, or -1. */
function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= ZERO + 9) {
    return byte - ZERO;
  }
  return byte >= 97 && byte <= 102 ? byte - 87 : byte >= 65 && byte <= 70 ? byte - 55 : -1;
}
