/** What sockets are worth: address_families(7), packet(7), raw(7), netlink(7). */
import type { InheritedFact, NetlinkFact, SocketFact } from "../facts/types.js";
import { type Assessment, assessment, high, low, medium, type Worth } from "./types.js";

const packets = "read and forge packets of the whole network namespace";

const families: Readonly<Record<string, Worth>> = {
  AF_PACKET: ["high", packets],
  AF_XDP: ["high", packets],
  AF_INET: ["medium", "reach hosts over the network by IPv4, and send them what the service knows"],
  AF_INET6: ["medium", "reach hosts over the network by IPv6, and send them what the service knows"],
  AF_UNIX: ["low", "talk to local services, as far as their sockets are granted"],
  AF_VSOCK: ["medium", "talk to the hypervisor or to virtual machines, past every firewall"],
  AF_ALG: ["medium", "reach the cryptography of the kernel, code with a history of exploits"],
  AF_BLUETOOTH: ["medium", "talk to devices in the neighbourhood by Bluetooth"],
  AF_CAN: ["medium", "send on the CAN buses of the machine"],
  AF_KEY: ["medium", "reach the IPsec keys of the kernel"],
};

/** Netlink families that report and, without CAP_NET_ADMIN, change nothing (netlink(7), sock_diag(7)). */
const reporting: Readonly<Record<string, string>> = {
  NETLINK_ROUTE: "see interfaces, addresses and routes",
  NETLINK_SOCK_DIAG: "see the sockets of all services",
  NETLINK_INET_DIAG: "see the sockets of all services",
  NETLINK_KOBJECT_UEVENT: "see devices come and go",
};

/** SOCK_RAW and SOCK_PACKET see what others receive; only netlink and AF_VSOCK know raw sockets that mean nothing. */
function isRaw({ family, type }: SocketFact): boolean {
  return ["SOCK_RAW", "SOCK_PACKET"].includes(type) && ["AF_INET", "AF_INET6", "AF_PACKET"].includes(family);
}

/** A family of sockets, a protocol of netlink, or raw sockets. */
export function assessSocket(fact: SocketFact): Assessment {
  const { family, type, protocol } = fact;
  if (family === "AF_NETLINK") return assessNetlinkProtocol(protocol);
  if (isRaw(fact) && family !== "AF_PACKET") {
    const kind = `${family} ${type}${protocol === "" ? "" : ` ${protocol}`}`;
    return high(`By raw sockets (${kind}) an attacker could ${packets}.`);
  }
  return assessFamily(family);
}

/** A family whatever the type of the sockets. */
export function assessFamily(family: string): Assessment {
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  if (family === "AF_NETLINK") return assessNetlinkProtocol("");
  return known === undefined
    ? medium(
        `By ${family} sockets an attacker could reach code of the kernel that is seldom used and tested.`,
      )
    : assessment(known, `By ${family} sockets`);
}

function assessNetlinkProtocol(protocol: string): Assessment {
  const could = Object.hasOwn(reporting, protocol) ? reporting[protocol] : undefined;
  if (could !== undefined) return low(`By ${protocol} sockets an attacker could ${could}.`);
  const name = protocol === "" ? "AF_NETLINK" : protocol;
  return medium(
    `By ${name} sockets an attacker could reach the part of the kernel that configures it, code with a history of exploits.`,
  );
}

/** Requests that ask are free, the others take CAP_NET_ADMIN (rtnetlink_rcv_msg() in net/core/rtnetlink.c). */
export function assessNetlink({ request }: NetlinkFact): Assessment {
  return /^RTM_GET/.test(request)
    ? low(`By ${request} an attacker could see how the network of the host is configured.`)
    : medium(`By ${request} an attacker could change how the network of the host is configured.`);
}

/** What the service did not open itself. */
export function assessInherited({ source, object }: InheritedFact): Assessment {
  const what = object === "" ? "a descriptor" : object;
  switch (source) {
    case "activation":
      return low(
        `An attacker could use ${what} that systemd has opened for the service, and no other by that.`,
      );
    case "standard-stream":
      return low(`An attacker could use ${what} that is a standard stream of the service.`);
    case "scm-rights":
      return medium(
        `An attacker could use ${what} that another process passes, whatever it is: the sandbox does not limit it.`,
      );
  }
}
