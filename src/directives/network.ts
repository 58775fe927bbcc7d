import { compareText } from "../facts/set.js";
import type { SocketFact } from "../facts/types.js";
import { setList, withhold } from "./decision.js";
import { byFilter } from "./guards.js";
import type { Advice, Context, Directive, Grant } from "./types.js";
import { shippedList, ships } from "./vendor.js";

const name = "RestrictAddressFamilies";

/** A family name as systemd and strace share them (socket.h); `0x2d` and the like cannot be written. */
const familyName = /^AF_[A-Z0-9]+$/;

/** What a peer's name may resolve to elsewhere. */
const siblings: Readonly<Record<string, string>> = { AF_INET: "AF_INET6", AF_INET6: "AF_INET" };

/**
 * Filters socket(2) by its domain. Sockets that were inherited, accepted or passed need no entry
 * (seccomp_restrict_address_families()). `none` is understood since systemd 249.
 */
export const restrictAddressFamilies: Directive = byFilter({
  names: [name],
  decide: (context) => {
    const sockets = context.facts.ofKind("socket");
    const unnamed = sockets.filter(({ family }) => !familyName.test(family));
    if (unnamed.length > 0) {
      const why = `the service opens sockets of a family without a name, ${unnamed.map(({ family }) => family).join(", ")}.`;
      return [withhold(name, "unsafe", why, unnamed)];
    }
    const wanted = grantsOf(context, sockets);
    const shipped = shippedList(context.unit, name);
    const grants = wanted.filter(({ value }) => ships(shipped, value));
    const dropped = wanted.filter((grant) => !grants.includes(grant)).map(({ value }) => value);
    const kept = dropped.length === 0 ? "" : `; denied as the unit ships it: ${dropped.join(" ")}`;
    const advice =
      wanted.some(({ value }) => value === "AF_NETLINK") || !resolvesOnly(context.facts) ? [] : [resolver];
    return [
      grants.length === 0
        ? setList(name, ["none"], `No socket is opened${kept}.`, [])
        : setList(name, [grants.map(({ value }) => value).join(" ")], `${reason(grants)}${kept}.`, grants),
    ].map((decision) => (advice.length === 0 ? decision : { ...decision, advice }));
  },
});

const resolver: Advice = {
  text: "AF_NETLINK was only used as getaddrinfo(3) does, which does without. If the service itself asks so for the addresses of the host:",
  lines: [`${name}=AF_NETLINK`],
};

/** Names and addresses are looked up by these; a path that was not exercised may well do so (getaddrinfo(3), syslog(3)). */
const usualFamilies = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"];

function grantsOf({ breadth, posture, facts }: Context, sockets: readonly SocketFact[]): Grant[] {
  const seen = new Map<string, Grant>();
  for (const { family } of sockets) {
    if (family === "AF_NETLINK" && resolvesOnly(facts)) {
      continue;
    }
    const uses = sockets.filter((socket) => socket.family === family);
    seen.set(family, { value: family, origin: "seen", facts: uses });
  }
  const connects = facts.ofKind("file").filter(({ access }) => access === "connect");
  if (connects.length > 0 && !seen.has("AF_UNIX")) {
    seen.set("AF_UNIX", { value: "AF_UNIX", origin: "seen", facts: connects });
  }
  const all = new Map(seen);
  if (breadth !== "exact") {
    // A service that only listens binds the addresses that its configuration names, here as elsewhere.
    for (const connect of facts.ofKind("connect")) {
      const value = siblings[connect.family];
      if (value !== undefined && !all.has(value)) {
        all.set(value, { value, origin: "alias", facts: [connect] });
      }
    }
  }
  if (posture === "compatible") {
    for (const value of usualFamilies.filter((family) => !all.has(family))) {
      all.set(value, { value, origin: "group", facts: [] });
    }
  }
  return [...all.values()].sort((a, b) => compareText(a.value, b.value));
}

/**
 * getaddrinfo(3) asks for the addresses of the host, and when it is refused the socket it takes both families of the
 * internet for available (sysdeps/unix/sysv/linux/check_pf.c of the GNU C library). Whoever wants to know interfaces asks
 * for links as well (getifaddrs(3), if_nametoindex(3)).
 */
function resolvesOnly(facts: Context["facts"]): boolean {
  const requests = facts.ofKind("netlink");
  return (
    requests.length > 0 &&
    requests.every(({ request }) => request === "RTM_GETADDR") &&
    facts
      .ofKind("socket")
      .every(({ family, protocol }) => family !== "AF_NETLINK" || protocol === "NETLINK_ROUTE")
  );
}

function reason(grants: readonly Grant[]): string {
  const aliases = grants.filter(({ origin }) => origin === "alias").map(({ value }) => value);
  const rest =
    aliases.length === 0
      ? ""
      : `; ${aliases.join(" ")} was not, but names of peers may resolve to its addresses`;
  const usual = grants.some(({ origin }) => origin === "group") ? ", or usual" : "";
  return `Sockets of these families are opened${usual}${rest}`;
}
