import { ifAvailable } from "./availability.js";
import { capabilityBoundingSet } from "./capabilities.js";
import { devicePolicy } from "./device-policy.js";
import { bindPaths, privateDevices } from "./devices.js";
import { delegate, protectControlGroups } from "./control-groups.js";
import { umask } from "./creation.js";
import { insist, withhold } from "./decision.js";
import { withholdDropped } from "./dropped.js";
import { execPaths } from "./executables.js";
import { adopt, adoptable } from "./identity/adopt.js";
import { ownDirectories } from "./identity/directory-settings.js";
import { credentials, dynamicUser, userAndGroups } from "./identity/index.js";
import { protectSystem } from "./file-system.js";
import { restrictFileSystems } from "./file-system-types.js";
import { protectHome } from "./home.js";
import { ipAddressDeny } from "./ip-address.js";
import { inaccessiblePaths } from "./inaccessible.js";
import {
  protectClock,
  protectHostname,
  protectKernelLogs,
  protectKernelModules,
  protectKernelTunables,
} from "./kernel.js";
import { privateIpc, removeIpc } from "./ipc.js";
import { leftAlone } from "./left-alone.js";
import { keyringMode } from "./keyring.js";
import { limitFsize, limitNproc } from "./limits.js";
import { memoryDenyWriteExecute, memoryKsm } from "./memory.js";
import { privateMounts } from "./mounts.js";
import { restrictNamespaces } from "./namespaces.js";
import { restrictNetworkInterfaces } from "./network-interfaces.js";
import { restrictAddressFamilies } from "./network.js";
import { privateNetwork } from "./private-network.js";
import { notifyAccess } from "./notification.js";
import { privateBpf } from "./private-bpf.js";
import {
  ambientCapabilities,
  lockPersonality,
  noNewPrivileges,
  restrictRealtime,
  restrictSuidSgid,
} from "./privileges.js";
import { socketBindDeny } from "./socket-bind.js";
import { readOnlyPaths } from "./read-only.js";
import { privatePids, procSubset, protectProc } from "./processes.js";
import { systemCallArchitectures, systemCallFilter } from "./system-call-filter.js";
import { privateTmp } from "./temporary.js";
import { topology } from "./topology.js";
import { type Context, type Decision, type Directive, postures } from "./types.js";
import { privateUsers } from "./users.js";
import { keepShipped } from "./vendor.js";
import { resolve } from "./interplay/index.js";
import { isolation } from "./isolation.js";

/** What facts never set by themselves: it is advice, or was adopted before. */
const identity: readonly Directive[] = [dynamicUser, userAndGroups, ownDirectories, credentials];

/** Every directive that may be set, in the order in which a drop-in shows them. */
export const directives: readonly Directive[] = [
  ...identity,
  noNewPrivileges,
  capabilityBoundingSet,
  adoptable(ambientCapabilities),
  restrictSuidSgid,
  privateUsers,
  umask,
  keyringMode,
  protectSystem,
  protectHome,
  isolation,
  readOnlyPaths,
  inaccessiblePaths,
  execPaths,
  privateTmp,
  privateDevices,
  bindPaths,
  devicePolicy,
  restrictFileSystems,
  privateMounts,
  protectKernelTunables,
  protectKernelModules,
  protectKernelLogs,
  protectControlGroups,
  protectClock,
  protectHostname,
  privateBpf,
  delegate,
  protectProc,
  procSubset,
  privatePids,
  privateIpc,
  removeIpc,
  notifyAccess,
  restrictNamespaces,
  restrictRealtime,
  lockPersonality,
  memoryDenyWriteExecute,
  memoryKsm,
  limitNproc,
  limitFsize,
  restrictAddressFamilies,
  privateNetwork,
  ipAddressDeny,
  socketBindDeny,
  restrictNetworkInterfaces,
  systemCallArchitectures,
  systemCallFilter,
];

/** Those that a drop-in never sets: they come out with the reason. */
const neverSet: readonly Directive[] = [topology, ...leftAlone];

/**
 * Decides every directive of the table, in its order, after taking the advice that is to be adopted. Pure. A value that
 * would be weaker than what the unit already ships is withheld, and so is one that the target cannot enforce, or that was
 * dropped; what settings do to each other is resolved last.
 */
export function decide(given: Context): readonly Decision[] {
  return decideOn([...directives, ...neverSet], given);
}

/**
 * The same for whoever compares what facts set: without the directives that facts never set, about which there is much to
 * find out and to advise.
 */
export function decideConfinement(given: Context): readonly Decision[] {
  return decideOn(confining, given);
}

const confining = directives.filter((directive) => !identity.includes(directive));

function decideOn(chosen: readonly Directive[], given: Context): readonly Decision[] {
  const context = adopt(given);
  const decisions = chosen
    .flatMap((directive) => withinPosture(directive, context))
    .map((decision) => keepShipped(decision, context.unit));
  // Once more: what settings do to each other may have brought some back.
  return withholdDropped(resolve(withholdDropped(decisions, context), context), context);
}

/** Withholds what the target cannot enforce, and what only a stricter posture sets. */
function withinPosture(directive: Directive, context: Context): readonly Decision[] {
  const { from = "compatible" } = directive;
  const decisions = directive.decide(context).map((decision) => ifAvailable(decision, context));
  if (postures.indexOf(context.posture) >= postures.indexOf(from)) {
    return decisions;
  }
  return decisions.map((decision) =>
    decision.decision === "withheld"
      ? decision
      : withhold(
          decision.directive,
          "operator",
          `posture ${context.posture} leaves it out, because what the soak missed may need it; --posture ${from} sets it.`,
          [],
          directive.completed === true ? [] : [insist(decision.directive, decision.values)],
        ),
  );
}
