/**
 * What could do something to a terminal, or make a line read differently from what it is: C0 and C1 controls and DEL,
 * line and paragraph separators, marks that reorder text (Unicode UAX #9), invisible characters, lone surrogates.
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text that a traced program chose, or a file that someone else wrote, made fit for one line of a terminal: every
 * unsafe character becomes `\xNN` or `\u{NNNN}`.
 */
export function safe(text: string): string {
  return text.replace(unsafe, escapeCharacter);
}

/** The same for text of several lines: newlines stay. */
export function safeLines(text: string): string {
  return text.split("\n").map(safe).join("\n");
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
