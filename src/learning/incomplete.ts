import { safe } from "../output/escape.js";
import type { ParseSummary } from "../strace-parser/types.js";
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

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : "";
}
