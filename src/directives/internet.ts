/** What the service did on the internet sockets that are its own: made in the unit, not passed to it. */
import { BlockList, isIP } from "node:net";
import { compareText } from "../facts/set.js";
import type { AcceptFact, AddressFact, Fact, SocketFact } from "../facts/types.js";
import { remembered } from "./remembered.js";
import type { Context } from "./types.js";

const families = new Set(["AF_INET", "AF_INET6"]);

export const isInternet = ({ family }: { readonly family: string }): boolean => families.has(family);

export interface InternetUse {
  readonly sockets: readonly SocketFact[];
  readonly binds: readonly AddressFact[];
  /** Those that carry packets. */
  readonly connects: readonly AddressFact[];
  readonly accepts: readonly AcceptFact[];
  /** Systemd passes it internet sockets, which belong to the .socket unit: their namespace, their cgroup. */
  readonly activated: boolean;
}

const noUse = { sockets: [], binds: [], connects: [], accepts: [] };

export const internetUse = remembered(findInternetUse);

function findInternetUse({ facts }: Context): InternetUse {
  const sockets = facts.ofKind("socket").filter(isInternet);
  const binds = facts.ofKind("bind").filter(isInternet);
  const activated = facts
    .ofKind("inherited")
    .some(({ source, object }) => source === "activation" && /^AF_INET6?\b/.test(object));
  const isOwn = ({ port }: AcceptFact): boolean => !activated || binds.some((bind) => bind.port === port);
  if (activated && sockets.length === 0) {
    return { ...noUse, activated };
  }
  return {
    sockets,
    binds,
    connects: facts.ofKind("connect").filter((fact) => isInternet(fact) && !isRouteQuery(fact)),
    accepts: facts.ofKind("accept").filter((fact) => isInternet(fact) && isOwn(fact)),
    activated,
  };
}

/** Whether there is a socket at all; who attached late did not see it made. */
export function opensSockets({ sockets, binds, connects, accepts }: InternetUse): boolean {
  return sockets.length + binds.length + connects.length + accepts.length > 0;
}

/** getaddrinfo(3) connects a datagram socket to see which source address it would get, and sends nothing (RFC 6724). */
function isRouteQuery({ type, port }: AddressFact): boolean {
  return type === "SOCK_DGRAM" && port === 0;
}

/** The names that IPAddressAllow= knows (systemd.resource-control(5)). */
const namedRanges = [
  { name: "localhost", subnets: ["127.0.0.0/8", "::1/128"] },
  { name: "link-local", subnets: ["169.254.0.0/16", "fe80::/64"] },
  { name: "multicast", subnets: ["224.0.0.0/4", "ff00::/8"] },
].map(({ name, subnets }) => ({ name, list: listOf(subnets) }));

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = "", prefix] = subnet.split("/");
    list.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

/** Packets to the IPv4 addresses that IPv6 sockets write like this are IPv4 packets (ipv6(7)). */
const mapped = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** 0.0.0.0 and :: as a destination mean the host itself (ip_route_output_key_hash_rcu() in net/ipv4/route.c). */
const wildcards = new Set(["0.0.0.0", "::", "::ffff:0.0.0.0"]);

const isWildcard = (address: string): boolean => wildcards.has(address);

/** What IPAddressAllow= must say to let packets of a peer through; undefined for what is no single address. */
export function rangeOf(peer: string): string | undefined {
  if (isWildcard(peer)) {
    return "localhost";
  }
  const address = peer.replace(mapped, "");
  // isIP() takes a zone for part of an address, IPAddressAllow= does not.
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0) {
    return undefined;
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  return namedRanges.find(({ list }) => list.check(address, family))?.name ?? address;
}

export const isLoopback = (address: string): boolean =>
  !isWildcard(address) && rangeOf(address) === "localhost";

/** The peer of an accept fact that is the unit itself: the connect fact has its address. */
const isSelf = ({ address }: AcceptFact): boolean => address === "self";

/** Facts about traffic that leaves the loopback interface, or comes from elsewhere, or could. */
export function beyondLoopback({ binds, connects, accepts }: InternetUse): readonly Fact[] {
  return [
    ...binds.filter(({ address }) => !isLoopback(address)),
    ...connects.filter(({ address }) => rangeOf(address) !== "localhost"),
    ...accepts.filter((fact) => !isSelf(fact) && !isLoopback(fact.address)),
  ];
}

/** The same for traffic with anything that is not the unit itself, through the ports that it binds. */
export function beyondUnit({ binds, connects, accepts }: InternetUse): readonly Fact[] {
  const ports = new Set(binds.map(({ type, port }) => `${type} ${port}`));
  return [
    ...binds.filter(({ address }) => !isLoopback(address)),
    ...connects.filter(
      ({ address, type, port }) => rangeOf(address) !== "localhost" || !ports.has(`${type} ${port}`),
    ),
    ...accepts.filter((fact) => !isSelf(fact)),
  ];
}

/** What was talked to, as IPAddressAllow= names it and without repetition, each with its facts. */
export function peersOf({ connects, accepts }: InternetUse): ReadonlyMap<string, readonly Fact[]> {
  const peers = new Map<string, Fact[]>();
  for (const fact of [...connects, ...accepts]) {
    const range = rangeOf(fact.address);
    if (range !== undefined) {
      peers.set(range, [...(peers.get(range) ?? []), fact]);
    }
  }
  return new Map([...peers].sort(([a], [b]) => compareText(a, b)));
}

/**
 * Ways in which peers stay unknown: there were too many to name, or a listening port that is open to the network was
 * not used by anybody.
 */
export function unknownPeers({ binds, connects, accepts }: InternetUse): readonly Fact[] {
  const used = new Set(accepts.map(({ type, port }) => `${type} ${port}`));
  const isNameless = (address: string): boolean => rangeOf(address) === undefined;
  return [
    ...connects.filter(({ address }) => isNameless(address)),
    ...accepts.filter((fact) => !isSelf(fact) && isNameless(fact.address)),
    ...binds.filter(
      ({ type, address, port }) => port !== 0 && !isLoopback(address) && !used.has(`${type} ${port}`),
    ),
  ];
}
