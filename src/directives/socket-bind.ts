import { compareText } from "../facts/set.js";
import type { AddressFact, Fact } from "../facts/types.js";
import { setList, withhold } from "./decision.js";
import { internetUse } from "./internet.js";
import { keptAsShipped } from "./shipped.js";
import type { Context, Directive, Grant } from "./types.js";

const deny = "SocketBindDeny";
const allow = "SocketBindAllow";

/** systemd reads at most this many rules of one list (SOCKET_BIND_MAX_RULES in src/core/bpf/socket-bind/socket-bind-api.bpf.h). */
const maxRules = 128;

/** From so many ports of one family and protocol on, it is taken for granted that they are chosen at random. */
const manyPorts = 8;

/**
 * Refuses bind(2) of internet sockets with EPERM, by family (an IPv6 socket that also serves IPv4 counts as IPv6),
 * protocol and port. Not affected, all tried: port 0 of connect(2) and of listen(2) without bind, raw sockets, which have
 * a bind of their own (raw_bind() in net/ipv4/raw.c), and sockets that systemd passes. Multipath TCP counts as TCP.
 */
export const socketBindDeny: Directive = {
  names: [deny, allow],
  from: "strict",
  decide: (context) => {
    const kept = keptAsShipped(context, [deny, allow]);
    if (kept !== undefined) {
      return kept;
    }
    const grants = grantsOf(context);
    if (grants.length === 0) {
      return [
        setList(deny, ["any"], "No internet socket is bound.", []),
        withhold(allow, "meaningless", "nothing has to be allowed."),
      ];
    }
    const rules = grants.map(({ value }) => value);
    return [
      setList(deny, ["any"], "Ports are bound by these rules only.", []),
      setList(allow, rules, `The ports that were bound${remark(rules)}.`, grants),
    ];
  },
};

/** A rule with a port never matches port 0, where the kernel chooses: that needs one for all ports. */
function remark(rules: readonly string[]): string {
  const open = rules.filter((rule) => !/\d$/.test(rule) || /^ipv[46]$/.test(rule));
  return open.length === 0 ? "" : `; any port of ${open.join(", ")}, because the kernel or chance chooses it`;
}

/** Types whose bind the kernel asks the program about; SOCK_RAW and SCTP's SOCK_SEQPACKET have their own. */
const hookedTypes = new Set(["SOCK_STREAM", "SOCK_DGRAM", ""]);

function grantsOf(context: Context): readonly Grant[] {
  const binds = internetUse(context).binds.filter(({ type }) => hookedTypes.has(type));
  const groups = new Map<string, AddressFact[]>();
  for (const bind of binds) {
    const scope = scopeOf(context, bind);
    groups.set(scope, [...(groups.get(scope) ?? []), bind]);
  }
  const grants = [...groups].flatMap(([scope, uses]) => portsOf(scope, uses));
  const rules = grants.length <= maxRules ? grants : [...groups].map(([scope, uses]) => seen(scope, uses));
  return rules.sort((a, b) => compareText(a.value, b.value));
}

/** `ipv4:tcp`; without protocol where it is not sure. */
function scopeOf({ facts }: Context, { family, type }: AddressFact): string {
  const version = family === "AF_INET" ? "ipv4" : "ipv6";
  const isUdpLite = facts
    .ofKind("socket")
    .some((socket) => socket.family === family && socket.protocol === "IPPROTO_UDPLITE");
  if (type === "SOCK_STREAM") {
    return `${version}:tcp`;
  }
  return type === "SOCK_DGRAM" && !isUdpLite ? `${version}:udp` : version;
}

function portsOf(scope: string, uses: readonly AddressFact[]): readonly Grant[] {
  const ports = [...new Set(uses.map(({ port }) => port))].sort((a, b) => a - b);
  if (ports.includes(0) || ports.length >= manyPorts) {
    return [seen(scope, uses)];
  }
  return ports.map((port) =>
    seen(
      `${scope}:${port}`,
      uses.filter((use) => use.port === port),
    ),
  );
}

function seen(value: string, facts: readonly Fact[]): Grant {
  return { value, origin: "seen", facts };
}
