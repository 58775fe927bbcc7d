/**
 * What the user manager (`systemd --user`) makes of each directive. Tried on systemd 252 and 257 as an ordinary user, with
 * and without PrivateUsers=yes; "only for system services" of systemd.exec(5) and systemd.resource-control(5) agrees but is
 * incomplete. Directives that are nowhere here work as they do for system services.
 */

/**
 * Take effect in a user namespace alone, in which an ordinary user has the right to mount and to give up capabilities.
 * Without one systemd 252 silently leaves out the mounts and fails to drop capabilities (218/CAPABILITIES); 257 makes the
 * namespace by itself, but not for CapabilityBoundingSet= (exec_invoke() in src/core/exec-invoke.c).
 */
export const inUserNamespace: ReadonlySet<string> = new Set([
  "BindPaths",
  "BindReadOnlyPaths",
  "CapabilityBoundingSet",
  "ExecPaths",
  "InaccessiblePaths",
  "MountAPIVFS",
  "NoExecPaths",
  "PrivateBPF",
  "PrivateDevices",
  "PrivateIPC",
  "PrivateMounts",
  "PrivateNetwork",
  "PrivatePIDs",
  "PrivateTmp",
  "ProcSubset",
  "ProtectClock",
  "ProtectControlGroups",
  "ProtectHome",
  "ProtectHostname",
  "ProtectKernelLogs",
  "ProtectKernelModules",
  "ProtectKernelTunables",
  "ProtectProc",
  "ProtectSystem",
  "ReadOnlyPaths",
  "ReadWritePaths",
  "RootDirectory",
  "TemporaryFileSystem",
]);

/**
 * A /proc of its own can be mounted only by who made the PID namespace that it shows (mount_capable(), proc_init_fs_context()
 * in fs/proc/root.c); without PrivatePIDs= systemd silently goes on with the old one.
 */
export const inPidNamespace: ReadonlySet<string> = new Set(["ProcSubset", "ProtectProc"]);

interface Lack {
  readonly directives: readonly string[];
  readonly why: string;
}

/** What the user manager silently ignores, or fails on when it starts the service. */
const lacks: readonly Lack[] = [
  {
    directives: [
      "BPFProgram",
      "BindNetworkInterface",
      "DeviceAllow",
      "DevicePolicy",
      "IPAddressAllow",
      "IPAddressDeny",
      "IPEgressFilterPath",
      "IPIngressFilterPath",
      "RestrictFileSystems",
      "RestrictNetworkInterfaces",
      "SocketBindAllow",
      "SocketBindDeny",
    ],
    why: "the user manager may not load BPF programs, without which it is ignored.",
  },
  {
    directives: ["DynamicUser", "Group", "SupplementaryGroups", "User"],
    why: "the user manager cannot change ids, and would not start the service (216/GROUP).",
  },
  { directives: ["PAMName"], why: "the user manager cannot open sessions, and would not start the service." },
  { directives: ["RemoveIPC"], why: "the user manager ignores it: it goes by User=." },
  {
    directives: ["AmbientCapabilities", "SecureBits"],
    why: "the user manager has no capabilities to grant (218/CAPABILITIES).",
  },
  {
    directives: ["NetworkNamespacePath"],
    why: "the user manager may not enter namespaces of others, and goes on without.",
  },
  {
    directives: [
      "CacheDirectory",
      "ConfigurationDirectory",
      "LogsDirectory",
      "RuntimeDirectory",
      "StateDirectory",
    ],
    why: "for the user manager it is a directory in the home directory or $XDG_RUNTIME_DIR, none of the system.",
  },
];

const lackOf: ReadonlyMap<string, string> = new Map(
  lacks.flatMap(({ directives, why }) => directives.map((directive) => [directive, why] as const)),
);

/** Words of a value for which an ordinary user would need more ids than its own (217/USER). */
const foreignIds = /\b(?:identity|full|managed)\b/;

/** Why the user manager does not enforce `directive` with `value`, one line; undefined when it does. */
export function userManagerLack(directive: string, value: string): string | undefined {
  if (directive === "PrivateUsers" && foreignIds.test(value)) {
    return "the user manager can map its own ids only, and would not start the service (217/USER).";
  }
  return lackOf.get(directive);
}
