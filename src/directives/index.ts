import type { Context, Decision, Directive } from "./types.js";

/** Every directive that is decided, in the order in which a drop-in shows them. */
export const directives: readonly Directive[] = [];

/**
 * Decides every directive of the table, in its order. Pure. A value that would be weaker than what the unit already
 * ships is withheld, and so is one that the target cannot enforce.
 */
export function decide(context: Context): readonly Decision[] {
  return directives.flatMap((directive) => directive.decide(context));
}
