import { CLOSE_BRACE, COMMA } from "./bytes.js";

/** More than a length takes: `[2147483647 => 2147483647]`. */
const longest = 28;

/**
 * True if the arguments in `[start, end)` end with a struct and a length, as those of sendto(2) and recvfrom(2) do when
 * they show an address: `{sa_family=…}, 16`, `{sa_family=…}, [128 => 16]`. Not for `NULL, 0` and `0x7ffd…, [128 => 0]`.
 */
export function endsWithAddress(bytes: Buffer, start: number, end: number): boolean {
  const first = Math.max(start, end - longest);
  let i = end - 1;
  while (i > first && bytes[i] !== COMMA) {
    i--;
  }
  return i > first && bytes[i] === COMMA && bytes[i - 1] === CLOSE_BRACE;
}
