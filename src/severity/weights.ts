/**
 * What systemd holds the rows of its table for, of a sum of 56,460 (src/analyze/analyze-security.c; the same in 252, 257
 * and 262, tried on the first two). Names are those of `systemd-analyze security --json=`, a misplaced bracket included.
 *
 * A weight says how much of the exposure of a unit hangs on a row, and there a capability is worth as much as its row,
 * whichever of its members it is. So it orders what is equally severe, and does not decide by itself how severe it is:
 * CAP_NET_BIND_SERVICE shares a row with CAP_NET_RAW, and CAP_BPF has next to no weight.
 */
import type { Capability, NamespaceType } from "../facts/names.js";

export const rowWeights = {
  UserOrDynamicUser: 2000,
  SupplementaryGroups: 200,
  PrivateDevices: 1000,
  PrivateMounts: 1000,
  PrivateNetwork: 2500,
  PrivateTmp: 1000,
  PrivateUsers: 1000,
  ProtectControlGroups: 1000,
  ProtectKernelModules: 1000,
  ProtectKernelTunables: 1000,
  ProtectKernelLogs: 1000,
  ProtectClock: 1000,
  ProtectHome: 1000,
  ProtectHostname: 50,
  ProtectSystem: 1000,
  RootDirectoryOrRootImage: 200,
  LockPersonality: 100,
  MemoryDenyWriteExecute: 100,
  NoNewPrivileges: 1000,
  CapabilityBoundingSet_CAP_SYS_ADMIN: 1500,
  CapabilityBoundingSet_CAP_SET_UID_GID_PCAP: 1500,
  CapabilityBoundingSet_CAP_SYS_PTRACE: 1500,
  CapabilityBoundingSet_CAP_SYS_TIME: 1000,
  CapabilityBoundingSet_CAP_NET_ADMIN: 1000,
  CapabilityBoundingSet_CAP_SYS_RAWIO: 1000,
  CapabilityBoundingSet_CAP_SYS_MODULE: 1000,
  CapabilityBoundingSet_CAP_AUDIT: 500,
  CapabilityBoundingSet_CAP_SYSLOG: 500,
  CapabilityBoundingSet_CAP_SYS_NICE_RESOURCE: 500,
  CapabilityBoundingSet_CAP_MKNOD: 500,
  CapabilityBoundingSet_CAP_CHOWN_FSETID_SETFCAP: 1000,
  CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER: 1000,
  CapabilityBoundingSet_CAP_KILL: 500,
  "CapabilityBoundingSet_CAP_NET_BIND_SERVICE_BROADCAST_RAW)": 500,
  CapabilityBoundingSet_CAP_SYS_BOOT: 100,
  CapabilityBoundingSet_CAP_MAC: 100,
  CapabilityBoundingSet_CAP_LINUX_IMMUTABLE: 75,
  CapabilityBoundingSet_CAP_IPC_LOCK: 50,
  CapabilityBoundingSet_CAP_SYS_CHROOT: 50,
  CapabilityBoundingSet_CAP_BLOCK_SUSPEND: 25,
  CapabilityBoundingSet_CAP_WAKE_ALARM: 25,
  CapabilityBoundingSet_CAP_LEASE: 25,
  CapabilityBoundingSet_CAP_SYS_TTY_CONFIG: 25,
  CapabilityBoundingSet_CAP_SYS_PACCT: 25,
  CapabilityBoundingSet_CAP_BPF: 25,
  UMask: 100,
  KeyringMode: 1000,
  ProtectProc: 1000,
  ProcSubset: 10,
  NotifyAccess: 1000,
  RemoveIPC: 100,
  Delegate: 100,
  RestrictRealtime: 500,
  RestrictSUIDSGID: 1000,
  RestrictNamespaces_user: 1500,
  RestrictNamespaces_mnt: 500,
  RestrictNamespaces_ipc: 500,
  RestrictNamespaces_pid: 500,
  RestrictNamespaces_cgroup: 500,
  RestrictNamespaces_net: 500,
  RestrictNamespaces_uts: 100,
  RestrictAddressFamilies_AF_INET_INET6: 1500,
  RestrictAddressFamilies_AF_UNIX: 25,
  RestrictAddressFamilies_AF_NETLINK: 200,
  RestrictAddressFamilies_AF_PACKET: 1000,
  RestrictAddressFamilies_OTHER: 1250,
  SystemCallArchitectures: 1000,
  SystemCallFilter_swap: 1000,
  SystemCallFilter_obsolete: 250,
  SystemCallFilter_clock: 1000,
  SystemCallFilter_cpu_emulation: 250,
  SystemCallFilter_debug: 1000,
  SystemCallFilter_mount: 1000,
  SystemCallFilter_module: 1000,
  SystemCallFilter_raw_io: 1000,
  SystemCallFilter_reboot: 1000,
  SystemCallFilter_privileged: 700,
  SystemCallFilter_resources: 700,
  IPAddressDeny: 1000,
  DeviceAllow: 1000,
  AmbientCapabilities: 500,
} as const;

export type Row = keyof typeof rowWeights;

/** 0 for what no row is about. */
export function weightOfRow(row: Row | undefined): number {
  return row === undefined ? 0 : rowWeights[row];
}

/** The row in which a capability counts; CAP_PERFMON and CAP_CHECKPOINT_RESTORE have none. */
const capabilityRows: Readonly<Partial<Record<Capability, Row>>> = {
  CAP_SYS_ADMIN: "CapabilityBoundingSet_CAP_SYS_ADMIN",
  CAP_SETUID: "CapabilityBoundingSet_CAP_SET_UID_GID_PCAP",
  CAP_SETGID: "CapabilityBoundingSet_CAP_SET_UID_GID_PCAP",
  CAP_SETPCAP: "CapabilityBoundingSet_CAP_SET_UID_GID_PCAP",
  CAP_SYS_PTRACE: "CapabilityBoundingSet_CAP_SYS_PTRACE",
  CAP_SYS_TIME: "CapabilityBoundingSet_CAP_SYS_TIME",
  CAP_NET_ADMIN: "CapabilityBoundingSet_CAP_NET_ADMIN",
  CAP_SYS_RAWIO: "CapabilityBoundingSet_CAP_SYS_RAWIO",
  CAP_SYS_MODULE: "CapabilityBoundingSet_CAP_SYS_MODULE",
  CAP_AUDIT_CONTROL: "CapabilityBoundingSet_CAP_AUDIT",
  CAP_AUDIT_READ: "CapabilityBoundingSet_CAP_AUDIT",
  CAP_AUDIT_WRITE: "CapabilityBoundingSet_CAP_AUDIT",
  CAP_SYSLOG: "CapabilityBoundingSet_CAP_SYSLOG",
  CAP_SYS_NICE: "CapabilityBoundingSet_CAP_SYS_NICE_RESOURCE",
  CAP_SYS_RESOURCE: "CapabilityBoundingSet_CAP_SYS_NICE_RESOURCE",
  CAP_MKNOD: "CapabilityBoundingSet_CAP_MKNOD",
  CAP_CHOWN: "CapabilityBoundingSet_CAP_CHOWN_FSETID_SETFCAP",
  CAP_FSETID: "CapabilityBoundingSet_CAP_CHOWN_FSETID_SETFCAP",
  CAP_SETFCAP: "CapabilityBoundingSet_CAP_CHOWN_FSETID_SETFCAP",
  CAP_DAC_OVERRIDE: "CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER",
  CAP_DAC_READ_SEARCH: "CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER",
  CAP_FOWNER: "CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER",
  CAP_IPC_OWNER: "CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER",
  CAP_KILL: "CapabilityBoundingSet_CAP_KILL",
  CAP_NET_BIND_SERVICE: "CapabilityBoundingSet_CAP_NET_BIND_SERVICE_BROADCAST_RAW)",
  CAP_NET_BROADCAST: "CapabilityBoundingSet_CAP_NET_BIND_SERVICE_BROADCAST_RAW)",
  CAP_NET_RAW: "CapabilityBoundingSet_CAP_NET_BIND_SERVICE_BROADCAST_RAW)",
  CAP_SYS_BOOT: "CapabilityBoundingSet_CAP_SYS_BOOT",
  CAP_MAC_ADMIN: "CapabilityBoundingSet_CAP_MAC",
  CAP_MAC_OVERRIDE: "CapabilityBoundingSet_CAP_MAC",
  CAP_LINUX_IMMUTABLE: "CapabilityBoundingSet_CAP_LINUX_IMMUTABLE",
  CAP_IPC_LOCK: "CapabilityBoundingSet_CAP_IPC_LOCK",
  CAP_SYS_CHROOT: "CapabilityBoundingSet_CAP_SYS_CHROOT",
  CAP_BLOCK_SUSPEND: "CapabilityBoundingSet_CAP_BLOCK_SUSPEND",
  CAP_WAKE_ALARM: "CapabilityBoundingSet_CAP_WAKE_ALARM",
  CAP_LEASE: "CapabilityBoundingSet_CAP_LEASE",
  CAP_SYS_TTY_CONFIG: "CapabilityBoundingSet_CAP_SYS_TTY_CONFIG",
  CAP_SYS_PACCT: "CapabilityBoundingSet_CAP_SYS_PACCT",
  CAP_BPF: "CapabilityBoundingSet_CAP_BPF",
};

export function weightOfCapability(capability: Capability): number {
  return weightOfRow(capabilityRows[capability]);
}

/** Groups of system calls with a row of their own. */
const groupRows: Readonly<Record<string, Row>> = {
  "@swap": "SystemCallFilter_swap",
  "@obsolete": "SystemCallFilter_obsolete",
  "@clock": "SystemCallFilter_clock",
  "@cpu-emulation": "SystemCallFilter_cpu_emulation",
  "@debug": "SystemCallFilter_debug",
  "@mount": "SystemCallFilter_mount",
  "@module": "SystemCallFilter_module",
  "@raw-io": "SystemCallFilter_raw_io",
  "@reboot": "SystemCallFilter_reboot",
  "@privileged": "SystemCallFilter_privileged",
  "@resources": "SystemCallFilter_resources",
};

export const weightedGroups: readonly string[] = Object.keys(groupRows);

export function weightOfGroup(group: string): number {
  return weightOfRow(groupRows[group]);
}

const familyRows: Readonly<Record<string, Row>> = {
  AF_INET: "RestrictAddressFamilies_AF_INET_INET6",
  AF_INET6: "RestrictAddressFamilies_AF_INET_INET6",
  AF_UNIX: "RestrictAddressFamilies_AF_UNIX",
  AF_NETLINK: "RestrictAddressFamilies_AF_NETLINK",
  AF_PACKET: "RestrictAddressFamilies_AF_PACKET",
};

export function weightOfFamily(family: string): number {
  const row = Object.hasOwn(familyRows, family) ? familyRows[family] : undefined;
  return weightOfRow(row ?? "RestrictAddressFamilies_OTHER");
}

/** Time namespaces have no row. */
const namespaceRows: Readonly<Partial<Record<NamespaceType, Row>>> = {
  user: "RestrictNamespaces_user",
  mnt: "RestrictNamespaces_mnt",
  ipc: "RestrictNamespaces_ipc",
  pid: "RestrictNamespaces_pid",
  cgroup: "RestrictNamespaces_cgroup",
  net: "RestrictNamespaces_net",
  uts: "RestrictNamespaces_uts",
};

/** `any` is as heavy as the heaviest. */
export function weightOfNamespace(type: NamespaceType | "any"): number {
  return weightOfRow(type === "any" ? namespaceRows.user : namespaceRows[type]);
}

/** Settings whose row has another name. */
const settingRows: Readonly<Record<string, Row>> = {
  User: "UserOrDynamicUser",
  DynamicUser: "UserOrDynamicUser",
  RootDirectory: "RootDirectoryOrRootImage",
  RootImage: "RootDirectoryOrRootImage",
  DevicePolicy: "DeviceAllow",
};

/** The heaviest of the rows about a directive; 0 when there is none. */
export function weightOfSetting(setting: string): number {
  const name = Object.hasOwn(settingRows, setting) ? settingRows[setting] : setting.replace(/Ex$/, "");
  const about = Object.entries(rowWeights).filter(([row]) => row === name || row.startsWith(`${name}_`));
  return Math.max(0, ...about.map(([, weight]) => weight));
}
