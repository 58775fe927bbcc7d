/** What settings do to each other, in one place. */
import { insist, type SetDecision, withhold } from "./decision.js";
import { closeExecHoles, leaveHomesHidden, leaveReadOnly } from "./mount-interplay.js";
import type { Context, Decision } from "./types.js";
import { countsInUserNamespace } from "./users.js";

/** One way in which settings meet: given all decisions, those that change. */
interface Rule {
  /** What is known of it, and where from. */
  readonly apply: (decisions: readonly Decision[], context: Context) => readonly Decision[];
}

/**
 * The service has no capability outside of its user namespace, whatever is granted (user_namespaces(7)); which settings
 * grant some, the directive itself cannot know.
 */
const usersWithCapabilities: Rule = {
  apply: (decisions) => {
    const lost = granted(decisions).filter((capability) => !countsInUserNamespace(capability));
    return lost.length === 0
      ? decisions
      : change(decisions, "PrivateUsers", (decision) => {
          const why = `${lost.join(" ")} would count for nothing behind it.`;
          return withhold("PrivateUsers", "operator", why, [], [insist("PrivateUsers", decision.values)]);
        });
  },
};

/** CAP_SYS_PTRACE sees through hidepid= (ptrace_may_access()); the setting holds for when it is no longer granted. */
const processesWithPtrace: Rule = {
  apply: (decisions) =>
    granted(decisions).includes("CAP_SYS_PTRACE")
      ? change(decisions, "ProtectProc", (decision) => ({
          ...decision,
          why: `${decision.why} Without effect for who has CAP_SYS_PTRACE.`,
        }))
      : decisions,
};

/** A tmpfs of its own would part the service from the units that it shares /tmp with (systemd.unit(5)). */
const temporaryFilesJoined: Rule = {
  apply: (decisions, { unit }) =>
    (unit.properties["JoinsNamespaceOf"] ?? "") === ""
      ? decisions
      : change(decisions, "PrivateTmp", (decision) => ({ ...decision, values: ["yes"] })),
};

const rules: readonly Rule[] = [
  usersWithCapabilities,
  processesWithPtrace,
  temporaryFilesJoined,
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

/** Capabilities that the settings name as granted. */
function granted(decisions: readonly Decision[]): readonly string[] {
  return decisions.flatMap((decision) =>
    decision.decision === "set" && /^(?:CapabilityBoundingSet|AmbientCapabilities)$/.test(decision.directive)
      ? decision.values.filter((value) => value.startsWith("CAP_")).flatMap((value) => value.split(" "))
      : [],
  );
}

/** Changes one setting, where it is set. */
function change(
  decisions: readonly Decision[],
  directive: string,
  by: (decision: SetDecision) => Decision,
): readonly Decision[] {
  return decisions.map((decision) =>
    decision.directive === directive && decision.decision === "set" ? by(decision) : decision,
  );
}
