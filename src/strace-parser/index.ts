/**
 * A streaming parser for what strace 5.x and 6.x print with -f. No I/O, no dependencies; see README.md next to it.
 */

export {
  asNumber,
  asText,
  descriptorOf,
  finalValue,
  flagNames,
  hasFlag,
  macroArgs,
  member,
  named,
  structOf,
} from "./helpers.js";
export { StraceParser } from "./parser.js";
export { parseStrace } from "./stream.js";
export type * from "./types.js";
