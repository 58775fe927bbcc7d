/** What settings do to each other, in one place. */
import { layOut } from "./isolation.js";
import { closeExecHoles, leaveHomesHidden, leaveReadOnly } from "./mount-interplay.js";
import type { Context, Decision } from "./types.js";

/** One way in which settings meet: given all decisions, those that change. */
interface Rule {
  /** What is known of it, and where from. */
  readonly apply: (decisions: readonly Decision[], context: Context) => readonly Decision[];
}

const rules: readonly Rule[] = [
  { apply: leaveHomesHidden },
  { apply: layOut },
  { apply: leaveReadOnly },
  { apply: closeExecHoles },
];

/** Applies every rule, in order. */
export function resolve(decisions: readonly Decision[], context: Context): readonly Decision[] {
  return rules.reduce((current, { apply }) => apply(current, context), decisions);
}
