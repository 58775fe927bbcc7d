import { ifAvailable } from "./availability.js";
import { capabilityBoundingSet } from "./capabilities.js";
import { devicePolicy } from "./device-policy.js";
import { bindPaths, privateDevices } from "./devices.js";
import { insist, withhold } from "./decision.js";
import { execPaths } from "./executables.js";
import { protectSystem } from "./file-system.js";
import { restrictFileSystems } from "./file-system-types.js";
import { protectHome } from "./home.js";
import { ipAddressDeny } from "./ip-address.js";
import { siteSpecificDirectives } from "./kept.js";
import { inaccessiblePaths } from "./inaccessible.js";
import {
  protectClock,
  protectControlGroups,
  protectHostname,
  protectKernelLogs,
  protectKernelModules,
  protectKernelTunables,
} from "./kernel.js";
import { memoryDenyWriteExecute } from "./memory.js";
import { privateMounts } from "./mounts.js";
import { restrictNamespaces } from "./namespaces.js";
import { restrictNetworkInterfaces } from "./network-interfaces.js";
import { restrictAddressFamilies } from "./network.js";
import { privateNetwork } from "./private-network.js";
import {
  ambientCapabilities,
  lockPersonality,
  noNewPrivileges,
  restrictRealtime,
  restrictSuidSgid,
} from "./privileges.js";
import { socketBindDeny } from "./socket-bind.js";
import { readOnlyPaths } from "./read-only.js";
import { systemCallArchitectures, systemCallFilter } from "./system-call-filter.js";
import { privateTmp } from "./temporary.js";
import { topology } from "./topology.js";
import { type Context, type Decision, type Directive, postures } from "./types.js";
import { keepShipped } from "./vendor.js";
import { resolve } from "./interplay.js";

/** Every directive that is decided, in the order in which a drop-in shows them. */
export const directives: readonly Directive[] = [
  noNewPrivileges,
  capabilityBoundingSet,
  ambientCapabilities,
  restrictSuidSgid,
  protectSystem,
  protectHome,
  readOnlyPaths,
  inaccessiblePaths,
  execPaths,
  privateTmp,
  privateDevices,
  bindPaths,
  devicePolicy,
  restrictFileSystems,
  privateMounts,
  topology,
  protectKernelTunables,
  protectKernelModules,
  protectKernelLogs,
  protectControlGroups,
  protectClock,
  protectHostname,
  restrictNamespaces,
  restrictRealtime,
  lockPersonality,
  memoryDenyWriteExecute,
  restrictAddressFamilies,
  privateNetwork,
  ipAddressDeny,
  socketBindDeny,
  restrictNetworkInterfaces,
  ...siteSpecificDirectives,
  systemCallArchitectures,
  systemCallFilter,
];

/**
 * Decides every directive of the table, in its order. Pure. A value that would be weaker than what the unit already
 * ships is withheld, and so is one that the target cannot enforce; what settings do to each other is resolved last.
 */
export function decide(context: Context): readonly Decision[] {
  const decisions = directives
    .flatMap((directive) => withinPosture(directive, context))
    .map((decision) => keepShipped(decision, context.unit));
  return resolve(decisions, context);
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
          [insist(decision.directive, decision.values)],
        ),
  );
}
