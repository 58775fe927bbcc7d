/** What settings about processes and users do to each other, and to capabilities. */
import { insist, withhold } from "../decision.js";
import { countsInUserNamespace } from "../users.js";
import { change, type Decisions, type Rule } from "./changes.js";

/** Capabilities that the settings name as granted. */
function granted(decisions: Decisions): readonly string[] {
  return decisions.flatMap((decision) =>
    decision.decision === "set" && /^(?:CapabilityBoundingSet|AmbientCapabilities)$/.test(decision.directive)
      ? decision.values.filter((value) => value.startsWith("CAP_")).flatMap((value) => value.split(" "))
      : [],
  );
}

/**
 * The service has no capability outside of its user namespace, whatever is granted (user_namespaces(7)); which settings
 * grant some, the directive itself cannot know.
 */
export const usersWithCapabilities: Rule = (decisions, { manager }) => {
  const lost = granted(decisions).filter((capability) => !countsInUserNamespace(capability));
  // What a service of the user manager has, it has in user namespaces that it makes itself.
  return lost.length === 0 || manager === "user"
    ? decisions
    : change(decisions, "PrivateUsers", (decision) => {
        const why = `${lost.join(" ")} would count for nothing behind it.`;
        return withhold("PrivateUsers", "operator", why, [], [insist("PrivateUsers", decision.values)]);
      });
};

/** CAP_SYS_PTRACE sees through hidepid= (ptrace_may_access()); the setting holds for when it is no longer granted. */
export const processesWithPtrace: Rule = (decisions) =>
  granted(decisions).includes("CAP_SYS_PTRACE")
    ? change(decisions, "ProtectProc", (decision) => ({
        ...decision,
        why: `${decision.why} Without effect for who has CAP_SYS_PTRACE.`,
      }))
    : decisions;

/** A tmpfs of its own would part the service from the units that it shares /tmp with (systemd.unit(5)). */
export const temporaryFilesJoined: Rule = (decisions, { unit }) =>
  (unit.properties["JoinsNamespaceOf"] ?? "") === ""
    ? decisions
    : change(decisions, "PrivateTmp", (decision) => ({ ...decision, values: ["yes"] }));
