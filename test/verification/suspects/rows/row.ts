/** How each directive refuses, tried on systemd 252 and 257 with kernel 6.18; see docs/verification.md. */
import type { Circumstances } from "../support.js";

export interface Row {
  readonly dropIn: string;
  readonly line: string;
  readonly at?: Circumstances;
  /** Directives that may have done it, in the order in which they are named. */
  readonly suspects: readonly string[];
}

export const at = (...paths: readonly string[]): Circumstances => ({ paths });
export const known = (path: string, type: "char" | "file", mode = 0o600): Circumstances => ({
  paths: [path],
  host: { files: { [path]: { type, mode, uid: 0, gid: 0 } } },
});
