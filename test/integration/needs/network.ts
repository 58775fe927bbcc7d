/** Rows of the network. */
import { back, type Row } from "./row.js";

export function network(): readonly Row[] {
  return [
    {
      need: "network.packet_socket",
      decides: { RestrictAddressFamilies: ["AF_PACKET"], CapabilityBoundingSet: ["CAP_NET_RAW"] },
      breaks: [
        back("RestrictAddressFamilies", ["", "none"], "EAFNOSUPPORT"),
        back("CapabilityBoundingSet", "", "EPERM"),
      ],
    },
    {
      need: "network.netlink",
      decides: { RestrictAddressFamilies: ["AF_NETLINK"] },
      breaks: [back("RestrictAddressFamilies", ["", "none"], "EAFNOSUPPORT")],
    },
    {
      need: "network.unix",
      decides: { RestrictAddressFamilies: ["AF_UNIX"] },
      breaks: [back("RestrictAddressFamilies", ["", "none"], "EAFNOSUPPORT")],
    },
    // The filter is on socket(2) alone.
    { need: "network.unix_pair", decides: {}, breaks: [] },
    {
      need: "network.loopback",
      decides: { RestrictAddressFamilies: ["AF_INET AF_INET6"] },
      breaks: [back("RestrictAddressFamilies", ["", "none"], "EAFNOSUPPORT")],
    },
  ];
}
