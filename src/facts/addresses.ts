/** Socket addresses as strace prints them: decoded arguments, and what -yy adds to descriptors. */
import type { Value } from "../strace-parser/types.js";
import type { Descriptor } from "./descriptors.js";
import { memberOf, namesOf, numberOf, stringOf } from "./values.js";

export type SocketKind = NonNullable<Descriptor["socket"]>;

/** What -yy prints for a socket: `TCP:[…]`, `UDPv6:[…]`, `UNIX-STREAM:[…]`, `NETLINK:[…]`. */
const printedKinds: Readonly<Record<string, SocketKind>> = {
  TCP: { family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
  TCPv6: { family: "AF_INET6", type: "SOCK_STREAM", protocol: "" },
  UDP: { family: "AF_INET", type: "SOCK_DGRAM", protocol: "" },
  UDPv6: { family: "AF_INET6", type: "SOCK_DGRAM", protocol: "" },
  "UNIX-STREAM": { family: "AF_UNIX", type: "SOCK_STREAM", protocol: "" },
  "UNIX-DGRAM": { family: "AF_UNIX", type: "SOCK_DGRAM", protocol: "" },
  UNIX: { family: "AF_UNIX", type: "", protocol: "" },
};

export interface InternetAddress {
  readonly family: string;
  readonly address: string;
  readonly port: number;
}

/** The address of an internet socket; undefined for other families and for what was not printed. */
export function internetAddress(value: Value | undefined): InternetAddress | undefined {
  const family = namesOf(memberOf(value, "sa_family"))[0];
  if (family === "AF_INET")
    return {
      family,
      address: macroText(memberOf(value, "sin_addr"), 0),
      port: portOf(memberOf(value, "sin_port")),
    };
  if (family !== "AF_INET6" || value?.type !== "struct") return undefined;
  const address = value.members.find(
    ({ value: member }) => member.type === "macro" && member.name === "inet_pton",
  );
  return {
    family,
    address: macroText(address?.value ?? memberOf(value, "sin6_addr"), 1),
    port: portOf(memberOf(value, "sin6_port")),
  };
}

function macroText(value: Value | undefined, position: number): string {
  return value?.type === "macro" ? (stringOf(value.args[position]) ?? "") : "";
}

function portOf(value: Value | undefined): number {
  return value?.type === "macro" ? (numberOf(value.args[0]) ?? 0) : 0;
}

/** An AF_UNIX address with a name: a path, or `@name` for the abstract namespace (unix(7)). */
export function unixName(
  value: Value | undefined,
): { readonly path: Value } | { readonly abstract: string } | undefined {
  const path = memberOf(value, "sun_path");
  if (path?.type !== "string" || path.value === "") return undefined;
  if (path.value.startsWith("\0")) return { abstract: `@${path.value.slice(1)}` };
  return { path };
}

/** The kind of socket that -yy prints behind a descriptor; undefined without it. */
export function printedKind(descriptor: Value | undefined): SocketKind | undefined {
  if (descriptor?.type !== "descriptor") return undefined;
  return printedKinds[descriptor.target.slice(0, descriptor.target.indexOf(":"))];
}

/** One end of a connection: `127.0.0.1:80`, `[::1]:80`. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const internetProtocols = new Set(["TCP", "TCPv6", "UDP", "UDPv6"]);

/** What -yy prints of an internet socket that is bound: `TCP:[127.0.0.1:80->127.0.0.1:4711]`, `UDPv6:[[::]:53]`. */
export function printedEndpoints(
  descriptor: Value | undefined,
): { readonly local: Endpoint; readonly remote: Endpoint | undefined } | undefined {
  if (descriptor?.type !== "descriptor") return undefined;
  const { target } = descriptor;
  const open = target.indexOf(":[");
  if (!target.endsWith("]") || !internetProtocols.has(target.slice(0, Math.max(open, 0)))) return undefined;
  const [here, there] = target.slice(open + ":[".length, -1).split("->");
  const local = endpointOf(here);
  return local === undefined ? undefined : { local, remote: endpointOf(there) };
}

/** undefined for the number of an inode, which is printed of a socket that is not bound. */
function endpointOf(text = ""): Endpoint | undefined {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return undefined;
  const isBracketed = text.startsWith("[");
  const address = isBracketed ? text.slice(1, colon - 1) : text.slice(0, colon);
  return { address, port: Number(text.slice(colon + 1)) };
}

/** The name that -yy prints of an AF_UNIX socket: a path, or `@name`; undefined when it has none. */
export function printedName(descriptor: Value | undefined): string | undefined {
  if (descriptor?.type !== "descriptor") return undefined;
  return /^UNIX(?:-[A-Z]+)?:\[[^,]*,(?<abstract>@?)"(?<name>.*)"\]$/
    .exec(descriptor.target)
    ?.slice(1)
    .join("");
}
