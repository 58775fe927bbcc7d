/** What settings do to each other, in one place. */
import { insist, type SetDecision, withhold } from "./decision.js";
import type { Context, Decision } from "./types.js";
import { resolveUserManager } from "./user-manager.js";
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
  apply: (decisions, { manager }) => {
    const lost = granted(decisions).filter((capability) => !countsInUserNamespace(capability));
    // What a service of the user manager has, it has in user namespaces that it makes itself.
    return lost.length === 0 || manager === "user"
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

/** Last, because it takes back what rests on settings that others may have taken back. */
const userManager: Rule = { apply: resolveUserManager };

const rules: readonly Rule[] = [
  usersWithCapabilities,
  processesWithPtrace,
  temporaryFilesJoined,
  userManager,
];

/** Applies every rule, in order. */
export function resolve(decisions: readonly Decision[], context: Context): readonly Decision[] {
  return rules.reduce((current, { apply }) => apply(current, context), decisions);
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
