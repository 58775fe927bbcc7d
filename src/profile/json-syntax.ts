/**
 * Where things stand in a JSON text (RFC 8259), in lines and columns from 1. JSON.parse tells no position for many errors
 * and none of the values, and a profile is a file that people merge by hand: a leftover `<<<<<<<` or a typing error should
 * be found at once. Nothing here is recursive, so that no nesting is too deep.
 */

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Names and indices that lead from the document to a value. */
export type JsonPath = readonly (string | number)[];

/** @returns where the text stops being JSON; undefined when it does not. */
export function findSyntaxError(text: string): Position | undefined {
  const offset = scan(text);
  return offset === undefined ? undefined : positionAt(text, offset);
}

/**
 * Where the value at `path` stands, or its name; when it is not there, the deepest part of the document above it.
 *
 * @param text JSON
 */
export function positionOf(text: string, path: JsonPath, of: "name" | "value" = "value"): Position {
  let offset = 0;
  let depth = -1;
  const meet = (at: number, levels: readonly Level[]): void => {
    if (
      levels.length > depth &&
      levels.length <= path.length &&
      levels.every(({ step }, index) => step === path[index])
    ) {
      offset = at;
      depth = levels.length;
    }
  };
  const isWanted = (levels: readonly Level[]): boolean => of === "name" && levels.length === path.length;
  scan(text, {
    name: (at, levels) => {
      if (isWanted(levels)) meet(at, levels);
    },
    value: meet,
  });
  return positionAt(text, offset);
}

/** A member that is twice in one object. */
export interface RepeatedMember {
  readonly path: JsonPath;
  readonly first: Position;
  readonly again: Position;
}

/**
 * JSON.parse silently keeps the last one. This is slow; see `countMembers` for whether there is one.
 *
 * @param text JSON
 */
export function findRepeatedMember(text: string): RepeatedMember | undefined {
  const names = new Map<Level, Map<string, number>>();
  let found: RepeatedMember | undefined;
  scan(text, {
    name: (at, levels) => {
      const level = levels.at(-1);
      if (level === undefined || found !== undefined) return;
      const known = names.get(level) ?? new Map<string, number>();
      const first = known.get(String(level.step));
      if (first !== undefined) {
        const path = levels.map(({ step }) => step);
        found = { path, first: positionAt(text, first), again: positionAt(text, at) };
      }
      names.set(level, known.set(String(level.step), at));
    },
  });
  return found;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * How many members all objects of the text have together, those that are repeated included.
 *
 * @param text JSON
 */
export function countMembers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === colon) {
      count++;
    } else if (code === quote) {
      for (at++; text.charCodeAt(at) !== quote; at++) {
        if (text.charCodeAt(at) === backslash) at++;
      }
    }
  }
  return count;
}

/** An open `{` or `[` and the member or index that was reached in it. */
interface Level {
  readonly open: "{" | "[";
  step: string | number;
}

/** What is told of a scan, in the order of the text; the last of `levels` is the member or element that is met. */
interface Visitor {
  readonly name?: (offset: number, levels: readonly Level[]) => void;
  readonly value?: (offset: number, levels: readonly Level[]) => void;
}

/** What may come next, inside the innermost open `{` or `[`. */
type Expect = "value" | "value or ]" | "name" | "name or }" | "colon" | "comma or end";

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @returns the offset at which the text stops being JSON. */
function scan(text: string, visitor: Visitor = {}): number | undefined {
  const levels: Level[] = [];
  let expect: Expect = "value";
  let offset = 0;
  for (;;) {
    offset = skipSpace(text, offset);
    const character = text[offset];
    const inside = levels.at(-1);
    if (expect === "comma or end" && inside === undefined) {
      return character === undefined ? undefined : offset;
    }
    if (closes(character, expect, inside?.open)) {
      levels.pop();
      offset += 1;
      expect = "comma or end";
    } else if (expect === "comma or end") {
      if (character !== ",") return offset;
      offset += 1;
      expect = inside?.open === "{" ? "name" : "value";
      if (typeof inside?.step === "number") inside.step += 1;
    } else if (expect === "colon") {
      if (character !== ":") return offset;
      offset += 1;
      expect = "value";
    } else if (expect === "name" || expect === "name or }") {
      const end = endOfString(text, offset);
      if (end === undefined || inside === undefined) return offset;
      if (visitor.name !== undefined || visitor.value !== undefined) {
        inside.step = JSON.parse(text.slice(offset, end)) as string;
        visitor.name?.(offset, levels);
      }
      offset = end;
      expect = "colon";
    } else {
      visitor.value?.(offset, levels);
      if (character === "{" || character === "[") {
        levels.push({ open: character, step: character === "{" ? "" : 0 });
        offset += 1;
        expect = character === "{" ? "name or }" : "value or ]";
      } else {
        const end = endOfString(text, offset) ?? endOfScalar(text, offset);
        if (end === undefined) return offset;
        offset = end;
        expect = "comma or end";
      }
    }
  }
}

function closes(character: string | undefined, expect: Expect, inside: "{" | "[" | undefined): boolean {
  return inside === "{"
    ? character === "}" && (expect === "name or }" || expect === "comma or end")
    : character === "]" && (expect === "value or ]" || expect === "comma or end");
}

function skipSpace(text: string, start: number): number {
  let offset = start;
  while (" \t\n\r".includes(text[offset] ?? "x")) offset++;
  return offset;
}

const hexadecimal = /[0-9a-fA-F]{4}/y;

/** The offset behind a string that starts at `start`; undefined when there is none. It may not contain control characters. */
function endOfString(text: string, start: number): number | undefined {
  if (text.charCodeAt(start) !== quote) {
    return undefined;
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      return at + 1;
    }
    if (code < 0x20) {
      return undefined;
    }
    if (code === backslash) {
      at++;
      hexadecimal.lastIndex = at + 1;
      if (text[at] === "u" ? !hexadecimal.test(text) : !'"\\/bfnrt'.includes(text[at] ?? "x")) {
        return undefined;
      }
    }
  }
  return undefined;
}

function endOfScalar(text: string, start: number): number | undefined {
  scalar.lastIndex = start;
  const length = scalar.exec(text)?.[0].length;
  return length === undefined ? undefined : start + length;
}

function positionAt(text: string, offset: number): Position {
  let line = 1;
  let begin = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", end + 1)) {
    line++;
    begin = end + 1;
  }
  return { line, column: offset - begin + 1 };
}
