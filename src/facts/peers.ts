/** Who talks to the sockets that the unit has bound: accepted connections and datagrams received. */
import { type Entry, Ledger, type Moment } from "./ledger.js";
import { RecentMap } from "./recent.js";
import type { AcceptFact, AddressFact, Fact } from "./types.js";

/** Beyond so many peers of one port they are no longer told apart: which ones come differs from run to run. */
const mostPeers = 16;

/** Names of AF_UNIX sockets beyond these are taken for those that strangers connect to. Ports end at 65,535. */
const mostNames = 70_000;

/** Answers from addresses beyond these are taken for those of strangers. */
const mostReached = 100_000;

/** Whoever asked longer ago than so many others gets no reply any more. */
const mostAsked = 1000;

/** What a peer is called that nobody needs to know more of. */
export const otherPeer = "{other}";

/** A socket as others reach it; the unit's own connections to it are counted under `key`. */
export interface BoundSocket {
  readonly family: string;
  readonly type: string;
  /** 0 for a port that the kernel has chosen, and for AF_UNIX. */
  readonly port: number;
  readonly key: string;
}

/** Peers that may have been the unit itself: how many came, and how often the unit set out for them. */
interface Tally {
  came: number;
  set: number;
}

interface Group {
  readonly addresses: Set<string>;
  /** Keys of its sockets to which somebody on this machine came; empty for those that are not counted. */
  readonly local: Set<string>;
}

/** Memory is bounded by the number of ports and names that are bound. */
export class Peers {
  readonly #seen = new Ledger<AcceptFact>();
  readonly #groups = new Map<string, Group>();
  readonly #reached = new Set<string>();
  readonly #asked = new RecentMap<boolean>(mostAsked);
  readonly #tallies = new Map<string, Tally>();

  /** The unit has bound a socket; until then it can be no peer of itself. */
  bound(key: string): void {
    if (!this.#tallies.has(key) && this.#tallies.size < mostNames)
      this.#tallies.set(key, { came: 0, set: 0 });
  }

  /** The unit has connected or sent to this address: whoever is there may answer. */
  reached(address: string): void {
    if (this.#reached.size < mostReached) this.#reached.add(address);
  }

  isReached(address: string): boolean {
    return this.#reached.has(address);
  }

  /** The unit has connected or sent to a socket on this machine, which may be its own. */
  setOut(key: string): void {
    const tally = this.#tallies.get(key);
    if (tally !== undefined) tally.set++;
  }

  /** Somebody came to `socket`; of peers of AF_UNIX sockets there is no address. */
  came(moment: Moment, socket: BoundSocket, address: string): void {
    const { family, type, port, key } = socket;
    const name = groupOf(socket);
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = { addresses: new Set(), local: new Set() }));
    if (group.addresses.size <= mostPeers) group.addresses.add(address);
    const known = group.addresses.has(address) ? address : otherPeer;
    this.#seen.note(`${name}|${known}`, moment, () => ({
      kind: "accept",
      family,
      type,
      address: known,
      port,
    }));
    if (!isLocal(family, address)) return;
    const tally = this.#tallies.get(key);
    group.local.add(tally === undefined ? "" : key);
    if (tally !== undefined) tally.came++;
  }

  /** A datagram came from there: what is sent back from another socket, as tftpd(8) does, is a reply as well. */
  asked(address: string, port: number): void {
    this.#asked.set(endpointKey(address, port), true);
  }

  hasAsked(address: string, port: number): boolean {
    return this.#asked.get(endpointKey(address, port)) === true;
  }

  /** Has this address come to that socket, or so many that none is told apart? What is sent there is a reply. */
  knows(socket: BoundSocket, address: string): boolean {
    const addresses = this.#groups.get(groupOf(socket))?.addresses;
    return addresses !== undefined && (addresses.size > mostPeers || addresses.has(address));
  }

  /** Peers on this machine are the unit itself as far as it set out as often as they came. */
  *facts(): Generator<readonly [AcceptFact, Entry<AcceptFact>]> {
    for (const entry of this.#seen.entries()) {
      const fact = entry.value;
      const group = this.#groups.get(groupOf(fact));
      const isCrowded = (group?.addresses.size ?? 0) > mostPeers;
      const tallies = isLocal(fact.family, fact.address) ? this.#talliesOf(group) : undefined;
      if (tallies?.some(({ set }) => set > 0) === true) yield [{ ...fact, address: "self" }, entry];
      if (tallies?.every(({ came, set }) => came <= set) !== true)
        yield [isCrowded ? { ...fact, address: otherPeer } : fact, entry];
    }
  }

  #talliesOf(group: Group | undefined): readonly Tally[] {
    return [...(group?.local ?? [])].map((key) => this.#tallies.get(key) ?? stranger);
  }
}

/**
 * What to make of each fact once all are known: internet addresses of connect facts become `{other}` where one port of
 * very many is used. Those of this machine keep their names.
 */
export function foldTargets(facts: readonly Fact[]): (fact: Fact) => Fact {
  const targets = new Map<string, Set<string>>();
  for (const fact of facts) {
    if (!isTarget(fact)) continue;
    const addresses = targets.get(groupOf(fact));
    if (addresses === undefined) targets.set(groupOf(fact), new Set([fact.address]));
    else addresses.add(fact.address);
  }
  return (fact) =>
    isTarget(fact) && (targets.get(groupOf(fact))?.size ?? 0) > mostPeers
      ? { ...fact, address: otherPeer }
      : fact;
}

function isTarget(fact: Fact): fact is AddressFact {
  return fact.kind === "connect" && fact.family !== "AF_UNIX" && !isLoopback(fact.address);
}

function endpointKey(address: string, port: number): string {
  return `${address}|${port}`;
}

/** Of a socket to which the unit did not connect. */
const stranger: Tally = { came: 1, set: 0 };

function groupOf({ family, type, port }: Pick<BoundSocket, "family" | "type" | "port">): string {
  return `${family}|${type}|${port}`;
}

function isLocal(family: string, address: string): boolean {
  return family === "AF_UNIX" || isLoopback(address);
}

/** An address that leads to this machine alone, or as the target of a connection that is none (0.0.0.0) to it as well. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d)/, "");
  return /^127\.\d+\.\d+\.\d+$/.test(plain) || ["0.0.0.0", "::1", "::"].includes(plain);
}
