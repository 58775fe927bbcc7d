/**
 * Datagram sockets that are connected only to learn which source address the kernel would choose, and closed again, as
 * getaddrinfo(3) does to sort what it found (RFC 3484): nothing is sent, so that is no use of the network.
 */
import type { CallRecord } from "../strace-parser/types.js";
import { type Entry, Ledger, type Moment } from "./ledger.js";
import type { AddressFact } from "./types.js";
import { numberOf } from "./values.js";

interface Probe {
  readonly fd: number;
  /** The last call of the process that belongs to it. */
  readonly ordinal: number;
  readonly key: string;
}

/** Calls that ask, and those that end the connection (connect(2): to another address, or to none). */
const asking = new Set(["getsockname", "getpeername"]);
const ending = new Set(["close", "connect"]);

/** Memory is bounded by the number of different addresses. */
export class Probes {
  readonly #connects = new Ledger<AddressFact>();
  readonly #used = new Set<string>();
  readonly #pending = new Map<number, Probe>();

  /** `call` has connected the datagram socket `fd`. */
  begin(moment: Moment, call: CallRecord, fd: number, fact: AddressFact): void {
    const { family, type, address, port } = fact;
    const key = `${family}|${type}|${address}|${port}`;
    this.#connects.note(key, moment, () => fact);
    if (!this.#used.has(key)) this.#pending.set(call.pid, { fd, ordinal: call.ordinal, key });
  }

  /** Takes every call, before it is interpreted: one that is no part of a probe may be the use of its socket. */
  next(call: CallRecord): void {
    if (this.#pending.size === 0) return;
    const probe = this.#pending.get(call.pid);
    if (probe === undefined) return;
    this.#pending.delete(call.pid);
    const goesOn = call.ordinal === probe.ordinal + 1 && numberOf(call.firstArg) === probe.fd;
    if (goesOn && asking.has(call.name)) this.#pending.set(call.pid, { ...probe, ordinal: call.ordinal });
    else if (!goesOn || !ending.has(call.name)) this.#used.add(probe.key);
  }

  /** The connections that may have been used. */
  *facts(): Generator<readonly [AddressFact, Entry<AddressFact>]> {
    const pending = new Set([...this.#pending.values()].map(({ key }) => key));
    for (const entry of this.#connects.entries()) {
      const { family, type, address, port } = entry.value;
      const key = `${family}|${type}|${address}|${port}`;
      if (this.#used.has(key) || pending.has(key)) yield [entry.value, entry];
    }
  }
}
