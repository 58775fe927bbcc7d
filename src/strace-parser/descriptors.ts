import { COLON, decimal, GREATER, isDigit, LESS, skipDigits, startsWith } from "./bytes.js";
import { decodeEscapes } from "./strings.js";
import type { DescriptorValue } from "./types.js";

/** What versions before 6.0 leave at the end of the path, as proc(5) does for /proc/PID/fd. */
const DELETED_SUFFIX = " (deleted)";

/**
 * Decodes the `<…>` at `open`, whose end is `behind`, and a `(deleted)` following it. Returns the position behind all.
 */
export function decodeDescriptor(
  bytes: Buffer,
  fd: number,
  open: number,
  behind: number,
  end: number,
): { readonly descriptor: DescriptorValue; readonly behind: number } {
  let close = behind - 1;
  const device = decodeDevice(bytes, open, close);
  if (device !== undefined) {
    close = device.start;
  }
  const outside = startsWith(bytes, behind, end, "(deleted)");
  const { value, utf8 } = decodeEscapes(bytes, open + 1, close);
  const inside = value.startsWith("/") && value.endsWith(DELETED_SUFFIX);
  const descriptor = {
    type: "descriptor" as const,
    fd,
    target: inside && !outside ? value.slice(0, -DELETED_SUFFIX.length) : value,
    utf8,
    deleted: inside || outside,
  };
  return {
    descriptor: device === undefined ? descriptor : { ...descriptor, device: device.value },
    behind: outside ? behind + "(deleted)".length : behind,
  };
}

/** `<char 1:3>` before the closing bracket; of a terminal multiplexer with its terminal, `<char 5:2 @/dev/pts/1>`. */
function decodeDevice(bytes: Buffer, open: number, close: number) {
  if (bytes[close - 1] !== GREATER) {
    return undefined;
  }
  let start = close - 2;
  while (start > open && bytes[start] !== LESS) {
    start--;
  }
  const type = startsWith(bytes, start, close, "<char ")
    ? ("char" as const)
    : startsWith(bytes, start, close, "<block ")
      ? ("block" as const)
      : undefined;
  if (type === undefined || start === open) {
    return undefined;
  }
  const major = start + (type === "char" ? "<char ".length : "<block ".length);
  const colon = skipDigits(bytes, major, close);
  const behind = skipDigits(bytes, colon + 1, close);
  const ends = behind === close - 1 || startsWith(bytes, behind, close, " @/");
  if (!isDigit(bytes[major]) || bytes[colon] !== COLON || !ends) {
    return undefined;
  }
  return {
    start,
    value: { type, major: decimal(bytes, major, colon), minor: decimal(bytes, colon + 1, behind) },
  };
}
