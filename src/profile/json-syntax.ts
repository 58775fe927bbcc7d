/**
 * Finds where a text stops being JSON (RFC 8259), in lines and columns from 1. JSON.parse tells no position for many
 * errors, and a profile is a file that people merge by hand: a leftover `<<<<<<<` should be found at once.
 *
 * @returns undefined when the text is JSON.
 */
export function findSyntaxError(text: string): { line: number; column: number } | undefined {
  const offset = errorOffset(text);
  if (offset === undefined) {
    return undefined;
  }
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

const whitespace = /[ \t\n\r]*/y;
// A JSON string may not contain control characters.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next, inside the innermost open `{` or `[`. */
type Expect = "value" | "value or ]" | "name" | "name or }" | "colon" | "comma or end";

function errorOffset(text: string): number | undefined {
  const open: ("{" | "[")[] = [];
  let expect: Expect = "value";
  let offset = 0;
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text)?.[0].length;
    offset += found ?? 0;
    return found !== undefined;
  };
  for (;;) {
    match(whitespace);
    const character = text[offset];
    const inside = open.at(-1);
    if (expect === "comma or end" && inside === undefined) {
      return character === undefined ? undefined : offset;
    }
    if (closes(character, expect, inside)) {
      open.pop();
      offset += 1;
      expect = "comma or end";
    } else if (expect === "comma or end") {
      if (character !== ",") return offset;
      offset += 1;
      expect = inside === "{" ? "name" : "value";
    } else if (expect === "colon") {
      if (character !== ":") return offset;
      offset += 1;
      expect = "value";
    } else if (expect === "name" || expect === "name or }") {
      if (!match(string)) return offset;
      expect = "colon";
    } else if (character === "{" || character === "[") {
      open.push(character);
      offset += 1;
      expect = character === "{" ? "name or }" : "value or ]";
    } else {
      if (!match(string) && !match(scalar)) return offset;
      expect = "comma or end";
    }
  }
}

function closes(character: string | undefined, expect: Expect, inside: "{" | "[" | undefined): boolean {
  return inside === "{"
    ? character === "}" && (expect === "name or }" || expect === "comma or end")
    : character === "]" && (expect === "value or ]" || expect === "comma or end");
}
