/**
 * What a system call is worth. Most of what calls do is decided by their arguments and is a fact of its own (files,
 * sockets, namespaces, identities); left for the call itself is what no other fact tells: the code of the kernel that
 * comes in reach, and what it would do with a capability.
 *
 * The rule: a call of a group that `systemd-analyze security` weighs, or one outside of @system-service, is `medium`, and
 * `high` or `medium` as the table says when the service has the capability that makes it work; other calls are `low`. The
 * tables name the exceptions. Sources: the manual pages of the calls, src/shared/seccomp-util.c of systemd.
 */
import { systemCallsOf } from "../directives/system-calls.js";
import type { Context } from "../directives/types.js";
import type { Capability } from "../facts/names.js";
import type { Architecture, SyscallFact } from "../facts/types.js";
import { heldBy } from "./held.js";
import { callWorths, groupWorths, type CallWorth } from "./system-call-worths.js";
import { type Assessment, low, medium } from "./types.js";
import { weightedGroups, weightOfGroup } from "./weights.js";

/** Groups of the newest systemd known here: what a call does is the same under an older one. */
const { groups } = systemCallsOf(Number.POSITIVE_INFINITY);

const isIn = (name: string, group: string): boolean => groups.get(group)?.has(name) === true;

/** A call that was made. Refused ones grant nothing: they fail under a filter as they failed without. */
export function assessSyscall(fact: SyscallFact, context: Context): Assessment {
  const { name, result, architecture } = fact;
  if (result !== "used") {
    const why = result === "EPERM" ? "as it does when a filter refuses it" : "as on a kernel without it";
    return low(`An attacker would gain nothing: ${name} fails with ${result}, ${why}.`);
  }
  const held = (wanted: readonly Capability[]) => heldBy(wanted, context.facts, context.unit);
  const assessed = assessCall(name, held);
  return isSecondary(architecture, context.host.architecture)
    ? {
        severity: assessed.severity === "low" ? "medium" : assessed.severity,
        gain: `An attacker could make calls of ${architecture} beside those of ${context.host.architecture}, ${name} among them: less tested ways into the kernel.`,
      }
    : assessed;
}

/**
 * A call by its name alone.
 *
 * @param held one of these capabilities that the service has; undefined for none
 */
export function assessCall(
  name: string,
  held: (wanted: readonly Capability[]) => Capability | undefined,
): Assessment {
  const { severity, could, needs, powerless } = worthOf(name);
  if (needs === undefined) {
    return { severity, gain: `By ${name} an attacker could ${could}.` };
  }
  const capability = held(needs);
  if (capability !== undefined) {
    return { severity, gain: `By ${name} an attacker could ${could}, for the service has ${capability}.` };
  }
  const missing = `By ${name} an attacker could ${could} if they also had ${needs[0] ?? ""}`;
  return powerless === "low"
    ? low(`${missing}, and nothing of that without.`)
    : medium(`${missing}, and reach without it code of the kernel that services rarely use.`);
}

/** A call that is named counts before its groups. */
function worthOf(name: string): CallWorth {
  const named = callWorths.get(name);
  if (named !== undefined) return named;
  for (const [group, worth] of groupWorths) if (isIn(name, group)) return worth;
  return isIn(name, "@system-service") || isIn(name, "@default")
    ? { severity: "low", could: "do what usual services do" }
    : { severity: "medium", could: "reach code of the kernel that services do not usually use" };
}

/** As `systemd-analyze security` weighs the worst group of a call. */
export function weightOfSyscall({ name, result }: SyscallFact): number {
  return result === "used" ? weightOfCall(name) : 0;
}

/** The weight of the heaviest group that a call is in. */
export function weightOfCall(name: string): number {
  return Math.max(0, ...weightedGroups.filter((group) => isIn(name, group)).map(weightOfGroup));
}

/** Interfaces of older processors that the same kernel has as well (src/shared/seccomp-util.c, seccomp_local_archs). */
const secondary: Readonly<Partial<Record<Architecture, readonly Architecture[]>>> = {
  "x86-64": ["x86", "x32"],
  arm64: ["arm"],
};

function isSecondary(architecture: Architecture, host: Architecture): boolean {
  return secondary[host]?.includes(architecture) === true;
}
