/**
 * Directives that take capabilities away, and those that say who the service is. Sources: capabilities(7),
 * user_namespaces(7), execve(2); tried on 252 and 257.
 */
import { shippedBoundingSet } from "../../directives/capabilities.js";
import { type Capability, capabilities } from "../../facts/names.js";
import { kernelRule } from "./rule.js";
import type { Case, Rule } from "./types.js";

/** What is refused for want of a capability. */
const refusals = new Set(["EACCES", "EPERM"]);

/** Limits of other kinds that a capability lifts: CAP_IPC_LOCK, CAP_SYS_RESOURCE (mlock(2), clone(2), mq_overview(7)). */
const limited: readonly (readonly [errno: string, calls: readonly string[]])[] = [
  ["ENOMEM", ["mlock", "mlock2", "mlockall"]],
  ["EAGAIN", ["clone", "clone3", "fork", "vfork", "mlock", "mlock2", "mlockall"]],
  ["EINVAL", ["mq_open"]],
];

function isCapabilityRefusal({ errno, call }: Case): boolean {
  return refusals.has(errno) || limited.some(([one, calls]) => one === errno && calls.includes(call));
}

/**
 * Those that the call would have taken, where that was asked; undefined where it is not known, as of a program with file
 * capabilities, all of which it must be able to get (execve(2), EPERM).
 */
function wanted({ facts }: Case): readonly Capability[] | undefined {
  if (facts?.some(({ kind }) => kind === "elevation") === true) return undefined;
  return facts?.flatMap((fact) => (fact.kind === "capability" ? [fact.capability] : []));
}

function isMissingCapability(asked: Case): boolean {
  const has = shippedBoundingSet({ unit: asked.sandbox.unit });
  // To read and to search is also what this one allows (generic_permission() in fs/namei.c).
  const holds = (name: Capability): boolean =>
    has(name) || (name === "CAP_DAC_READ_SEARCH" && has("CAP_DAC_OVERRIDE"));
  return isCapabilityRefusal(asked) && (wanted(asked) ?? capabilities).some((name) => !holds(name));
}

const capabilityBoundingSet = kernelRule("CapabilityBoundingSet", isMissingCapability);

/** Ids that are not mapped: setuid(2), chown(2), setgroups(2), open(2). */
const unmapped = new Set(["EINVAL", "EOVERFLOW"]);

const idCalls = /^(?:l|f)?chown|^set(?:re|res|fs)?[ug]id|^setgroups/;

/** Capabilities of a user namespace count for nothing that belongs to the host. */
const privateUsers = kernelRule("PrivateUsers", (asked) => {
  if (asked.levelOf("PrivateUsers") === "no") return false;
  if (unmapped.has(asked.errno)) return asked.errno === "EOVERFLOW" || idCalls.test(asked.call);
  return isCapabilityRefusal(asked) && (asked.facts === undefined || isOfHost(asked));
});

function isOfHost({ facts = [], call }: Case): boolean {
  const kinds = new Set(["capability", "identity", "outside", "keyring", "namespace"]);
  return idCalls.test(call) || facts.some(({ kind }) => kinds.has(kind));
}

/** A program that has rights of its own, or would have: its setuid bit or file capabilities are ignored. */
const noNewPrivileges = kernelRule("NoNewPrivileges", (asked) => {
  const { levelOf, failure, host } = asked;
  const path = failure.evidence.executable ?? failure.state.executable ?? "";
  const file = host.files[path];
  const elevates = ((file?.mode ?? 0) & 0o6000) !== 0 || (file?.capabilities ?? "") !== "";
  return levelOf("NoNewPrivileges") === "yes" && elevates && refusals.has(asked.errno);
});

/** Of capabilities that go with a boolean, the calls that need them. */
const dropped: readonly (readonly [directive: string, capabilities: readonly Capability[]])[] = [
  ["ProtectClock", ["CAP_SYS_TIME", "CAP_WAKE_ALARM"]],
  ["ProtectKernelLogs", ["CAP_SYSLOG"]],
  ["ProtectKernelModules", ["CAP_SYS_MODULE"]],
  ["PrivateDevices", ["CAP_MKNOD", "CAP_SYS_RAWIO"]],
];

function dropRule([directive, taken]: (typeof dropped)[number]): Rule {
  return kernelRule(
    directive,
    (asked) =>
      asked.levelOf(directive) === "yes" &&
      isCapabilityRefusal(asked) &&
      (wanted(asked) ?? []).some((name) => taken.includes(name)),
  );
}

/** May refuse whatever asks for permission; asked where no rule of another directive explains it. */
const permissionDirectives = [
  "AmbientCapabilities",
  "AppArmorProfile",
  "ConfigurationDirectoryMode",
  "CacheDirectoryMode",
  "DynamicUser",
  "Group",
  "LogsDirectoryMode",
  "RuntimeDirectoryMode",
  "SELinuxContext",
  "SecureBits",
  "SmackProcessLabel",
  "StateDirectoryMode",
  "SupplementaryGroups",
  "User",
];

function permissionRule(directive: string): Rule {
  return {
    directive,
    stage: "identity",
    refuses: (asked) => asked.valuesOf(directive).length > 0 && refusals.has(asked.errno),
  };
}

export const privilegeRules: readonly Rule[] = [
  capabilityBoundingSet,
  privateUsers,
  noNewPrivileges,
  ...dropped.map(dropRule),
  ...permissionDirectives.map(permissionRule),
];
