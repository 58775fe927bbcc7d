/** Which socket a descriptor is, and how others reach it. */
import type { Value } from "../strace-parser/types.js";
import { printedEndpoints, printedKind, printedName, type SocketKind } from "./addresses.js";
import type { Interpretation } from "./interpretation.js";
import type { BoundSocket } from "./peers.js";
import { numberOf } from "./values.js";

const unknownSocket: SocketKind = { family: "", type: "", protocol: "" };

/** What the trace has seen made, or strace prints (-yy). That it came from outside is noted as a fact. */
export function socketOf(trace: Interpretation, fd: Value | undefined): SocketKind {
  const number = numberOf(fd);
  const known = number === undefined ? undefined : trace.process.descriptors.get(number);
  if (known?.socket !== undefined) return known.socket;
  const printed = printedKind(fd);
  if (number !== undefined && known === undefined) inherited(trace, number, printed ?? unknownSocket);
  return printed ?? unknownSocket;
}

/** Nobody in the trace made this socket: systemd passed it (sd_listen_fds(3) counts from 3) or it is a standard stream. */
function inherited(trace: Interpretation, fd: number, kind: SocketKind): void {
  if (trace.process.partial) return;
  const object = [kind.family, kind.type].filter((part) => part !== "").join(" ");
  trace.fact({ kind: "inherited", source: fd < 3 ? "standard-stream" : "activation", object });
}

/** False for connections: what was accepted is in the table without being called a socket. */
export function mayReceiveDatagrams(trace: Interpretation, fd: Value | undefined): boolean {
  const printed = printedKind(fd);
  if (printed !== undefined) return printed.type !== "SOCK_STREAM";
  const number = numberOf(fd);
  const known = number === undefined ? undefined : trace.process.descriptors.get(number);
  return known === undefined || (known.socket !== undefined && known.socket.type !== "SOCK_STREAM");
}

/** The key under which connections to a port of this machine are counted. */
export function portKey(type: string, port: number): string {
  return `${type}|${port}`;
}

/** bind(2) has given the socket a port, or `name` in the AF_UNIX namespace. */
export function rememberBound(
  trace: Interpretation,
  fd: Value | undefined,
  local: { readonly port: number } | { readonly name: string },
): void {
  const number = numberOf(fd);
  const { descriptors } = trace.process;
  const known = number === undefined ? undefined : descriptors.get(number);
  if (number !== undefined && known !== undefined) descriptors.set(number, { ...known, local });
}

/**
 * How others reach a socket: by the port that it was bound to, or one that strace prints of a socket from outside. The
 * port of a socket that is not bound by anybody, or to port 0, is 0. For family and type it is asked what the call shows.
 */
export function boundSocket(
  trace: Interpretation,
  fd: Value | undefined,
  { family, type }: Pick<BoundSocket, "family" | "type">,
): BoundSocket {
  const number = numberOf(fd);
  const known = number === undefined ? undefined : trace.process.descriptors.get(number);
  if (family === "AF_UNIX") {
    const name = known?.local?.name ?? printedName(fd) ?? "";
    return { family, type, port: 0, key: name };
  }
  const printed = printedEndpoints(fd)?.local.port;
  const port = known?.socket === undefined ? printed : known.local?.port;
  return { family, type, port: port ?? 0, key: portKey(type, printed ?? port ?? 0) };
}
