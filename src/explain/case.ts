import type { Decided } from "./what-if.js";
import type { Witnesses } from "./witnesses.js";

/** What an answer is made from. */
export interface Case extends Decided {
  readonly witnesses: Witnesses;
}
