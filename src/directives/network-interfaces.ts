import { setList, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { beyondLoopback, internetUse, opensSockets } from "./internet.js";
import { keptAsShipped } from "./shipped.js";
import type { Directive } from "./types.js";

const name = "RestrictNetworkInterfaces";

/** Drops the packets of the unit's own sockets on interfaces that are not listed; on `lo` are those of this host to itself. */
export const restrictNetworkInterfaces: Directive = {
  names: [name],
  from: "strict",
  decide: (context) => {
    const kept = keptAsShipped(context, [name]);
    if (kept !== undefined) {
      return kept;
    }
    const use = internetUse(context);
    if (!opensSockets(use)) {
      return [
        withhold(name, "meaningless", "no internet socket is opened, and IPAddressDeny= denies all packets."),
      ];
    }
    const facts = beyondLoopback(use);
    if (facts.length === 0) {
      const grant = {
        value: "lo",
        origin: "seen",
        facts: [...use.binds, ...use.connects, ...use.accepts],
      } as const;
      return [setList(name, ["lo"], "Internet sockets talk to this host only.", [grant])];
    }
    const advice = {
      text: `${name}= can list the interfaces on the way to the peers (ip route get ADDRESS), and lo.`,
      lines: [],
    };
    const why = `the service ${describeFacts(facts)}, and through which interface differs from host to host.`;
    return [withhold(name, "operator", why, facts, [advice])];
  },
};
