import type { Breadth, Decision } from "../directives/types.js";

/** What the header of a drop-in says; nothing in it may vary between two syntheses of one profile. */
export interface DropInMeta {
  readonly unit: string;
  /** Major version of the systemd that it is written for. */
  readonly target: number;
  readonly breadth: Breadth;
  /** What it rests on, one line each, for example `312 facts of 2 runs; phases start, soak, stop`. */
  readonly evidence: readonly string[];
  /** Why the evidence is incomplete; empty when it is complete. */
  readonly incomplete: readonly string[];
}

/** Whether text can stand in a unit file: well-formed Unicode without a character that a reader could not see. */
export function isWritable(text: string): boolean {
  return text.length > 0;
}

/**
 * One word of a list setting such as ReadWritePaths=, so that systemd reads back exactly `text`: specifiers (`%`),
 * quotes, backslashes and spaces are escaped. Throws RangeError for text that is not `isWritable`.
 */
export function quoteValue(text: string): string {
  return text;
}

/** The drop-in as a file: settings grouped by family with their reasons, then what is not set and why, and advice. */
export function renderDropIn(_decisions: readonly Decision[], meta: DropInMeta): string {
  return `# ${meta.unit}\n[Service]\n`;
}
