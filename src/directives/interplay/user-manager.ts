/** What settings do to each other in the user manager (`systemd --user`). */
import { type SetDecision, withhold } from "../decision.js";
import { inPidNamespace, inUserNamespace, userManagerLack } from "../managers.js";
import type { Advice, Context, Decision } from "../types.js";
import type { Decisions } from "./changes.js";

/** All of it; nothing for the system manager. */
export function resolveUserManager(decisions: Decisions, { manager }: Context): Decisions {
  return manager === "system"
    ? decisions
    : nameLacks(restUponPids(restUponUsers(decisions))).map(tellOfNotifySocket);
}

/** Without a user namespace an ordinary user can neither mount nor give up capabilities. */
function restUponUsers(decisions: Decisions): Decisions {
  const users = decisions.find(({ directive }) => directive === "PrivateUsers");
  if (users?.decision !== "withheld") {
    return decisions;
  }
  const { reason, why, facts } = users;
  return decisions.map((decision) => {
    if (decision.decision === "withheld" || !inUserNamespace.has(decision.directive)) {
      return decision;
    }
    const advice =
      reason === "operator" ? [together(decision.directive, decision.values, "PrivateUsers")] : [];
    const text = `in the user manager it needs PrivateUsers=yes: ${why}`;
    return withhold(decision.directive, reason, text, facts, advice);
  });
}

/** A /proc of its own needs a PID namespace of its own there, in which nobody else's processes are left to be hidden. */
function restUponPids(decisions: Decisions): Decisions {
  const isPrivate = decisions.some(
    ({ directive, decision }) => directive === "PrivatePIDs" && decision === "set",
  );
  return decisions.map((decision) => {
    const { directive } = decision;
    if (decision.decision === "withheld" || !inPidNamespace.has(directive)) {
      return decision;
    }
    if (!isPrivate) {
      return withhold(directive, "unavailable", "the user manager ignores it without PrivatePIDs=yes.");
    }
    return directive === "ProtectProc"
      ? withhold(directive, "meaningless", "PrivatePIDs=yes leaves no processes of others.")
      : decision;
  });
}

/** What it cannot do is no decision of the operator's, and no advice either. */
function nameLacks(decisions: Decisions): Decisions {
  return decisions.map((decision) => {
    const { directive } = decision;
    const lack = userManagerLack(directive, "");
    return lack !== undefined && decision.decision === "withheld" && decision.reason !== "meaningless"
      ? withhold(directive, "unavailable", lack)
      : withFeasibleAdvice(decision);
  });
}

function withFeasibleAdvice(decision: Decision): Decision {
  const { advice = [], ...rest } = decision;
  const feasible = advice.filter(({ lines }) => lines.every(isFeasible));
  return feasible.length === 0 ? rest : { ...rest, advice: feasible };
}

/** Whether the user manager does what a line of a unit file says. */
function isFeasible(line: string): boolean {
  const end = line.indexOf("=");
  return userManagerLack(line.slice(0, end), line.slice(end + 1)) === undefined;
}

/**
 * The socket of sd_notify(3) is the manager's, below $XDG_RUNTIME_DIR; so is its bus, by which a service could start another
 * one that nothing confines. A command is learned without the one, and better off without the other.
 */
const runtimeDirectories = "/run/user";

function tellOfNotifySocket(decision: Decision): Decision {
  const lines = decision.decision === "set" ? linesWithSocket(decision) : undefined;
  const text = `With Type=notify, whose socket is in ${runtimeDirectories}:`;
  return lines === undefined
    ? decision
    : { ...decision, advice: [...(decision.advice ?? []), { text, lines }] };
}

/** The one socket in an otherwise empty directory (tried on 252 and 257). */
const onlySocket = "BindReadOnlyPaths=%t/systemd/notify";

/** What to write instead of a setting that hides it; undefined for others. */
function linesWithSocket({ directive, values }: SetDecision): readonly string[] | undefined {
  if (directive === "ProtectHome") {
    return values.some((value) => value === "yes" || value === "tmpfs")
      ? ["ProtectHome=tmpfs", onlySocket]
      : undefined;
  }
  const rest = values.map((value) => value.replace(/(?:^| )-?\/run\/user(?= |$)/, "").trimStart());
  return directive === "InaccessiblePaths" && rest.join() !== values.join()
    ? [
        ...rest.filter((value, i) => value !== "" || i === 0).map((value) => `${directive}=${value}`),
        `TemporaryFileSystem=${runtimeDirectories}:ro`,
        onlySocket,
      ]
    : undefined;
}

function together(directive: string, values: readonly string[], ground: string): Advice {
  return {
    text: `To set ${directive}= all the same:`,
    lines: [`${ground}=yes`, ...values.map((value) => `${directive}=${value}`)],
  };
}
