import { insist, setList, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import {
  beyondLoopback,
  internetUse,
  isLoopback,
  opensSockets,
  peersOf,
  unknownPeers,
  type InternetUse,
} from "./internet.js";
import { keptAsShipped } from "./shipped.js";
import type { Context, Decision, Directive, Grant } from "./types.js";

const deny = "IPAddressDeny";
const allow = "IPAddressAllow";

/**
 * Drops the packets of the unit's own AF_INET and AF_INET6 sockets but those from and to what is allowed: a datagram is
 * refused with EPERM, a connection runs into its timeout. Sockets that systemd passes belong to the cgroup of the
 * .socket unit and are not affected (tried on 252 and 257).
 */
export const ipAddressDeny: Directive = {
  names: [deny, allow],
  from: "strict",
  decide: (context) => {
    const use = internetUse(context);
    return (
      keptAsShipped(context, [deny, allow]) ??
      (!opensSockets(use)
        ? noPackets(use)
        : beyondLoopback(use).length === 0
          ? loopbackOnly(use)
          : namedPeers(context, use))
    );
  },
};

const activation = "; sockets that systemd passes are governed by the .socket unit";

function noPackets({ activated }: InternetUse): readonly Decision[] {
  return [
    setList(deny, ["any"], `No internet socket is opened${activated ? activation : ""}.`, []),
    withhold(allow, "meaningless", "nothing has to be allowed."),
  ];
}

function loopbackOnly(use: InternetUse): readonly Decision[] {
  const facts = [...use.binds, ...use.connects, ...use.accepts];
  const why = `Internet sockets talk to this host only${use.activated ? activation : ""}.`;
  return [
    setList(deny, ["any"], why, []),
    setList(allow, ["localhost"], "The loopback addresses.", [
      { value: "localhost", origin: facts.length === 0 ? "alias" : "seen", facts },
    ]),
  ];
}

/** Peers in a network come and go, so only `isolated` takes those that were seen for all that there are. */
function namedPeers(context: Context, use: InternetUse): readonly Decision[] {
  const peers = peersOf(use);
  const unknown = unknownPeers(use);
  const words = [...peers.keys()].join(" ");
  if (context.posture === "isolated" && unknown.length === 0 && words !== "") {
    const grants = [...peers].map(([value, facts]): Grant => ({ value, origin: "seen", facts }));
    return [
      setList(deny, ["any"], "Only what was talked to is reached and heard.", []),
      setList(allow, [words], `${onlySeen(use)}${use.activated ? activation : ""}.`, grants),
    ];
  }
  const facts = beyondLoopback(use);
  const why =
    unknown.length === 0
      ? `the service ${describeFacts(facts)}, and only you know whom else; posture isolated takes what was seen for all.`
      : `the service ${describeFacts(unknown)}, and who its peers are was not seen.`;
  const lines = insist(deny, ["any"]);
  const text = `${lines.text.replace(/:$/, "")}, with the addresses or networks of all peers:`;
  const advice = { text, lines: [...lines.lines, `${allow}=${words === "" ? "localhost" : words}`] };
  return [
    withhold(deny, "operator", why, facts, [advice]),
    withhold(allow, "meaningless", `it goes with ${deny}=.`),
  ];
}

function onlySeen(use: InternetUse): string {
  const open = use.binds.find(({ address, port }) => port !== 0 && !isLoopback(address));
  return open === undefined
    ? "The peers that were seen; others are not reached"
    : `The peers that were seen; port ${open.port} of ${open.address} is closed to all others`;
}
