/** How each directive that confines a service is undone (systemd.exec(5), systemd.resource-control(5)). */

/** How to undo one directive. */
export interface Lift {
  readonly directive: string;
  /** Right-hand sides that undo whatever the vendor wrote. Booleans and enumerations do not know the empty assignment. */
  readonly values: readonly string[];
  /** The systemd that brought the directive (NEWS); an older one would warn about an unknown lvalue. */
  readonly since: number;
  /** What `systemctl show` prints afterwards, where a property of that name tells. */
  readonly shown?: readonly string[];
  /** Part of what units that share a namespace (JoinsNamespaceOf=) must have in common. */
  readonly shared?: true;
  /** Stays while a unit is learned: it does not confine but says how the service is run; lifted only to try what it does. */
  readonly stays?: true;
}

const off = { values: ["no"], shown: ["no"] };
const empty = { values: [""], shown: [""] };

/**
 * Every directive that confines, and how to lift it (systemd.exec(5), systemd.resource-control(5)). Stay: identity
 * (User=, DynamicUser=, AmbientCapabilities=, SupplementaryGroups=), topology (RootDirectory=, BindPaths=,
 * TemporaryFileSystem=, namespaces given by path), the service's own directories, credentials, limits on memory and processor.
 */
export const lifts: readonly Lift[] = [
  { directive: "NoNewPrivileges", since: 187, ...off },
  { directive: "PrivateTmp", since: 183, ...off, shared: true },
  { directive: "PrivateDevices", since: 209, ...off },
  { directive: "PrivateNetwork", since: 183, ...off, shared: true },
  { directive: "PrivateMounts", since: 239, ...off },
  { directive: "PrivateIPC", since: 248, ...off, shared: true },
  { directive: "PrivatePIDs", since: 257, ...off },
  { directive: "PrivateUsers", since: 232, ...off },
  { directive: "PrivateBPF", since: 258, ...off },
  { directive: "MountFlags", since: 183, values: [""], shown: ["", "0"] },
  { directive: "ProtectSystem", since: 214, ...off },
  { directive: "ProtectHome", since: 214, ...off },
  { directive: "ProtectControlGroups", since: 232, ...off },
  { directive: "ProtectKernelTunables", since: 232, ...off },
  { directive: "ProtectKernelModules", since: 232, ...off },
  { directive: "ProtectKernelLogs", since: 244, ...off },
  { directive: "ProtectClock", since: 245, ...off },
  { directive: "ProtectHostname", since: 242, ...off },
  { directive: "ProtectProc", since: 247, values: ["default"], shown: ["default"] },
  { directive: "ProcSubset", since: 247, values: ["all"], shown: ["all"] },
  { directive: "LockPersonality", since: 235, ...off },
  { directive: "MemoryDenyWriteExecute", since: 231, ...off },
  { directive: "RestrictSUIDSGID", since: 242, ...off },
  { directive: "RestrictRealtime", since: 231, ...off },
  { directive: "RestrictNamespaces", since: 233, ...off },
  { directive: "RestrictAddressFamilies", since: 211, ...empty },
  { directive: "RestrictFileSystems", since: 250, ...empty },
  { directive: "RestrictNetworkInterfaces", since: 250, ...empty },
  { directive: "SystemCallFilter", since: 187, ...empty },
  { directive: "SystemCallErrorNumber", since: 209, values: [""] },
  { directive: "SystemCallArchitectures", since: 209, ...empty },
  { directive: "SystemCallLog", since: 247, ...empty },
  // The empty assignment would mean no capability at all.
  { directive: "CapabilityBoundingSet", since: 183, values: ["~"] },
  { directive: "SecureBits", since: 183, values: [""], shown: ["", "0"] },
  { directive: "ReadOnlyPaths", since: 231, ...empty },
  { directive: "ReadWritePaths", since: 231, ...empty },
  { directive: "InaccessiblePaths", since: 231, ...empty },
  { directive: "ExecPaths", since: 248, ...empty },
  { directive: "NoExecPaths", since: 248, ...empty },
  { directive: "DevicePolicy", since: 208, values: ["auto"], shown: ["auto"] },
  { directive: "DeviceAllow", since: 208, ...empty },
  { directive: "IPAddressDeny", since: 235, ...empty },
  { directive: "IPAddressAllow", since: 235, ...empty },
  { directive: "IPIngressFilterPath", since: 243, ...empty },
  { directive: "IPEgressFilterPath", since: 243, ...empty },
  { directive: "BPFProgram", since: 249, ...empty },
  { directive: "SocketBindDeny", since: 249, ...empty },
  { directive: "SocketBindAllow", since: 249, ...empty },
  { directive: "LimitNPROC", since: 183, values: ["infinity"], shown: ["infinity"] },
  { directive: "LimitFSIZE", since: 183, values: ["infinity"], shown: ["infinity"] },
  { directive: "TasksMax", since: 227, values: ["infinity"], shown: ["infinity"] },
  { directive: "RemoveIPC", since: 232, ...off, stays: true },
  // The session keyring of systemd itself, as without the directive (exec_setup_keyring(), src/core/exec-invoke.c).
  { directive: "KeyringMode", since: 235, values: ["inherit"], shown: ["inherit"], stays: true },
  { directive: "NotifyAccess", since: 183, values: ["all"], shown: ["all"], stays: true },
  // The default of systemd.exec(5): files that a trial leaves behind must not be open to everybody.
  { directive: "UMask", since: 183, values: ["0022"], shown: ["0022"], stays: true },
];
