/** Whom sockets talk to: connections made and accepted, datagrams sent and received. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type InternetAddress, internetAddress, printedEndpoints, unixName } from "./addresses.js";
import { boundSocket, portKey, socketOf } from "./endpoints.js";
import { type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup } from "./lookups.js";
import { isLoopback, otherPeer } from "./peers.js";
import type { Place } from "./place.js";
import { placeAt } from "./places.js";
import type { AddressFact } from "./types.js";
import { hasName, memberOf, numberOf } from "./values.js";

/** Notes a fact of bind or connect. */
export function noteAddress(
  trace: Interpretation,
  kind: AddressFact["kind"],
  type: string,
  at: InternetAddress,
): void {
  const { family, address, port } = at;
  trace.factBy(`${kind}|${family}|${type}|${address}|${port}`, () => ({ kind, family, type, address, port }));
}

/** 64 bits in hexadecimal, as sd-bus draws them for a name of its own since systemd 254 (`@4aa20c88f0d5efb1/bus/…`). */
const drawnName = /(?<![0-9A-Za-z])[0-9a-f]{12,16}(?![0-9A-Za-z])/g;

/** The same for a name in the abstract namespace of AF_UNIX, `@name`. */
export function noteAbstract(
  trace: Interpretation,
  kind: AddressFact["kind"],
  type: string,
  name: string,
): void {
  noteAddress(trace, kind, type, { family: "AF_UNIX", address: abstractName(trace, name), port: 0 });
}

/** `@name` with its run-specific parts replaced. */
export function abstractName(trace: Interpretation, name: string): string {
  return trace.normal(`/${name.replace(drawnName, "{random}")}`).slice(1);
}

/** EINPROGRESS is on its way; ECONNREFUSED reached a socket nobody listens on. */
function isReached(call: CallRecord): boolean {
  return succeeded(call) || call.errno === "EINPROGRESS" || call.errno === "EALREADY";
}

function connect(trace: Interpretation, call: CallRecord): void {
  const [fd, to] = call.args;
  const at = internetAddress(to);
  if (at === undefined) {
    unixPeer(trace, call, fd, to);
    return;
  }
  if (!isReached(call)) return;
  const { type } = socketOf(trace, fd);
  setOut(trace, type, at);
  const number = numberOf(fd);
  if (type === "SOCK_DGRAM" && number !== undefined) {
    if (!trace.muted && !trace.peers.hasAsked(at.address, at.port))
      trace.probes.begin(trace, call, number, { kind: "connect", ...at, type });
  } else noteAddress(trace, "connect", type, at);
}

function setOut(trace: Interpretation, type: string, at: InternetAddress): void {
  trace.peers.reached(at.address);
  if (isLoopback(at.address)) trace.peers.setOut(portKey(type, at.port));
}

/** Whom a datagram is sent to; an answer to whoever sent one to this socket is no connection of ours. */
export function datagramTo(trace: Interpretation, call: CallRecord, fd: Value | undefined, to: Value): void {
  const at = internetAddress(to);
  if (at === undefined) {
    unixPeer(trace, call, fd, to);
    return;
  }
  if (!isReached(call)) return;
  const { type } = socketOf(trace, fd);
  setOut(trace, type, at);
  const from = boundSocket(trace, fd, { family: at.family, type });
  if (!trace.peers.knows(from, at.address) && !trace.peers.hasAsked(at.address, at.port))
    noteAddress(trace, "connect", type, at);
}

function unixPeer(
  trace: Interpretation,
  call: CallRecord,
  fd: Value | undefined,
  to: Value | undefined,
): void {
  const name = unixName(to);
  if (name === undefined) return;
  if ("path" in name) pathPeer(trace, call, placeAt(trace, undefined, name.path, true));
  else if (isReached(call)) {
    trace.peers.setOut(name.abstract);
    notification(trace, name.abstract);
    noteAbstract(trace, "connect", socketOf(trace, fd).type, name.abstract);
  }
}

/** The message bus starts other services on request; what they do is not in the trace. */
const busSocket = /^(?:\/var)?\/run\/dbus\/system_bus_socket$/;

function pathPeer(trace: Interpretation, call: CallRecord, at: Place | undefined): void {
  if (at === undefined) return;
  if (!succeeded(call)) {
    failedLookup(trace, call, at);
    return;
  }
  trace.peers.setOut(at.path);
  notification(trace, at.path);
  trace.see("connect", at);
  trace.check("permission", at, 2, "connect to");
  if (busSocket.test(at.path))
    trace.fact({
      kind: "blind-spot",
      cause: "d-bus",
      detail: "services that it asks over the system bus are not traced",
    });
}

/** $NOTIFY_SOCKET of the system manager, of a user's, and of versions before 219 (sd_notify(3)). */
const notifySocket = /^(?:(?:\/var)?\/run\/(?:user\/\d+\/)?systemd\/notify|@.*\bsystemd1?\/notify)$/;

/** Who connects to it sends to it; systemd asks who it was (NotifyAccess=, systemd.service(5)). */
function notification(trace: Interpretation, name: string): void {
  if (notifySocket.test(name))
    trace.fact({ kind: "notification", sender: trace.process.isMain ? "main" : "other" });
}

/** A connection to a socket of the unit, whoever made that. */
function accept(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call) || trace.muted) return;
  const listening = call.firstArg;
  const kind = socketOf(trace, listening);
  const from = acceptedFrom(call, kind.family);
  if (from === undefined) return;
  const socket = boundSocket(trace, listening, { family: from.family, type: kind.type || "SOCK_STREAM" });
  if (socket.key !== "") trace.peers.bound(socket.key);
  trace.peers.came(trace, socket, from.address);
}

/**
 * The peer, in the family of the listening socket where that is known. What -yy prints behind the new descriptor is read
 * at less cost than the address, and is there when the program does not ask for that.
 */
function acceptedFrom(
  call: CallRecord,
  family: string,
): Pick<InternetAddress, "family" | "address"> | undefined {
  const printed = family === "" ? undefined : printedEndpoints(call.resultDescriptor)?.remote;
  if (printed !== undefined) return { family, address: printed.address };
  if (family === "AF_UNIX") return { family, address: otherPeer };
  const [, from] = call.args;
  return (
    internetAddress(from) ??
    (hasName(memberOf(from, "sa_family"), "AF_UNIX") ? { family: "AF_UNIX", address: otherPeer } : undefined)
  );
}

/**
 * A datagram that somebody sent to a bound socket, or that did not come from where the unit itself had sent one to.
 * Whose it is of an AF_UNIX socket nobody counts, since most of them show no sender.
 */
export function datagramFrom(
  trace: Interpretation,
  call: CallRecord,
  fd: Value | undefined,
  from: Value | undefined,
): void {
  if (!succeeded(call) || trace.muted) return;
  const number = numberOf(fd);
  const known = number === undefined ? undefined : trace.process.descriptors.get(number);
  const at = internetAddress(from);
  if (at === undefined) {
    if (known?.local?.name !== undefined && known.socket?.type === "SOCK_DGRAM")
      trace.peers.came(trace, { family: "AF_UNIX", type: "SOCK_DGRAM", port: 0, key: "" }, otherPeer);
    return;
  }
  const { type } = socketOf(trace, fd);
  if (type !== "SOCK_DGRAM") return;
  const socket = boundSocket(trace, fd, { family: at.family, type });
  const isBound = known?.socket === undefined ? socket.port !== 0 : known.local !== undefined;
  if (isBound) {
    trace.peers.asked(at.address, at.port);
    trace.peers.bound(socket.key);
    trace.peers.came(trace, socket, at.address);
  } else if (!trace.peers.isReached(at.address)) trace.peers.came(trace, socket, at.address);
}

export const connectionHandlers: Handlers = { connect, accept, accept4: accept };
