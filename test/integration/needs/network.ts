/** Rows of the network. */
import { back, meaningless, never, operator, type Row, unsafe } from "./row.js";

/** Debian's 252 knows no programs for these. */
const framework = 257;

/** What goes with an internet socket that stays within the host and binds these. */
export function local(systemd: number, binds: readonly string[], families = "AF_INET"): Row["decides"] {
  return {
    RestrictAddressFamilies: [families],
    IPAddressAllow: ["localhost"],
    ...(systemd >= framework && {
      RestrictNetworkInterfaces: ["lo"],
      SocketBindAllow: binds.length > 0 ? binds : meaningless,
    }),
  };
}

/** Who connects may be given the other kind of address. */
const both = "AF_INET AF_INET6";

const noFamily = back("RestrictAddressFamilies", ["", "none"], "EAFNOSUPPORT");
const noPacket = back("IPAddressAllow", "", "ETIMEDOUT");

export function network(systemd: number): readonly Row[] {
  const ports = systemd < framework ? [] : [back("SocketBindAllow", "", "EPERM")];
  const interfaces =
    systemd < framework ? [] : [never(back("RestrictNetworkInterfaces", ["", "~lo"], "ETIMEDOUT"))];
  return [
    {
      need: "network.packet_socket",
      decides: {
        RestrictAddressFamilies: ["AF_PACKET"],
        CapabilityBoundingSet: ["CAP_NET_RAW"],
        PrivateUsers: unsafe,
        PrivateNetwork: unsafe,
      },
      breaks: [noFamily, back("CapabilityBoundingSet", "", "EPERM"), back("PrivateUsers", "yes", "EPERM")],
    },
    {
      need: "network.netlink",
      decides: { RestrictAddressFamilies: ["AF_NETLINK"], PrivateNetwork: operator },
      breaks: [noFamily],
    },
    {
      need: "network.unix",
      decides: { RestrictAddressFamilies: ["AF_UNIX"] },
      breaks: [noFamily],
    },
    // The filter is on socket(2) alone.
    { need: "network.unix_pair", decides: {}, breaks: [] },
    {
      need: "network.loopback",
      decides: { ...local(systemd, ["ipv4:tcp:8642"], both), PrivateNetwork: operator },
      breaks: [noFamily, noPacket, ...ports, ...interfaces],
    },
    {
      need: "network.loopback",
      variant: "isolated",
      posture: "isolated",
      decides: {
        ...local(systemd, ["ipv4:tcp:8642"], both),
        // PrivateNetwork=yes leaves no other.
        ...(systemd >= framework && { RestrictNetworkInterfaces: meaningless }),
      },
      breaks: [noFamily, noPacket, ...ports],
    },
    {
      need: "network.any_port",
      decides: { ...local(systemd, ["ipv4:tcp"], both), PrivateNetwork: unsafe },
      breaks: [noPacket, ...ports],
    },
    {
      need: "network.another_service",
      setup:
        "systemctl is-active -q needs-server || systemd-run -q --unit needs-server socat TCP-LISTEN:8643,fork,reuseaddr /dev/null; until socat -u /dev/null TCP:127.0.0.1:8643; do sleep 0.05; done",
      decides: { ...local(systemd, [], both), PrivateNetwork: unsafe },
      breaks: [noPacket, ...interfaces, back("PrivateNetwork", "yes", "ECONNREFUSED")],
    },
    {
      need: "network.another_host",
      setup:
        "ip address replace 192.0.2.7/32 dev lo; systemctl is-active -q needs-host || systemd-run -q --unit needs-host socat TCP-LISTEN:8644,bind=192.0.2.7,fork,reuseaddr /dev/null; until socat -u /dev/null TCP:192.0.2.7:8644; do sleep 0.05; done",
      decides: {
        RestrictAddressFamilies: [both],
        IPAddressDeny: operator,
        PrivateNetwork: unsafe,
        ...(systemd >= framework && { RestrictNetworkInterfaces: operator }),
      },
      breaks: [back("IPAddressDeny", ["", "any"], "ETIMEDOUT"), ...interfaces],
    },
    {
      need: "network.abstract",
      setup:
        "systemctl is-active -q needs-abstract || systemd-run -q --unit needs-abstract socat ABSTRACT-LISTEN:needs-abstract,fork /dev/null; until socat -u /dev/null ABSTRACT-CONNECT:needs-abstract; do sleep 0.05; done",
      decides: { RestrictAddressFamilies: ["AF_UNIX"], PrivateNetwork: unsafe },
      breaks: [back("PrivateNetwork", "yes", "ECONNREFUSED")],
    },
  ];
}
