/** What settings about the network do to each other. */
import { drop, type Rule, sets } from "./changes.js";

/** The only interface of a new network namespace is lo (network_namespaces(7)). */
export const networkLeavesLoopback: Rule = (decisions) =>
  sets(decisions, "PrivateNetwork", "yes") && sets(decisions, "RestrictNetworkInterfaces", "lo")
    ? drop(decisions, "RestrictNetworkInterfaces", "PrivateNetwork=yes leaves lo only.")
    : decisions;
