/** What settings do to each other, in one place. */
import { withhold } from "./decision.js";
import { closeExecHoles, leaveHomesHidden, leaveReadOnly } from "./mount-interplay.js";
import type { Context, Decision } from "./types.js";

/** One way in which settings meet: given all decisions, those that change. */
interface Rule {
  /** What is known of it, and where from. */
  readonly apply: (decisions: readonly Decision[], context: Context) => readonly Decision[];
}

const rules: readonly Rule[] = [
  // unit_patch_contexts() in src/core/unit.c turns DevicePolicy=auto into closed.
  {
    apply: (decisions) =>
      sets(decisions, "PrivateDevices", "yes") && sets(decisions, "DevicePolicy", "closed")
        ? drop(decisions, "DevicePolicy", "PrivateDevices=yes implies closed.")
        : decisions,
  },
  // Nodes are bound into a private /dev; without one the host's nodes are there.
  {
    apply: (decisions) =>
      sets(decisions, "PrivateDevices", "yes")
        ? decisions
        : drop(decisions, "BindPaths", "nothing is hidden that has to be brought back."),
  },
  // The only interface of a new network namespace is lo (network_namespaces(7)).
  {
    apply: (decisions) =>
      sets(decisions, "PrivateNetwork", "yes") && sets(decisions, "RestrictNetworkInterfaces", "lo")
        ? drop(decisions, "RestrictNetworkInterfaces", "PrivateNetwork=yes leaves lo only.")
        : decisions,
  },
  { apply: leaveHomesHidden },
  { apply: leaveReadOnly },
  { apply: closeExecHoles },
];

/** Applies every rule, in order. */
export function resolve(decisions: readonly Decision[], context: Context): readonly Decision[] {
  return rules.reduce((current, { apply }) => apply(current, context), decisions);
}

/** Whether `directive` is set, and its last line is `value`. */
function sets(decisions: readonly Decision[], directive: string, value: string): boolean {
  return decisions.some(
    (one) => one.directive === directive && one.decision === "set" && one.values.at(-1) === value,
  );
}

/** `directive` without a meaning, if it is set. */
function drop(decisions: readonly Decision[], directive: string, why: string): readonly Decision[] {
  return decisions.map((one) =>
    one.directive === directive && one.decision === "set" ? withhold(directive, "meaningless", why) : one,
  );
}
