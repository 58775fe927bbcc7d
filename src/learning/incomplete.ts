import { safe } from "../output/escape.js";
import type { ParseSummary, TraceRecord } from "../strace-parser/types.js";
import type { TracerEnd } from "../tracers/strace.js";

/** Characters of a line of the trace that are shown. */
const exampleLength = 160;

/**
 * Why the trace of a tracer that ended so is incomplete.
 *
 * @param living processes and threads whose end is not in the trace
 */
export function tracerComplaints(end: TracerEnd, living: number): string[] {
  const said = end.stderr.split("\n").filter(isComplaint).map(safe);
  const complaints = said.length === 0 ? [] : [`strace said: ${said[0]}${more(said.length - 1)}`];
  if (living === 0 || end.detached) return complaints;
  const cause = end.signal === null ? `with status ${end.code}` : `by ${end.signal}`;
  return [`strace ended ${cause} before what it traced (${living} still running)`, ...complaints];
}

/** Versions before 5.6 cannot be told to be quiet about this alone. */
function isComplaint(line: string): boolean {
  return line !== "" && !/^strace: Process \d+ (?:attached|detached)/.test(line);
}

/** Lines of the trace that nobody understood, with one example. */
export function unparsedLines(summary: ParseSummary): string[] {
  const { lines, examples } = summary.unparsed;
  if (lines === 0) return [];
  const [example] = examples;
  const shown =
    example === undefined ? "" : `, line ${example.line}: ${safe(example.text.slice(0, exampleLength))}`;
  return [`${lines} of ${summary.lines} lines of the trace were not understood${shown}`];
}

/** What a trace that someone else made leaves out: its beginning, or calls that strace was told not to show. */
export class Gaps {
  readonly #begins: "execve" | "at-once";
  #exited = false;
  #showsExit = false;

  constructor({ begins }: { readonly begins: "execve" | "at-once" }) {
    this.#begins = begins;
  }

  handle(record: TraceRecord): void {
    if (record.kind === "call") this.#showsExit ||= record.name === "exit_group" || record.name === "exit";
    else if (record.kind === "exit") this.#exited ||= record.reason === "exited";
  }

  reasons(): string[] {
    return [
      ...(this.#begins === "at-once"
        ? ["it begins in a running program (strace -p), so that what the program needs to start is not in it"]
        : []),
      // A process exits by one of these calls: where they are missing, so are others.
      ...(this.#exited && !this.#showsExit
        ? ["it does not show every system call; trace without -e trace= and --status="]
        : []),
    ];
  }
}

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : "";
}
