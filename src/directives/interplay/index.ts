/** What settings do to each other, in one place; each rule says where it is known from. */
import type { Context } from "../types.js";
import type { Decisions, Rule } from "./changes.js";
import { devicesImplyPolicy, nodesNeedPrivateDevices } from "./devices.js";
import { closeExecHoles, keepCodeReadOnly } from "./code.js";
import { layOut } from "./isolation.js";
import { keepRunReadOnly, leaveHomesHidden, leaveReadOnly } from "./mounts.js";
import { networkLeavesLoopback } from "./network.js";
import { processesWithPtrace, temporaryFilesJoined, usersWithCapabilities } from "./processes.js";
import { resolveUserManager } from "./user-manager.js";

/** In this order: each sees what those before it have changed. */
const rules: readonly Rule[] = [
  usersWithCapabilities,
  processesWithPtrace,
  temporaryFilesJoined,
  devicesImplyPolicy,
  nodesNeedPrivateDevices,
  networkLeavesLoopback,
  layOut,
  leaveHomesHidden,
  leaveReadOnly,
  keepRunReadOnly,
  keepCodeReadOnly,
  closeExecHoles,
  // Last: it takes back what rests on settings that others may have taken back.
  resolveUserManager,
];

/** Applies every rule, in order. */
export function resolve(decisions: Decisions, context: Context): Decisions {
  return rules.reduce((current, rule) => rule(current, context), decisions);
}
