/**
 * The texts of patterns: `*` stands for any characters but `/`, `**` for any characters, and a whole path component
 * `/**` for no or any number of components, so that `/etc/**` is /etc and all that lies below it. A backslash makes the
 * next character an ordinary one. Matching takes time linear in the text for each wildcard, whatever the pattern says.
 */

/** Of a path; what is longer matches none (PATH_MAX, include/uapi/linux/limits.h). */
const maxLength = 4096;

const maxWildcards = 32;

/** `star`: `*`; `deep`: `**`; `components`: a `/**` that ends the pattern or is followed by `/`. */
type Wildcard = { readonly wildcard: "star" | "deep" | "components" };

type Token = string | Wildcard;

export interface Glob {
  /** Literal texts and what stands between them; none for the empty text. */
  readonly tokens: readonly Token[];
  /** All of it, where there is no wildcard. */
  readonly literal: string | undefined;
}

/** Why a text is no pattern, to follow "…: ". */
export interface GlobProblem {
  readonly problem: string;
}

/** What path patterns of shells know and these do not: taken for an ordinary character it would match nothing. */
const foreign: Readonly<Record<string, string>> = {
  "?": "one character",
  "[": "a choice of characters",
  "{": "a choice of words",
};

/** What stands in facts for what varies (src/facts/placeholders.ts) and for many addresses: ordinary text. */
const placeholder = /^\{(?:pid|other-pid|uuid|random|hash|date|counter|other)\}/;

/** Reads a pattern's text. */
export function parseGlob(text: string): Glob | GlobProblem {
  if (text.length > maxLength) return { problem: `it is longer than ${maxLength} characters` };
  const tokens: Token[] = [];
  let literal = "";
  const wildcard = (kind: Wildcard["wildcard"]): void => {
    if (literal !== "") tokens.push(literal);
    literal = "";
    tokens.push({ wildcard: kind });
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
    const fixed = placeholder.exec(rest)?.[0];
    const escaped = /^\\([*?[{\\])/.exec(rest)?.[1];
    const character = text.charAt(at);
    if (stars > 2) return { problem: "there are * and **, but no ***" };
    if (/^\/\*\*(?:\/|$)/.test(rest)) {
      wildcard("components");
      at += "/**".length;
    } else if (stars > 0) {
      wildcard(stars === 1 ? "star" : "deep");
      at += stars;
    } else if (escaped !== undefined) {
      literal += escaped;
      at += 2;
    } else if (character === "\\") {
      return { problem: "a backslash stands before *, ?, [, { or another backslash only" };
    } else if (fixed !== undefined) {
      literal += fixed;
      at += fixed.length;
    } else if (character in foreign) {
      return {
        problem: `${character} is no wildcard here (${foreign[character] ?? ""} elsewhere), only * and ** are; write \\${character} for the character itself`,
      };
    } else {
      literal += character;
      at += 1;
    }
  }
  if (literal !== "") tokens.push(literal);
  const wildcards = tokens.filter((token) => typeof token !== "string").length;
  if (wildcards > maxWildcards) return { problem: `it has more than ${maxWildcards} wildcards` };
  return { tokens, literal: wildcards === 0 ? literal : undefined };
}

/** Does the pattern stand for this whole text? */
export function matchesGlob({ tokens, literal }: Glob, text: string): boolean {
  if (literal !== undefined) return text === literal;
  if (!holdsLiterals(tokens, text)) return false;
  let reached: readonly number[] = [0];
  for (const token of tokens) {
    reached = typeof token === "string" ? behind(token, text, reached) : beyond(token, text, reached);
    if (reached.length === 0) return false;
  }
  return reached.at(-1) === text.length;
}

/** Are all literal texts there, one behind the other? Nearly every text that does not match fails here, at little cost. */
function holdsLiterals(tokens: readonly Token[], text: string): boolean {
  const [first] = tokens;
  if (typeof first === "string" && !text.startsWith(first)) return false;
  let at = 0;
  for (const token of tokens) {
    if (typeof token !== "string") continue;
    const found = text.indexOf(token, at);
    if (found < 0) return false;
    at = found + token.length;
  }
  return true;
}

/** Where one is after a literal text, from any of the places that have been reached (in rising order). */
function behind(literal: string, text: string, reached: readonly number[]): number[] {
  const next: number[] = [];
  for (const from of reached) if (text.startsWith(literal, from)) next.push(from + literal.length);
  return next;
}

/** Where one may be after a wildcard. */
function beyond({ wildcard }: Wildcard, text: string, reached: readonly number[]): number[] {
  const [first = 0] = reached;
  switch (wildcard) {
    case "star":
      return withinComponent(text, reached);
    case "deep":
      return range(first, text.length);
    case "components":
      return atComponents(text, reached);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function withinComponent(text: string, reached: readonly number[]): number[] {
  const next: number[] = [];
  let covered = -1;
  for (const from of reached) {
    if (from <= covered) continue;
    const slash = text.indexOf("/", from);
    covered = slash < 0 ? text.length : slash;
    for (let at = from; at <= covered; at++) next.push(at);
  }
  return next;
}

/** Here, and behind each of the components that follow if one begins here. */
function atComponents(text: string, reached: readonly number[]): number[] {
  const next = new Set(reached);
  const start = reached.find((from) => text[from] === "/");
  for (let at = start; at !== undefined && at < text.length; ) {
    const slash = text.indexOf("/", at + 1);
    at = slash < 0 ? text.length : slash;
    next.add(at);
  }
  return [...next].sort((a, b) => a - b);
}
