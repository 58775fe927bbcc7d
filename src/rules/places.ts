/** Where the values of a JSON text stand, so that what is wrong with one can be found in an editor. */

/** Keys and indices from the document's root to a value. */
export type JsonPath = readonly (string | number)[];

/** In lines and columns from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Places {
  /** Of the value; or of its name, where a name is what is wrong. */
  readonly positionOf: (path: JsonPath, of?: "value" | "name") => Position | undefined;
  /** A member that one object has twice: JSON.parse keeps only the last, and positions are of that. */
  readonly doubled: JsonPath | undefined;
}

interface Spot {
  readonly name: number;
  readonly value: number;
}

/** A punctuation mark, or a string or scalar (RFC 8259). */
const token = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g;

interface Level {
  readonly path: JsonPath;
  readonly names: Set<string> | undefined;
  /** The member whose value is next; in an array the index. */
  key: string | number | undefined;
  name: number;
}

/** Nothing of a rules file is deeper than half of this; what is costs no time. */
const deepest = 16;

/** @param text that JSON.parse accepts. Values that are very deep in it have no position. */
export function placesIn(text: string): Places {
  const spots = new Map<string, Spot>();
  const levels: Level[] = [];
  let doubled: JsonPath | undefined;
  const begin = (offset: number): JsonPath => {
    const level = levels.at(-1);
    if (levels.length > deepest) return [];
    const path = level?.key === undefined ? [] : [...level.path, level.key];
    spots.set(JSON.stringify(path), {
      name: level?.names === undefined ? offset : level.name,
      value: offset,
    });
    return path;
  };
  for (const match of text.matchAll(token)) {
    const [word] = match;
    const level = levels.at(-1);
    if (word === "{") {
      levels.push({ path: begin(match.index), names: new Set(), key: undefined, name: 0 });
    } else if (word === "[") {
      levels.push({ path: begin(match.index), names: undefined, key: 0, name: 0 });
    } else if (word === "}" || word === "]") {
      levels.pop();
    } else if (word === ",") {
      if (level !== undefined) level.key = typeof level.key === "number" ? level.key + 1 : undefined;
    } else if (level?.names !== undefined && level.key === undefined) {
      const key = JSON.parse(word) as string;
      if (level.names.has(key)) doubled ??= [...level.path, key];
      level.names.add(key);
      level.key = key;
      level.name = match.index;
    } else if (word !== ":") {
      begin(match.index);
    }
  }
  return {
    positionOf: (path, of = "value") => {
      const spot = spots.get(JSON.stringify(path));
      return spot === undefined ? undefined : positionAt(text, spot[of]);
    },
    doubled,
  };
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
