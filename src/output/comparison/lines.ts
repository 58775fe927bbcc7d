/** Where in the text of a profile a fact stands, or would be inserted: one line of the file for a report to point at. */
import { compareText, factId } from "../../facts/set.js";
import type { Fact } from "../../facts/types.js";

/** Lines are counted from 1. */
export interface ProfileLines {
  /** Of the fact; where it is not there, of the one that it would be inserted before, or of the end of the list. */
  readonly ofFact: (fact: Fact) => number;
  readonly ofUnit: number;
}

/** A value of the document: where it begins and ends, as offsets. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Strings as wholes, so that no bracket inside of one counts. */
const tokens = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;

/**
 * Finds the lines in the text of a profile that has been read successfully, however a hand or an editor has laid it
 * out. Of another text all lines are the first.
 */
export function findLines(text: string): ProfileLines {
  const { unit, facts, items } = findSections(text);
  const newlines = findNewlines(text);
  const lineAt = (offset: number) => countBelow(newlines, offset) + 1;
  const byId = items
    .flatMap(({ start, end }) => idOf(text.slice(start, end)).map((id) => ({ id, line: lineAt(start) })))
    .sort((a, b) => compareText(a.id, b.id));
  const ids = byId.map(({ id }) => id);
  // The last character of a list is its bracket.
  const last = facts === undefined ? 1 : lineAt(facts.end - 1);
  return {
    ofFact: (fact) => byId[countBelow(ids, factId(fact))]?.line ?? last,
    ofUnit: unit === undefined ? 1 : lineAt(unit.start),
  };
}

interface Sections {
  unit?: Extent;
  facts?: Extent;
  readonly items: readonly Extent[];
}

/** The members `unit` and `facts` of the document, and the items of the latter. */
function findSections(text: string): Sections {
  const items: Extent[] = [];
  const found: { unit?: Extent; facts?: Extent } = {};
  let depth = 0;
  /** The member of the document that is being read. */
  let member = "";
  /** Where it begins, and where the item of it does. */
  let start = 0;
  let itemStart = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === "{" || token === "[") {
      depth += 1;
      if (depth === 2) start = index;
      if (depth === 3) itemStart = index;
    } else if (token === "}" || token === "]") {
      if (depth === 3 && member === "facts") items.push({ start: itemStart, end: index + 1 });
      if (depth === 2 && (member === "unit" || member === "facts")) {
        found[member] = { start, end: index + 1 };
        // Evidence is most of a profile, and nothing of it is looked for.
        if (found.unit !== undefined && found.facts !== undefined) break;
      }
      depth -= 1;
    } else if (depth === 1 && token.startsWith('"')) {
      member = nameOf(token) ?? member;
    }
  }
  return { ...found, items };
}

/** Without the quotes; a name may be written with escapes. */
function nameOf(token: string): string | undefined {
  const name = parse(token);
  return typeof name === "string" ? name : undefined;
}

function idOf(text: string): string[] {
  const fact = parse(text);
  return typeof fact === "object" && fact !== null ? [factId(fact as Fact)] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function findNewlines(text: string): number[] {
  const newlines: number[] = [];
  for (let offset = text.indexOf("\n"); offset !== -1; offset = text.indexOf("\n", offset + 1)) {
    newlines.push(offset);
  }
  return newlines;
}

/** How many of rising values are smaller: by halving, as there may be thousands. */
function countBelow<T extends string | number>(values: readonly T[], limit: T): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle];
    if (value !== undefined && value < limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
