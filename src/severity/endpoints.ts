/** What addresses and ports are worth. An abstract AF_UNIX name (`@name`) has no mode that keeps others off (unix(7)). */
import { isLoopback } from "../directives/internet.js";
import type { Context } from "../directives/types.js";
import type { AcceptFact, AddressFact } from "../facts/types.js";
import { type Assessment, high, low, medium } from "./types.js";

const isUnix = ({ family }: AddressFact | AcceptFact): boolean => family === "AF_UNIX";

/** The host itself as a destination (ip_route_output_key_hash_rcu() in net/ipv4/route.c). */
const itself = new Set(["0.0.0.0", "::"]);

const isLocal = (address: string): boolean => itself.has(address) || isLoopback(address);

function protocolOf(type: string): string {
  if (type === "SOCK_STREAM") return "TCP port ";
  return type === "SOCK_DGRAM" ? "UDP port " : "port ";
}

/**
 * Listening: `medium` where the network can reach it, and for ports of the system, for whom others take who has them.
 * The port of a datagram socket that the kernel chooses is that of a client.
 */
export function assessBind(fact: AddressFact, { host }: Context): Assessment {
  const { type, address, port } = fact;
  if (isUnix(fact)) {
    return low(`An attacker could be taken by other processes for what they look for under ${address}.`);
  }
  const where = `${protocolOf(type)}${port}`;
  if (port !== 0 && port < host.unprivilegedPortStart) {
    return medium(`An attacker could pass for the service of the system that belongs to ${where}.`);
  }
  if (isLoopback(address)) {
    return low(
      `An attacker could answer local clients on ${port === 0 ? "a port of no fixed number" : where}.`,
    );
  }
  if (port === 0) {
    return type === "SOCK_DGRAM"
      ? low("An attacker could send and receive datagrams from a port that the kernel chooses.")
      : medium("An attacker could let others in over the network, on a port that the kernel chooses.");
  }
  return medium(`An attacker could let others in over the network, on ${where} of ${addressText(address)}.`);
}

/** Addresses under which clouds give out keys of the machine to whoever asks from it. */
const metadata = new Set(["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200"]);

/** Reaching others: `medium` when it leaves the host. A datagram socket without a port only asks for a route. */
export function assessConnect(fact: AddressFact): Assessment {
  const { type, address, port } = fact;
  if (isUnix(fact)) {
    return medium(`An attacker could ask whoever listens on the abstract socket ${address} to act for them.`);
  }
  if (type === "SOCK_DGRAM" && port === 0) {
    return low(`An attacker could ask for the route to ${addressText(address)}; nothing is sent.`);
  }
  const where = `${protocolOf(type)}${port}`;
  if (metadata.has(address)) {
    return high(`An attacker could ask ${address} for the keys that a cloud gives out to the machine.`);
  }
  return isLocal(address)
    ? low(`An attacker could talk to what listens on ${where} of the host itself.`)
    : medium(
        `An attacker could connect to ${where} of ${addressText(address)}, and send there what the service knows.`,
      );
}

/** Being reached by others. */
export function assessAccept(fact: AcceptFact): Assessment {
  const { type, address, port } = fact;
  if (isUnix(fact)) {
    return low("An attacker could answer local clients of the service on its AF_UNIX sockets.");
  }
  const where = port === 0 ? "a port of no fixed number" : `${protocolOf(type)}${port}`;
  if (address === "self") return low(`An attacker could connect the service with itself on ${where}.`);
  return isLoopback(address)
    ? low(`An attacker could be reached by local clients on ${where}.`)
    : medium(
        `An attacker could be reached from ${addressText(address)} on ${where}, and break in from there.`,
      );
}

/** `{other}` stands for more addresses than were kept. */
function addressText(address: string): string {
  if (address === "{other}") return "any address";
  return itself.has(address) ? "all addresses" : address;
}
