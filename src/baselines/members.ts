/** What the list directives of a unit let through, member by member, from its properties as `systemctl show` prints them. */
import { capabilities, type NamespaceType } from "../facts/names.js";
import { secondaryAbisOf } from "../directives/system-call-filter.js";
import { shippedBoundingSet } from "../directives/capabilities.js";
import { shippedNamespaces } from "../directives/namespaces.js";
import { nativeNames, systemCallsOf } from "../directives/system-calls.js";
import { shippedList, ships } from "../directives/vendor.js";
import { addressFamilies } from "../explain/address-families.js";
import type { Host, Unit } from "../host/types.js";
import { deviceMembers, letsDevice } from "./devices.js";
import { addressMembers, letsAddress, letsPort, portMembers } from "./network-rules.js";

/** Where two units are compared. */
export interface Frame {
  readonly host: Host;
  /** Major version of systemd. */
  readonly target: number;
}

/** How one list is read. */
export interface Membership {
  /** The directives that make it up; the first one names it. */
  readonly names: readonly string[];
  /** What is asked of both units: all there can be, or what they mention. */
  readonly members: (units: readonly Unit[], frame: Frame) => readonly string[];
  readonly lets: (unit: Unit, frame: Frame) => (member: string) => boolean;
}

/** Those that systemd knows: it filters no others (namespace_flag_map in src/shared/nsflags.c of 252 and 257). */
export const filteredNamespaces = [
  "cgroup",
  "ipc",
  "net",
  "mnt",
  "pid",
  "user",
  "uts",
] as const satisfies NamespaceType[];

/** Stands for setns(2) without a type, which any restriction refuses. */
const anyNamespace = "any";

export const maskBits = ["040", "020", "010", "004", "002", "001"];

const otherInterfaces = "(others)";

export const memberships: readonly Membership[] = [
  {
    names: ["CapabilityBoundingSet"],
    members: () => capabilities,
    lets: (unit) => {
      const isIn = shippedBoundingSet({ unit });
      // CAP_DAC_OVERRIDE also allows what CAP_DAC_READ_SEARCH does (generic_permission() in fs/namei.c).
      return (name) =>
        capabilities.some((one) => one === name && isIn(one)) ||
        (name === "CAP_DAC_READ_SEARCH" && isIn("CAP_DAC_OVERRIDE"));
    },
  },
  {
    names: ["SystemCallFilter"],
    members: (_, { host, target }) => callsOf(host, target),
    lets: (unit) => {
      const list = shippedList(unit, "SystemCallFilter");
      return (name) => ships(list, name);
    },
  },
  {
    names: ["SystemCallArchitectures"],
    members: (_, { host }) => secondaryAbisOf(host.architecture),
    lets: (unit) => {
      const words = wordsOf(unit, "SystemCallArchitectures");
      return (name) => words.length === 0 || words.includes(name);
    },
  },
  {
    names: ["RestrictAddressFamilies"],
    members: () => addressFamilies,
    lets: (unit) => {
      const list = shippedList(unit, "RestrictAddressFamilies");
      return (name) => ships(list, name);
    },
  },
  {
    names: ["RestrictNamespaces"],
    members: () => [...filteredNamespaces, anyNamespace],
    lets: (unit) => {
      const types = shippedNamespaces(unit);
      return (name) => types?.has(name) ?? true;
    },
  },
  {
    names: ["UMask"],
    members: () => maskBits,
    lets: (unit) => {
      const mask = Number.parseInt(unit.properties["UMask"] ?? "0022", 8);
      return (bit) => (Number.parseInt(bit, 8) & mask) === 0;
    },
  },
  {
    names: ["RestrictNetworkInterfaces"],
    members: (units) => [
      ...new Set([
        "lo",
        ...units.flatMap(interfacesOf).map((name) => name.replace(/^~/, "")),
        otherInterfaces,
      ]),
    ],
    lets: letsInterface,
  },
  { names: ["IPAddressDeny", "IPAddressAllow"], members: addressMembers, lets: letsAddress },
  { names: ["SocketBindDeny", "SocketBindAllow"], members: portMembers, lets: letsPort },
  { names: ["DeviceAllow"], members: deviceMembers, lets: letsDevice },
];

/** Calls of this architecture that the target can put into a filter, as far as names are known by architecture. */
export function callsOf({ architecture }: Host, target: number): readonly string[] {
  const { usable } = systemCallsOf(target);
  return [...usable].filter((name) => architecture !== "x86-64" || nativeNames.has(name)).sort();
}

function wordsOf(unit: Unit, property: string): readonly string[] {
  return (unit.properties[property] ?? "").split(/\s+/).filter((word) => word !== "");
}

function interfacesOf(unit: Unit): readonly string[] {
  return wordsOf(unit, "RestrictNetworkInterfaces");
}

/** A network namespace of its own has no interface but lo (network_namespaces(7)). */
function letsInterface(unit: Unit): (name: string) => boolean {
  const words = interfacesOf(unit);
  const isDenied = words[0]?.startsWith("~") === true;
  const names = words.map((word) => word.replace(/^~/, ""));
  const isPrivate = unit.properties["PrivateNetwork"] === "yes";
  return (name) => (name === "lo" || !isPrivate) && (words.length === 0 || names.includes(name) !== isDenied);
}
