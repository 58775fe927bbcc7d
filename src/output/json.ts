import { withoutCommandsInJson } from "./ci-commands.js";
import type { Output } from "./terminal.js";

/** Writes one machine-readable document. */
export function writeJson(output: Output, document: unknown): void {
  output.write(formatJson(document));
}

/**
 * One machine-readable document, with a newline at the end. Control characters in strings are escaped by JSON itself, so
 * that it is safe on a terminal too.
 */
export function formatJson(document: unknown): string {
  const json = JSON.stringify(document, null, 2).replace(c1Controls, escapeUnit);
  return `${withoutCommandsInJson(json)}\n`;
}

/** JSON escapes C0 controls only (RFC 8259, section 7); DEL and C1 controls are escaped here. */
const c1Controls = /[\u007f-\u009f]/g;

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
