import { capabilityBoundingSet } from "./capabilities.js";
import { privateDevices } from "./devices.js";
import { protectSystem } from "./file-system.js";
import { protectHome } from "./home.js";
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
import { restrictAddressFamilies } from "./network.js";
import {
  ambientCapabilities,
  lockPersonality,
  noNewPrivileges,
  restrictRealtime,
  restrictSuidSgid,
} from "./privileges.js";
import { systemCallArchitectures, systemCallFilter } from "./system-call-filter.js";
import { privateTmp } from "./temporary.js";
import type { Context, Decision, Directive } from "./types.js";
import { keepShipped } from "./vendor.js";

/** Every directive that is decided, in the order in which a drop-in shows them. */
export const directives: readonly Directive[] = [
  noNewPrivileges,
  capabilityBoundingSet,
  ambientCapabilities,
  restrictSuidSgid,
  protectSystem,
  protectHome,
  privateTmp,
  privateDevices,
  privateMounts,
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
  systemCallArchitectures,
  systemCallFilter,
];

/**
 * Decides every directive of the table, in its order. Pure. A value that would be weaker than what the unit already
 * ships is withheld, and so is one that the target cannot enforce.
 */
export function decide(context: Context): readonly Decision[] {
  return directives
    .flatMap((directive) => directive.decide(context))
    .map((decision) => keepShipped(decision, context.unit));
}
