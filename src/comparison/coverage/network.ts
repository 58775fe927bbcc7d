/**
 * Which new uses of the network give nothing more, as far as no setting tells: the same port of another peer. Another port,
 * family or kind of socket is a reach that was not there.
 */
import { isInternet, isLoopback } from "../../directives/internet.js";
import type { FactSet } from "../../facts/set.js";
import type { AcceptFact, AddressFact, NetlinkFact, SocketFact } from "../../facts/types.js";

type Internet = AddressFact | AcceptFact;

/** Listens on, or talks to: everyone, the network, this host. A smaller number reaches more. */
function scopeOf(address: string): number {
  if (address === "0.0.0.0" || address === "::" || address === "{other}") return 0;
  return address === "self" || isLoopback(address) ? 2 : 1;
}

const isSameEnd = (a: Internet, b: Internet): boolean =>
  a.family === b.family && a.type === b.type && a.port === b.port;

/** Fails for AF_UNIX, whose abstract names are each another peer. */
function coversEnd(known: Internet, fact: Internet): boolean {
  return isInternet(fact) && isSameEnd(known, fact) && scopeOf(known.address) <= scopeOf(fact.address);
}

export function bindCoverage(facts: FactSet, fact: AddressFact): string | undefined {
  const known = facts.ofKind("bind").find((bind) => coversEnd(bind, fact));
  return known && `port ${known.port} of ${known.address} already`;
}

/** `0.0.0.0` as a peer is this host (ip(7)); a port of 0 asks for a route and sends nothing (RFC 6724). */
export function connectCoverage(facts: FactSet, fact: AddressFact): string | undefined {
  if (!isInternet(fact)) return undefined;
  if (fact.type === "SOCK_DGRAM" && fact.port === 0) return "it asks for a route and sends nothing";
  const known = facts
    .ofKind("connect")
    .find((connect) => isSameEnd(connect, fact) && peerScope(connect.address) <= peerScope(fact.address));
  return known && `port ${known.port} of ${known.address} already`;
}

/** One peer in the network is as far as another one. */
function peerScope(address: string): number {
  const isHost = address === "0.0.0.0" || address === "::" || scopeOf(address) === 2;
  return isHost ? 1 : 0;
}

/** Who else comes is no doing of the service, where it lets them. */
export function acceptCoverage(facts: FactSet, fact: AcceptFact): string | undefined {
  const served = facts
    .ofKind("accept")
    .find((one) => isSameEnd(one, fact) && (one.address !== "self" || fact.address === "self"));
  if (served !== undefined) {
    return isInternet(fact) ? `peers of port ${served.port} already` : "peers of AF_UNIX sockets already";
  }
  const bound = facts.ofKind("bind").find((one) => isSameEnd(one, fact) && reaches(one, fact));
  return bound && `port ${bound.port} of ${bound.address} already`;
}

function reaches({ address }: AddressFact, peer: AcceptFact): boolean {
  return scopeOf(address) < 2 || scopeOf(peer.address) === 2;
}

const plainTypes: ReadonlySet<string> = new Set(["SOCK_STREAM", "SOCK_DGRAM"]);

/** Where its other end is, facts of their own say; raw packets and other protocols go beyond that (raw(7)). */
export function socketCoverage(
  facts: FactSet,
  fact: SocketFact,
  isFamilyGranted: boolean,
): string | undefined {
  const isKnown = facts.ofKind("socket").some(({ family }) => family === fact.family);
  if (fact.family === "AF_UNIX") return isKnown ? "AF_UNIX sockets already" : "it reaches no network";
  const isPlain = isInternet(fact) && plainTypes.has(fact.type) && fact.protocol === "";
  return isPlain && (isKnown || isFamilyGranted) ? `${fact.family} sockets already` : undefined;
}

/** Questions change nothing (rtnetlink(7)). */
export function netlinkCoverage(facts: FactSet, { request }: NetlinkFact): string | undefined {
  const isQuestion = request.startsWith("RTM_GET");
  const hasRoutes = facts.ofKind("netlink").length > 0;
  return isQuestion && hasRoutes ? "it asks the kernel already" : undefined;
}
