import { type WithheldDecision, insist, set, setList, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import {
  type DeviceNode,
  deviceName,
  deviceNodes,
  isPermanent,
  madeNodes,
  terminalOf,
} from "./device-nodes.js";
import { keptAsShipped } from "./shipped.js";
import type { Context, Decision, Directive, Grant } from "./types.js";
import { compareText } from "../facts/set.js";
import { quoteValue } from "../systemd/dropin.js";

const policy = "DevicePolicy";
const allow = "DeviceAllow";

/** Who used more than this has listed /dev and looked at everything in it. */
const maxNodes = 16;

/**
 * Which devices can be opened, by their numbers: `closed` allows the pseudo devices, DeviceAllow= adds others. What has
 * been opened elsewhere and was passed stays open. ProtectClock=yes adds `char-rtc r` by itself.
 */
export const devicePolicy: Directive = {
  names: [policy, allow],
  from: "strict",
  decide: (context) => {
    const kept = keptAsShipped(context, [policy, allow], ["", "auto"]);
    if (kept !== undefined) {
      return kept;
    }
    const made = madeNodes(context);
    if (made.length > 0) {
      const why = `the service ${describeFacts(made)}, and which devices they are is not in the trace.`;
      return [withhold(policy, "unsafe", why, made), together()];
    }
    return allowing(context);
  },
};

function together(): WithheldDecision {
  return withhold(allow, "meaningless", `it goes with ${policy}=.`);
}

function allowing(context: Context): readonly Decision[] {
  const nodes = deviceNodes(context);
  const grants = [...grantsOf(nodes), ...terminalGrants(context)];
  const lines = grants.map(({ value }) => value);
  const unnamed = nodes.filter((node) => deviceName(node) === undefined).flatMap(({ facts }) => facts);
  const changing = nodes.filter((node) => !isPermanent(node));
  if (unnamed.length > 0 || changing.length > maxNodes) {
    const facts = unnamed.length > 0 ? unnamed : changing.flatMap((node) => node.facts);
    const why =
      unnamed.length > 0
        ? `the service ${describeFacts(facts)}, and which device that is, is not known.`
        : `the service looks at ${changing.length} devices, and perhaps needs only some of them.`;
    const { text, lines: closed } = insist(policy, ["closed"]);
    const advice = { text, lines: [...closed, ...lines.map((line) => `${allow}=${line}`)] };
    return [withhold(policy, "operator", why, facts, [advice]), together()];
  }
  return [
    set(policy, "closed", "Only pseudo devices are opened, and what DeviceAllow= lists."),
    lines.length === 0
      ? withhold(allow, "meaningless", "only pseudo devices are opened.")
      : setList(
          allow,
          lines,
          terminalOf(context.unit) === undefined
            ? "The devices that were opened."
            : "The devices that were opened, and the terminal of the service.",
          grants,
        ),
  ];
}

function terminalGrants({ unit }: Context): readonly Grant[] {
  const terminal = terminalOf(unit);
  return terminal === undefined ? [] : [{ value: rule(terminal), origin: "required", facts: [] }];
}

/**
 * Reading and writing: opened for writing or not, and whether it was opened at all, is not in the facts, because no
 * read-only mount makes a difference there.
 */
function rule(device: string): string {
  return `${quoteValue(device)} rw`;
}

/** One rule per device or group. */
function grantsOf(nodes: readonly DeviceNode[]): readonly Grant[] {
  const byName = new Map<string, DeviceNode[]>();
  for (const node of nodes) {
    const found = deviceName(node);
    if (found !== undefined) {
      byName.set(found, [...(byName.get(found) ?? []), node]);
    }
  }
  const sorted = [...byName].sort(([a], [b]) => compareText(a, b));
  return sorted.map(([device, uses]): Grant => {
    return {
      value: rule(device),
      origin: device.startsWith("/") ? "seen" : "group",
      facts: uses.flatMap(({ facts }) => facts),
    };
  });
}
