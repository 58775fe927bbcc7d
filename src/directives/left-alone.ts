/** Directives that are never made up: each says why there is nothing to decide, or how the unit ships it. */
import type { Unit } from "../host/types.js";
import { withhold } from "./decision.js";
import type { Decision, Directive } from "./types.js";

/** Directives that nothing in a trace can argue for, and why. */
interface LeftAlone {
  /** By the name of the directive, or of the property of systemctl(1) that shows it where they differ. */
  readonly names: readonly (string | readonly [directive: string, property: string])[];
  /** Why the drop-in does not set them; for all of them, so that they can be told together. */
  readonly why: string;
  /** What `systemctl show` prints when the unit does not use it, besides nothing at all. */
  readonly unused?: readonly string[];
  /** The property always has a value, from the host or the kernel, and does not tell what the unit ships. */
  readonly hostValue?: true;
}

/** Grouped by the reason, as they appear in the drop-in. */
const table: readonly LeftAlone[] = [
  {
    names: ["AppArmorProfile", "SELinuxContext", "SmackProcessLabel"],
    why: "the policy of a security module is not learned.",
  },
  {
    names: ["PAMName"],
    why: "the unit opens no login session.",
  },
  {
    // On by itself for whoever has User= (systemd.exec(5)).
    names: ["SetLoginEnvironment"],
    why: "it grants and denies nothing.",
    unused: ["no", "yes"],
  },
  {
    names: ["MountFlags"],
    why: "PrivateMounts= says what has to be said about propagation.",
    unused: ["0"],
  },
  {
    names: ["JoinsNamespaceOf", "NetworkNamespacePath", "IPCNamespacePath", "UserNamespacePath"],
    why: "the unit joins no namespace of others.",
  },
  {
    names: ["BindNetworkInterface"],
    why: "it names an interface of this site, and restricts nothing.",
  },
  {
    names: ["IPIngressFilterPath", "IPEgressFilterPath", "BPFProgram"],
    why: "it names a filter that this site would have to provide.",
  },
  {
    names: ["NFTSet"],
    why: "it names a set of this site's firewall, and restricts nothing by itself.",
  },
  {
    names: ["SystemCallLog"],
    why: "it logs calls and denies none.",
    unused: ["~"],
  },
  {
    names: ["SecureBits"],
    why: "CapabilityBoundingSet= and NoNewPrivileges= say what a program may gain.",
    unused: ["0"],
  },
  {
    names: ["DelegateSubgroup", "DelegateNamespaces"],
    why: "the unit delegates nothing.",
    unused: ["no"],
  },
  {
    names: ["BPFDelegateCommands", "BPFDelegateMaps", "BPFDelegatePrograms", "BPFDelegateAttachments"],
    why: "it grants BPF and denies nothing.",
  },
  {
    names: ["LimitCORE", "LimitMEMLOCK", "LimitNOFILE", "LimitNICE", "LimitRTPRIO", "TasksMax", "MemoryMax"],
    why: "it limits how much is used, not what may be done.",
    hostValue: true,
  },
  {
    names: [["CPUQuota", "CPUQuotaPerSecUSec"]],
    why: "it limits how much is used, not what may be done.",
    unused: ["infinity"],
  },
  {
    names: ["CoredumpFilter"],
    why: "it grants and denies nothing.",
    unused: ["0x33"],
  },
  {
    names: ["OOMScoreAdjust"],
    why: "it grants and denies nothing.",
    unused: ["0"],
  },
  {
    names: ["TimerSlackNSec"],
    why: "it grants and denies nothing.",
    unused: ["50000"],
  },
  {
    names: ["IgnoreSIGPIPE", "MemoryTHP"],
    why: "it grants and denies nothing.",
    unused: ["yes", "inherit"],
  },
  {
    names: ["Personality"],
    why: "LockPersonality= keeps the usual one.",
  },
  {
    names: ["InaccessibleDirectories", "ReadOnlyDirectories", "ReadWriteDirectories"],
    why: "it is the former name of a directive that now ends in Paths=.",
  },
  {
    names: ["RestrictFileSystemAccess"],
    why: "it is a setting of the service manager, not of a unit.",
  },
];

/** One directive per name, in the order of the table. */
export const leftAlone: readonly Directive[] = table.flatMap((entry) =>
  entry.names.map((name): Directive => {
    const [directive, property] = typeof name === "string" ? [name, name] : name;
    return { names: [directive], decide: ({ unit }) => [decideLeftAlone(entry, directive, property, unit)] };
  }),
);

function decideLeftAlone(
  entry: LeftAlone,
  directive: string,
  property: string,
  { properties }: Unit,
): Decision {
  const value = properties[property] ?? "";
  const isUnused = value === "" || entry.unused?.includes(value) === true || entry.hostValue === true;
  return withhold(
    directive,
    "meaningless",
    isUnused ? entry.why : `kept as the unit ships it, ${property}=${value}.`,
  );
}
