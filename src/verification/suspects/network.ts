/**
 * Directives about the network. Programs on the control group refuse a datagram with EPERM and drop the packets of a
 * connection, which is then told ETIMEDOUT at best (tcp_connect() in net/ipv4/tcp_output.c takes no other error for one
 * than ECONNREFUSED). Sources: systemd.resource-control(5), network_namespaces(7); tried on 252 and 257.
 */
import { letsAddress, letsPort } from "../../baselines/network-rules.js";
import {
  type InternetAddress,
  internetAddress,
  printedEndpoints,
  printedKind,
} from "../../facts/addresses.js";
import type { Value } from "../../strace-parser/types.js";
import { concerns, kernelRule, property } from "./rule.js";
import type { Case, Rule } from "./types.js";

const sending = new Set(["send", "sendto", "sendmsg", "sendmmsg", "write", "writev"]);
const waiting = new Set([
  "connect",
  "read",
  "recv",
  "recvfrom",
  "recvmsg",
  "write",
  "send",
  "sendto",
  "sendmsg",
]);

/** Refused when it is sent, or never answered. */
function isDropped({ call, errno }: Case): boolean {
  return (errno === "EPERM" && sending.has(call)) || (errno === "ETIMEDOUT" && waiting.has(call));
}

function addressIn(args: readonly Value[]): InternetAddress | undefined {
  return args.map(internetAddress).find((address) => address !== undefined);
}

/** Addresses of the other side that the call names, or that -yy printed; none where neither does. */
function peersOf({ args }: Case): readonly string[] {
  const named = addressIn(args)?.address;
  const printed = printedEndpoints(args[0])?.remote?.address;
  return [named, printed].flatMap((address) =>
    address === undefined || address === "" ? [] : [plain(address)],
  );
}

/** An IPv4 address in an IPv6 socket is filtered as what it is. */
function plain(address: string): string {
  return address.replace(/^::ffff:/i, "");
}

function isOtherSocket({ args }: Case): boolean {
  const family = printedKind(args[0])?.family;
  return family !== undefined && family !== "AF_INET" && family !== "AF_INET6";
}

function isAddressRefused(asked: Case): boolean {
  if (property(asked, "IPAddressDeny") === "" || !isDropped(asked) || isOtherSocket(asked)) return false;
  const lets = letsAddress(asked.sandbox.unit);
  const peers = peersOf(asked);
  return peers.length === 0 || peers.some((address) => !lets(address));
}

const ipAddressDeny = kernelRule("IPAddressDeny", isAddressRefused);
const ipAddressAllow = kernelRule("IPAddressAllow", isAddressRefused);

/** Which interface a packet takes is not in the call. */
const restrictNetworkInterfaces = kernelRule(
  "RestrictNetworkInterfaces",
  (asked) => property(asked, "RestrictNetworkInterfaces") !== "" && isDropped(asked) && !isOtherSocket(asked),
);

function isPortRefused(asked: Case): boolean {
  if (asked.call !== "bind" || asked.errno !== "EPERM") return false;
  const address = addressIn(asked.args);
  if (address === undefined || property(asked, "SocketBindDeny") === "") return false;
  const lets = letsPort(asked.sandbox.unit);
  const version = address.family === "AF_INET" ? "ipv4" : "ipv6";
  const port = address.port === 0 ? "" : `:${address.port}`;
  return protocolsOf(asked.args[0]).some((protocol) => !lets(`${version}:${protocol}${port}`));
}

/** As far as -yy says it. */
function protocolsOf(descriptor: Value | undefined): readonly string[] {
  const type = printedKind(descriptor)?.type;
  if (type === "SOCK_STREAM") return ["tcp"];
  return type === "SOCK_DGRAM" ? ["udp"] : ["tcp", "udp"];
}

const socketBindDeny = kernelRule("SocketBindDeny", isPortRefused);
const socketBindAllow = kernelRule("SocketBindAllow", isPortRefused);

/** How it fails that there is nothing but a loopback interface, on which nobody else listens. */
const unreachable = new Set([
  "EADDRNOTAVAIL",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENODEV",
  "ENXIO",
]);

const networkCalls = /^(?:bind|connect|ioctl|send|sendto|sendmsg|sendmmsg|setsockopt)$/;

/** What the files of an interface are found by, and settings that a network namespace of its own lacks. */
const interfaceFiles = ["/sys/class/net", "/sys/devices/virtual/net", "/proc/sys/net"];

const privateNetwork = kernelRule("PrivateNetwork", (asked) => {
  if (asked.levelOf("PrivateNetwork") !== "yes") return false;
  if (asked.errno === "ENOENT" && concerns(asked, interfaceFiles)) return true;
  // A socket in the file system is reached as before.
  return unreachable.has(asked.errno) && networkCalls.test(asked.call) && asked.paths.length === 0;
});

/** Programs of the site: what they do is not known. */
function siteProgram(directive: string): Rule {
  return {
    directive,
    stage: "identity",
    refuses: (asked) => property(asked, directive) !== "" && (isDropped(asked) || asked.errno === "EPERM"),
  };
}

export const networkRules: readonly Rule[] = [
  ipAddressDeny,
  ipAddressAllow,
  restrictNetworkInterfaces,
  socketBindDeny,
  socketBindAllow,
  privateNetwork,
  ...["IPIngressFilterPath", "IPEgressFilterPath", "BPFProgram"].map(siteProgram),
];
