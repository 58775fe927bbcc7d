/**
 * Text that someone else chose, in Markdown (CommonMark with the extensions of GitHub and GitLab). Escaping does not
 * keep `@name`, `#12`, `https://…` or `:smile:` from becoming mentions and links, a code span does.
 */
import { withoutCommands } from "../ci-commands.js";
import { safe } from "../escape.js";
import { cut } from "../explanation/layout.js";

/** A comment is no place for more of one text. */
const longest = 300;

/**
 * A code span of exactly this text. Its fence is longer than any run of backticks in it, and spaces keep backticks and
 * spaces at its ends (CommonMark, section 6.1). Not for cells of a table, where `|` ends a code span too.
 */
export function code(text: string): string {
  const line = withoutCommands(safe(cut(text, longest)));
  const runs = line.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  if (line.trim() === "") {
    return line === "" ? "` `" : `${fence}${line}${fence}`;
  }
  return /^[ `]|[ `]$/.test(line) ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Nothing that means anything in Markdown, and no hexadecimal number that could be a commit. */
const plainWord =
  /^(?![0-9a-f]{7,}\b)(?!GH-\d)[(“]?[\p{L}\d](?:[\p{L}\d]|[-’'](?=[\p{L}\d]))*[)”]?[.,;:!?…]?$/iu;
const dash = /^[-–—→…]$/;
/** At the beginning of a line these would begin a list. */
const bullet = /^(?:[-–—→]|\d+[.)])$/;

/** A sentence: words stay words, and whatever is not plainly one becomes code. */
export function prose(text: string): string {
  const words = cut(text, longest * 2)
    .split(" ")
    .filter((word) => word !== "");
  return words
    .map((word, i) => {
      const isPlain = (plainWord.test(word) || dash.test(word)) && !(i === 0 && bullet.test(word));
      return isPlain ? word : markWord(word);
    })
    .join(" ");
}

const bodyOf = /^(\(?)(.*?)([.,;:)]*)$/su;

/** What ends a sentence, and parentheses around a word, are not part of the code. */
function markWord(word: string): string {
  const [, start = "", body = "", end = ""] = bodyOf.exec(word) ?? [];
  return body === "" ? code(word) : `${start}${code(body)}${end}`;
}
