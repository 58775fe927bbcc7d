/** What settings do to each other, in one place. */
import { boundNodes } from "./devices.js";
import { type SetDecision, setList, withhold } from "./decision.js";
import type { Context, Decision } from "./types.js";

/** One way in which settings meet: given all decisions, those that change. */
interface Rule {
  /** What is known of it, and where from. */
  readonly because: string;
  readonly apply: (decisions: readonly Decision[], context: Context) => readonly Decision[];
}

const rules: readonly Rule[] = [
  {
    because: "PrivateDevices=yes turns DevicePolicy=auto into closed (unit_patch_contexts() in src/core/unit.c)",
    apply: (decisions) =>
      valueOf(decisions, "PrivateDevices") === "yes" && valueOf(decisions, "DevicePolicy") === "closed"
        ? replace(decisions, withhold("DevicePolicy", "meaningless", "PrivateDevices=yes implies closed."))
        : decisions,
  },
  {
    because: "a node in a private /dev is a bind mount, made before /dev becomes read-only (tried on 252 and 257)",
    apply: (decisions, context) => {
      const nodes = valueOf(decisions, "PrivateDevices") === "yes" ? boundNodes(context) : [];
      return nodes.length === 0 ? decisions : replace(decisions, withNodes(decisions, nodes));
    },
  },
  {
    because: "the only interface of a new network namespace is lo (network_namespaces(7))",
    apply: (decisions) =>
      valueOf(decisions, "PrivateNetwork") === "yes" && valueOf(decisions, "RestrictNetworkInterfaces") === "lo"
        ? replace(
            decisions,
            withhold("RestrictNetworkInterfaces", "meaningless", "PrivateNetwork=yes leaves lo only."),
          )
        : decisions,
  },
];
