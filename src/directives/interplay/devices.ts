/** What settings about devices do to each other. */
import { drop, type Rule, sets } from "./changes.js";

/** unit_patch_contexts() in src/core/unit.c turns DevicePolicy=auto into closed. */
export const devicesImplyPolicy: Rule = (decisions) =>
  sets(decisions, "PrivateDevices", "yes") && sets(decisions, "DevicePolicy", "closed")
    ? drop(decisions, "DevicePolicy", "PrivateDevices=yes implies closed.")
    : decisions;

/** Nodes are bound into a private /dev; without one the host's nodes are there. */
export const nodesNeedPrivateDevices: Rule = (decisions) =>
  sets(decisions, "PrivateDevices", "yes")
    ? decisions
    : drop(decisions, "BindPaths", "nothing is hidden that has to be brought back.");
