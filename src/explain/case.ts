import type { Decision } from "../directives/types.js";
import type { FactSet } from "../facts/set.js";
import type { Decided } from "./what-if.js";
import type { Witnesses } from "./witnesses.js";

/** What an answer is made from. */
export interface Case extends Decided {
  readonly witnesses: Witnesses;
  /** All that the service did; what it does without is not in the facts of the context. */
  readonly used: FactSet;
  /** What would be decided if all that was used were granted. */
  readonly generous: readonly Decision[];
}
