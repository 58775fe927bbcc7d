import { isUtf8 } from "node:buffer";
import { BACKSLASH, indexOfByte, latin1 } from "./bytes.js";

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
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what needs no decoding.
const ASCII = /^[\0-\x7f]*$/;

/** Undoes strace's C escapes: `\n`, `\"`, `\74`, `\x3c` (print_quoted_string_ex in util.c). */
export function decodeEscapes(bytes: Uint8Array, start: number, end: number): Decoded {
  const printed = latin1(bytes, start, end);
  const raw = indexOfByte(bytes, BACKSLASH, start, end) < 0 ? printed : printed.replace(ESCAPE, unescapeOne);
  if (ASCII.test(raw)) {
    return { value: raw, utf8: true };
  }
  const decoded = Buffer.from(raw, "latin1");
  return isUtf8(decoded) ? { value: decoded.toString("utf8"), utf8: true } : { value: raw, utf8: false };
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
