import type { Output } from "./terminal.js";

/**
 * Writes one machine-readable document. Control characters in strings are escaped by JSON itself, so that it is safe
 * on a terminal too.
 */
export function writeJson(output: Output, document: unknown): void {
  output.write(`${JSON.stringify(document, null, 2).replace(c1Controls, escapeUnit)}\n`);
}

/** JSON escapes C0 controls only (RFC 8259, section 7); DEL and C1 controls are escaped here. */
const c1Controls = /[\u007f-\u009f]/g;

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
