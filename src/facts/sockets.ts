/** Sockets: which are made, where they are bound and whom they talk to. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import {
  type InternetAddress,
  internetAddress,
  printedEndpoints,
  type SocketKind,
  unixName,
} from "./addresses.js";
import { datagramFrom, datagramTo, noteAbstract, noteAddress } from "./connections.js";
import { nameless } from "./descriptors.js";
import { mayReceiveDatagrams, portKey, rememberBound, socketOf } from "./endpoints.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup } from "./lookups.js";
import { newObject } from "./naming.js";
import type { Place } from "./place.js";
import { placeAt } from "./places.js";
import type { SocketFact } from "./types.js";
import { afterOf, hasName, memberOf, namesOf, numberOf, numbersOf } from "./values.js";

const socketMode = 0o777;

/** AF_LOCAL is another name of AF_UNIX. */
function kindOf(args: readonly Value[]): SocketKind {
  const family = namesOf(args[0])[0] ?? String(numberOf(args[0]) ?? "");
  const type = namesOf(args[1]).find((name) => name !== "SOCK_CLOEXEC" && name !== "SOCK_NONBLOCK") ?? "";
  return { family: family === "AF_LOCAL" ? "AF_UNIX" : family, type, protocol: protocolOf(args[2]) };
}

/** Default protocols are left out: 0, IPPROTO_IP, and the one that follows from the type anyway. */
function protocolOf(value: Value | undefined): string {
  if (value?.type === "macro") return value.args.map((arg) => namesOf(arg)[0] ?? textOf(arg)).join("");
  const name = namesOf(value)[0];
  if (name !== undefined) return name === "IPPROTO_IP" ? "" : name;
  const number = numberOf(value) ?? 0;
  return number === 0 ? "" : String(number);
}

function textOf(value: Value): string {
  return value.type === "number" || value.type === "raw" ? value.text : "";
}

function note(trace: Interpretation, kind: SocketKind): void {
  const { family, type, protocol } = kind;
  trace.factBy(
    `S${family}|${type}|${protocol}`,
    (): SocketFact => ({ kind: "socket", family, type, protocol }),
  );
}

function socket(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call) || call.result === undefined) return;
  const kind = kindOf(call.args);
  note(trace, kind);
  const closeOnExec = hasName(call.args[1], "SOCK_CLOEXEC");
  trace.process.descriptors.set(call.result, { socket: kind, closeOnExec });
  const raw = kind.type === "SOCK_RAW" && (kind.family === "AF_INET" || kind.family === "AF_INET6");
  if (raw || kind.family === "AF_PACKET" || kind.family === "AF_XDP")
    trace.capability("CAP_NET_RAW", `socket ${kind.family} ${kind.type}`);
}

/** No fact: the address families are a filter on socket(2) alone (seccomp_restrict_address_families()). */
function socketpair(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const kind = kindOf(call.args);
  const closeOnExec = hasName(call.args[1], "SOCK_CLOEXEC");
  for (const fd of numbersOf(call.args[3])) trace.process.descriptors.set(fd, { socket: kind, closeOnExec });
}

/** Calls that only need to notice sockets that came from outside. */
function uses(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call)) socketOf(trace, call.firstArg);
}

/** What port the kernel has chosen for it, strace prints now; it is reached at that. */
function listen(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const fd = call.firstArg;
  const { type } = socketOf(trace, fd);
  const port = printedEndpoints(fd)?.local.port;
  if (port !== undefined) trace.peers.bound(portKey(type, port));
}

function bind(trace: Interpretation, call: CallRecord): void {
  const [fd, to] = call.args;
  const kind = socketOf(trace, fd);
  const name = unixName(to);
  if (name !== undefined) {
    if ("path" in name) bindPath(trace, call, placeAt(trace, undefined, name.path, false));
    else if (succeeded(call)) {
      bound(trace, fd, name.abstract);
      noteAbstract(trace, "bind", kind.type, name.abstract);
    }
    return;
  }
  const at = internetAddress(to);
  if (!succeeded(call) || at === undefined) return;
  rememberBound(trace, fd, { port: at.port });
  if (at.port > 0) {
    trace.peers.bound(portKey(kind.type, at.port));
    trace.boundPorts.note(trace.phase, at.family, kind.type, at.port);
  }
  noteAddress(trace, "bind", kind.type, at);
  // Ports below net.ipv4.ip_unprivileged_port_start; what that is, the host says at the end.
  if (at.port > 0 && at.port < privilegedPortLimit)
    trace.capability("CAP_NET_BIND_SERVICE", bindOperation(at));
}

/** Ports from here on are open to everybody whatever the sysctl says: its highest useful value is 65535. */
const privilegedPortLimit = 65_536;

function bindOperation(at: InternetAddress): string {
  return `bind ${at.family === "AF_INET6" ? `[${at.address}]` : at.address}:${at.port}`;
}

/** The port of a `bind` operation; undefined for other operations. */
export function boundPort(operation: string): number | undefined {
  const port = /^bind .*:(\d+)$/.exec(operation)?.[1];
  return port === undefined ? undefined : Number(port);
}

function bindPath(trace: Interpretation, call: CallRecord, at: Place | undefined): void {
  if (at === undefined) return;
  if (succeeded(call)) {
    bound(trace, call.args[0], at.path);
    newObject(trace, at, "socket", { mode: socketMode, exclusive: true });
    trace.check("names", at, 3, "bind");
    trace.see("create", at, "socket");
  } else if (call.errno === "EADDRINUSE") trace.see("read", at);
  else failedLookup(trace, call, at);
}

function bound(trace: Interpretation, fd: Value | undefined, name: string): void {
  rememberBound(trace, fd, { name });
  trace.peers.bound(name);
}

const sendto: Handler = (trace, call) => {
  const to = call.args[4];
  if (to?.type === "struct") datagramTo(trace, call, call.args[0], to);
  request(trace, call, call.args[1]);
};

const sendmsg: Handler = (trace, call) => {
  message(trace, call, call.args[1]);
};

function message(trace: Interpretation, call: CallRecord, header: Value | undefined): void {
  const name = memberOf(header, "msg_name");
  if (name?.type === "struct") datagramTo(trace, call, call.args[0], name);
  if (succeeded(call)) claims(trace, memberOf(header, "msg_control"));
  const parts = memberOf(header, "msg_iov");
  if (parts?.type === "array")
    for (const part of parts.items) request(trace, call, memberOf(part, "iov_base"));
}

/** Who a message says it is from must be true, or the capability to say otherwise be there (scm_check_creds). */
function claims(trace: Interpretation, control: Value | undefined): void {
  if (control?.type !== "array") return;
  for (const item of control.items) {
    if (!hasName(memberOf(item, "cmsg_type"), "SCM_CREDENTIALS")) continue;
    const data = memberOf(item, "cmsg_data");
    const { group, credentials } = trace.process;
    const { ruid, euid, suid, rgid, egid, sgid } = credentials;
    if (numberOf(memberOf(data, "pid")) !== group)
      trace.capability("CAP_SYS_ADMIN", "send SCM_CREDENTIALS of another process");
    if (![ruid, euid, suid].includes(numberOf(memberOf(data, "uid")) ?? euid))
      trace.capability("CAP_SETUID", "send SCM_CREDENTIALS of another user");
    if (![rgid, egid, sgid].includes(numberOf(memberOf(data, "gid")) ?? egid))
      trace.capability("CAP_SETGID", "send SCM_CREDENTIALS of another group");
  }
}

const sendmmsg: Handler = (trace, call) => {
  const messages = afterOf(call.args[1]);
  if (messages?.type === "array")
    for (const one of messages.items) message(trace, call, memberOf(one, "msg_hdr"));
};

/** netlink(7) requests; those that change something need a capability, queries are open to all. */
function request(trace: Interpretation, call: CallRecord, data: Value | undefined): void {
  if ((data?.type !== "array" && data?.type !== "struct") || !succeeded(call)) return;
  const header = data.type === "array" ? data.items[0] : data;
  const type = memberOf(header, "nlmsg_type");
  if (socketOf(trace, call.args[0]).protocol === "NETLINK_AUDIT") {
    const isMessage = isAuditMessage(type);
    trace.capability(
      isMessage ? "CAP_AUDIT_WRITE" : "CAP_AUDIT_CONTROL",
      isMessage ? "netlink audit message" : `netlink ${namesOf(type)[0] ?? "audit"}`,
    );
    return;
  }
  const name = namesOf(type)[0];
  if (name?.startsWith("RTM_") === true) trace.factBy(`N${name}`, () => ({ kind: "netlink", request: name }));
  // rtnetlink_rcv_msg, net/core/rtnetlink.c: everything but RTM_GET*
  if (name !== undefined && /^RTM_(?:NEW|DEL|SET)/.test(name))
    trace.capability("CAP_NET_ADMIN", `netlink ${name}`);
}

/** Messages of programs about users, as PAM and login send them (audit_netlink_ok, kernel/audit.c). */
function isAuditMessage(type: Value | undefined): boolean {
  if (
    namesOf(type).some(
      (name) => name.startsWith("AUDIT_USER") || name.endsWith("_USER_MSG") || name.endsWith("_USER_MSG2"),
    )
  )
    return true;
  const number = numberOf(type) ?? 0;
  return (number >= 1100 && number <= 1199) || (number >= 2100 && number <= 2999);
}

const recvfrom: Handler = (trace, call) => {
  // Most of the calls that come here are the first ones of threads, on connections: they need no decoding.
  if (mayReceiveDatagrams(trace, call.firstArg)) datagramFrom(trace, call, call.args[0], call.args[4]);
};

const recvmsg: Handler = (trace, call) => {
  receive(trace, call, call.args[1]);
};

const recvmmsg: Handler = (trace, call) => {
  const messages = afterOf(call.args[1]);
  if (messages?.type === "array")
    for (const one of messages.items) receive(trace, call, memberOf(one, "msg_hdr"));
};

/** Descriptors received over a socket: their objects were opened outside the trace. */
function receive(trace: Interpretation, call: CallRecord, header: Value | undefined): void {
  if (!succeeded(call)) return;
  datagramFrom(trace, call, call.args[0], memberOf(header, "msg_name"));
  const control = memberOf(header, "msg_control");
  if (control?.type !== "array") return;
  for (const item of control.items)
    if (hasName(memberOf(item, "cmsg_type"), "SCM_RIGHTS")) received(trace, memberOf(item, "cmsg_data"));
}

function received(trace: Interpretation, data: Value | undefined): void {
  for (const fd of numbersOf(data)) trace.process.descriptors.set(fd, { closeOnExec: false });
  trace.fact({ kind: "inherited", source: "scm-rights", object: "" });
  trace.fact({
    kind: "blind-spot",
    cause: "scm-rights",
    detail: "descriptors received over a socket were opened outside the trace",
  });
}

/** Socket options that need a capability (capabilities(7); net/core/sock.c, net/ipv4/ip_sockglue.c). */
const optionCapabilities: Readonly<Record<string, "CAP_NET_ADMIN" | "CAP_NET_RAW">> = {
  SO_MARK: "CAP_NET_ADMIN",
  SO_DEBUG: "CAP_NET_ADMIN",
  SO_RCVBUFFORCE: "CAP_NET_ADMIN",
  SO_SNDBUFFORCE: "CAP_NET_ADMIN",
  TCP_REPAIR: "CAP_NET_ADMIN",
  IP_TRANSPARENT: "CAP_NET_RAW",
  IPV6_TRANSPARENT: "CAP_NET_RAW",
  // Only algorithms outside net.ipv4.tcp_allowed_congestion_control (tcp_set_congestion_control).
  TCP_CONGESTION: "CAP_NET_ADMIN",
};

/** Most options are harmless and set with every connection: they are told by their text, without decoding it. */
const privilegedOption = new RegExp(
  `\\b(?:${[...Object.keys(optionCapabilities), "SO_PRIORITY", "SO_BINDTODEVICE"].join("|")})\\b`,
);

/** Priorities above are for the privileged (sk_setsockopt, net/core/sock.c). */
const mostPriority = 6;

const setsockopt: Handler = (trace, call) => {
  if (!succeeded(call) || !privilegedOption.test(call.text)) return;
  const option = namesOf(call.args[2])[0];
  const capability = option === undefined ? undefined : optionCapabilities[option];
  if (capability !== undefined) trace.capability(capability, `setsockopt ${option ?? ""}`);
  else if (option === "SO_PRIORITY" && !isOrdinaryPriority(call.args[3]))
    trace.capability("CAP_NET_ADMIN", "setsockopt SO_PRIORITY");
  else if (option === "SO_BINDTODEVICE") bindToDevice(trace, call.args[0]);
};

function isOrdinaryPriority(value: Value | undefined): boolean {
  const priority = numbersOf(value)[0];
  return priority === undefined || (priority >= 0 && priority <= mostPriority);
}

/** Anyone may tie a socket to an interface, once (sock_bindtoindex_locked, net/core/sock.c). */
function bindToDevice(trace: Interpretation, descriptor: Value | undefined): void {
  const fd = numberOf(descriptor);
  if (fd === undefined) return;
  const known = trace.process.descriptors.get(fd) ?? nameless;
  if (known.boundToDevice === true) trace.capability("CAP_NET_RAW", "setsockopt SO_BINDTODEVICE");
  trace.process.descriptors.set(fd, { ...known, boundToDevice: true });
  // The same call on another socket of that number does something else.
  if (trace.trail !== undefined) trace.trail.isRepeatable = false;
}

export const socketHandlers: Handlers = {
  socket,
  socketpair,
  bind,
  listen,
  getsockname: uses,
  getpeername: uses,
  setsockopt,
  sendmsg,
  sendmmsg,
  sendto,
  recvfrom,
  recvmsg,
  recvmmsg,
  recvmmsg_time64: recvmmsg,
};
