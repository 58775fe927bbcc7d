/** The stored document as text: the same profile gives the same bytes, and one fact is one line, so that diffs read well. */
import { compareText } from "../facts/set.js";
import type { Profile } from "./types.js";

/** Two-space JSON with a newline at the end. What the document is about comes first, what varies from run to run last. */
export function formatProfile(profile: Profile): string {
  const { schema, unit, facts, hosts, runs, evidence, verdicts, dropped, proofs } = profile;
  const sections = Object.entries({ schema, unit, facts, verdicts, dropped, proofs, hosts, runs })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${format(value, 1, false)}`);
  return `{\n${[...sections, `  "evidence": ${formatEvidence(evidence)}`].join(",\n")}\n}\n`;
}

/** One fact is one line here too. */
function formatEvidence(evidence: Profile["evidence"]): string {
  const lines = Object.entries(evidence)
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, seen]) => `${JSON.stringify(id)}: ${format(seen, 2, true)}`);
  return spread("{", lines, "}", 1);
}

/** Sections nearer to the root than this are spread over lines even where they are small. */
const entryDepth = 3;

/** Lists of scalars, and the objects that are entries of a list or table, take one line each. */
function format(value: unknown, depth: number, entry: boolean): string {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.every(isScalar)
      ? `[${items.map((item) => JSON.stringify(item)).join(", ")}]`
      : spread(
          "[",
          items.map((item) => format(item, depth + 1, true)),
          "]",
          depth,
        );
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  const oneLine = (entry || depth >= entryDepth) && members.every(([, member]) => isScalar(member));
  const lines = members.map(
    ([name, member]) => `${JSON.stringify(name)}: ${format(member, depth + 1, false)}`,
  );
  return oneLine && lines.length > 0 ? `{ ${lines.join(", ")} }` : spread("{", lines, "}", depth);
}

function spread(open: string, lines: readonly string[], close: string, depth: number): string {
  const indent = "  ".repeat(depth);
  return lines.length === 0
    ? open + close
    : `${open}\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}${close}`;
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}
