import { safe } from "./escape.js";
import { type Environment, isLively, type Output } from "./terminal.js";

export interface ProgressLine {
  /** Says what is going on now. */
  readonly report: (message: string) => void;
  /** Takes the live line away, so that something else can be written. */
  readonly clear: () => void;
}

const clearLine = "\r\u001b[2K";
/** DECAWM off and on: the terminal itself cuts a line that is too long, instead of wrapping it (xterm ctlseqs). */
const noWrap = "\u001b[?7l";
const wrap = "\u001b[?7h";

/**
 * Progress for people, on standard error: one line that changes on a terminal, one line for each message otherwise
 * (a log, CI).
 *
 * @param live false where something else writes to the same terminal, like a learned command.
 */
export function createProgress(output: Output, environment: Environment, live = true): ProgressLine {
  if (!live || !isLively(output, environment)) {
    return { report: (message) => void output.write(`${safe(message)}\n`), clear: () => undefined };
  }
  let shown = false;
  return {
    report: (message) => {
      shown = true;
      output.write(`${clearLine}${noWrap}${safe(message)}${wrap}`);
    },
    clear: () => {
      if (shown) {
        output.write(clearLine);
      }
      shown = false;
    },
  };
}
