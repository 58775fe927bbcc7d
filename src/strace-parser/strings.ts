import { isUtf8 } from "node:buffer";
import { BACKSLASH, latin1 } from "./bytes.js";

/** Text as strace escaped it, decoded: see `StringValue` for what `utf8` says about `value`. */
export interface Decoded {
  readonly value: string;
  readonly utf8: boolean;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g;
/** Undoes strace's C escapes: `\n`, `\"`, `\74`, `\x3c` (print_quoted_string_ex in util.c). */
export function decodeEscapes(bytes: Buffer, start: number, end: number): Decoded {
  const printed = latin1(bytes, start, end);
  if (isPlain(bytes, start, end)) {
    return { value: printed, utf8: true };
  }
  const raw = printed.replace(ESCAPE, unescapeOne);
  const decoded = Buffer.from(raw, "latin1");
  return isUtf8(decoded) ? { value: decoded.toString("utf8"), utf8: true } : { value: raw, utf8: false };
}

/** ASCII without escapes: nothing to decode. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === BACKSLASH || byte > 126) {
      return false;
    }
  }
  return true;
}

function unescapeOne(
  _match: string,
  hexadecimal: string | undefined,
  octal: string | undefined,
  other: string | undefined,
): string {
  if (hexadecimal !== undefined) {
    return String.fromCharCode(Number.parseInt(hexadecimal, 16));
  }
  if (octal !== undefined) {
    return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
  }
  return SIMPLE_ESCAPES[other ?? ""] ?? other ?? "";
}
