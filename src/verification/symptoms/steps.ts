/**
 * At which step systemd gave up to start a process, and which settings it was putting into effect: process exit codes of
 * systemd.exec(5), exec_invoke() in src/core/exec-invoke.c (exec_child() before 255).
 */

/** By exit status, as `systemd-analyze exit-status` names them on 252 and 257. */
const names: ReadonlyMap<number, string> = new Map([
  [200, "CHDIR"],
  [202, "FDS"],
  [203, "EXEC"],
  [204, "MEMORY"],
  [205, "LIMITS"],
  [208, "STDIN"],
  [209, "STDOUT"],
  [210, "CHROOT"],
  [213, "SECUREBITS"],
  [216, "GROUP"],
  [217, "USER"],
  [218, "CAPABILITIES"],
  [219, "CGROUP"],
  [222, "STDERR"],
  [224, "PAM"],
  [225, "NETWORK"],
  [226, "NAMESPACE"],
  [227, "NO_NEW_PRIVILEGES"],
  [228, "SECCOMP"],
  [229, "SELINUX_CONTEXT"],
  [230, "PERSONALITY"],
  [231, "APPARMOR"],
  [232, "ADDRESS_FAMILIES"],
  [233, "RUNTIME_DIRECTORY"],
  [235, "CHOWN"],
  [236, "SMACK_PROCESS_LABEL"],
  [237, "KEYRING"],
  [238, "STATE_DIRECTORY"],
  [239, "CACHE_DIRECTORY"],
  [240, "LOGS_DIRECTORY"],
  [241, "CONFIGURATION_DIRECTORY"],
  [243, "CREDENTIALS"],
  [244, "BPF"],
]);

/** The step of an exit status; undefined for one that is not systemd's. */
export function stepNamed(status: number): string | undefined {
  return names.get(status);
}

const hiding =
  "ProtectHome InaccessiblePaths TemporaryFileSystem BindReadOnlyPaths BindPaths PrivateTmp RootDirectory";
const identity = "User Group SupplementaryGroups DynamicUser";
const terminal = "DevicePolicy DeviceAllow PrivateDevices";
const filters =
  "SystemCallFilter SystemCallErrorNumber SystemCallArchitectures SystemCallLog RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality MemoryDenyWriteExecute ProtectClock ProtectKernelModules ProtectKernelLogs ProtectKernelTunables ProtectHostname PrivateDevices";

/** What fails at each step. */
const directives: Readonly<Record<string, string>> = {
  CHDIR: `${hiding} ${identity}`,
  EXEC: `NoExecPaths ExecPaths ${hiding} ${filters} RestrictFileSystems CapabilityBoundingSet LimitNPROC ${identity}`,
  MEMORY: "MemoryKSM",
  LIMITS: "LimitNPROC LimitFSIZE LimitCORE LimitNOFILE LimitMEMLOCK LimitNICE LimitRTPRIO RestrictRealtime",
  STDIN: terminal,
  STDOUT: `${terminal} ${hiding}`,
  STDERR: `${terminal} ${hiding}`,
  CHROOT: "RootDirectory",
  SECUREBITS: "SecureBits",
  GROUP: identity,
  USER: `${identity} PrivateUsers`,
  CAPABILITIES: "CapabilityBoundingSet AmbientCapabilities PrivateUsers",
  CGROUP: "Delegate ProtectControlGroups",
  PAM: "PAMName",
  NETWORK: "PrivateNetwork NetworkNamespacePath",
  NAMESPACE: `ReadWritePaths ReadOnlyPaths ${hiding} ExecPaths NoExecPaths PrivateDevices PrivateMounts MountFlags PrivateIPC PrivatePIDs PrivateBPF ProtectSystem ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectProc ProcSubset ProtectHostname StateDirectory CacheDirectory LogsDirectory RuntimeDirectory ConfigurationDirectory DynamicUser`,
  NO_NEW_PRIVILEGES: "NoNewPrivileges",
  SECCOMP: filters,
  SELINUX_CONTEXT: "SELinuxContext",
  PERSONALITY: "Personality LockPersonality",
  APPARMOR: "AppArmorProfile",
  ADDRESS_FAMILIES: "RestrictAddressFamilies",
  RUNTIME_DIRECTORY: "RuntimeDirectory",
  CHOWN: identity,
  SMACK_PROCESS_LABEL: "SmackProcessLabel",
  KEYRING: "KeyringMode",
  STATE_DIRECTORY: "StateDirectory",
  CACHE_DIRECTORY: "CacheDirectory",
  LOGS_DIRECTORY: "LogsDirectory",
  CONFIGURATION_DIRECTORY: "ConfigurationDirectory",
  CREDENTIALS: "LoadCredential LoadCredentialEncrypted SetCredential SetCredentialEncrypted ImportCredential",
  BPF: "RestrictFileSystems",
};

/** Directives of which one can be why systemd failed at a step; none for a step that has nothing to do with a sandbox. */
export function directivesOfStep(step: string): readonly string[] {
  return Object.hasOwn(directives, step) ? (directives[step]?.split(" ") ?? []) : [];
}

/** What systemd says when one of the filters cannot be installed, and when other steps have one directive. */
const messages: readonly (readonly [text: string, directive: string])[] = [
  ["system call filters", "SystemCallFilter"],
  ["system call log filters", "SystemCallLog"],
  ["syscall architecture restrictions", "SystemCallArchitectures"],
  ["namespace restrictions", "RestrictNamespaces"],
  ["realtime restrictions", "RestrictRealtime"],
  ["SUID/SGID restrictions", "RestrictSUIDSGID"],
  ["clock restrictions", "ProtectClock"],
  ["module loading restrictions", "ProtectKernelModules"],
  ["kernel log restrictions", "ProtectKernelLogs"],
  ["sysctl restrictions", "ProtectKernelTunables"],
  ["hostname restrictions", "ProtectHostname"],
  ["writing to executable memory", "MemoryDenyWriteExecute"],
  ["bset capabilities", "CapabilityBoundingSet"],
  ["ambient capabilities", "AmbientCapabilities"],
  ["resource limit RLIMIT_NPROC", "LimitNPROC"],
  ["resource limit RLIMIT_FSIZE", "LimitFSIZE"],
];

/** The directive that the text of a failed step is about; undefined where it could be several. */
export function directiveInText(text: string): string | undefined {
  return messages.find(([phrase]) => text.includes(phrase))?.[1];
}
