/** Lines of an explanation: wrapping, cutting, evidence. Everything that a service may have chosen is made safe here. */
import { stripVTControlCharacters } from "node:util";
import type { Witness } from "../../explain/types.js";
import { count } from "../count.js";
import { safe } from "../escape.js";
import type { Colors } from "../terminal.js";

/** How an explanation is laid out. */
export interface Layout {
  readonly colors: Colors;
  /** At most this many lines of one kind. */
  readonly limit: number;
}

const width = 100;

/** Text wrapped between words, each line behind `indent`, the first one behind `label` in its place, which is safe. */
export function wrap(text: string, indent: string, label = indent, columns = width): string[] {
  const lines: string[] = [];
  let line = "";
  let used = lengthOf(label);
  for (const word of safe(text).split(" ")) {
    if (line !== "" && used + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
      used = indent.length;
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, i) => `${i === 0 ? label : indent}${one}`.trimEnd());
}

/** Columns of text that may have colours in it. */
function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** The first `limit` of what there is, and how many more. */
export function some<T>(
  items: readonly T[],
  indent: string,
  { limit, colors }: Layout,
  show: (item: T) => string[],
): string[] {
  // One more line would only say that one is left out.
  const shown = items.length === limit + 1 ? items : items.slice(0, limit);
  const rest = items.length - shown.length;
  return [
    ...shown.flatMap(show),
    ...(rest > 0 ? [colors.dim(`${indent}and ${rest} more (--all shows them)`)] : []),
  ];
}

/** `creates /run/nginx.pid`, and below it who did, when, how often and an example. */
export function witnessLines(witness: Witness, indent: string, { colors }: Layout): string[] {
  return [
    `${indent}${safe(witness.text)}${witness.trial === undefined ? "" : trials[witness.trial]}`,
    ...(witness.evidence === null ? [] : [colors.dim(evidenceLine(witness.evidence, `${indent}  `))]),
  ];
}

const trials = {
  needed: "; needed: it failed without",
  unneeded: "; not needed: it is refused, and the service works without",
} as const;

function evidenceLine(evidence: NonNullable<Witness["evidence"]>, indent: string): string {
  const { process, phase, count: times, example, seen, runs } = evidence;
  const since = phase === "" ? "" : ` since ${safe(phase)}`;
  const share = seen === runs ? "" : `, in ${seen} of ${runs} runs`;
  const who = `${indent}${safe(process)}, ${count(times, "time")}${since}${share}: `;
  return `${who}${cut(safe(example), Math.max(20, width - who.length))}`;
}

/** At most `length` characters, the last one an ellipsis where something was cut. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
