import test from "ava";
import { decide } from "../../src/directives/index.js";
import { calls, decided, file, outcome, type Row, situation } from "./context.js";

/** Everything that confines a service or says who it is (systemd.exec(5), systemd.resource-control(5), systemd.service(5)). */
const all = `
AmbientCapabilities AppArmorProfile BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps
BPFDelegatePrograms BPFProgram BindLogSockets BindNetworkInterface BindPaths BindReadOnlyPaths CPUQuota
CacheDirectory CacheDirectoryAccounting CacheDirectoryMode CacheDirectoryQuota CapabilityBoundingSet
ConfigurationDirectory ConfigurationDirectoryMode CoredumpFilter Delegate DelegateNamespaces
DelegateSubgroup DeviceAllow DevicePolicy DynamicUser ExecPaths ExtensionDirectories
ExtensionImagePolicy ExtensionImages Group IPAddressAllow IPAddressDeny IPCNamespacePath
IPEgressFilterPath IPIngressFilterPath IgnoreSIGPIPE ImportCredential InaccessibleDirectories
InaccessiblePaths JoinsNamespaceOf KeyringMode LimitCORE LimitFSIZE LimitMEMLOCK LimitNICE LimitNOFILE
LimitNPROC LimitRTPRIO LoadCredential LoadCredentialEncrypted LockPersonality LogsDirectory
LogsDirectoryAccounting LogsDirectoryMode LogsDirectoryQuota MemoryDenyWriteExecute MemoryKSM MemoryMax
MemoryTHP MountAPIVFS MountFlags MountImagePolicy MountImages NFTSet NetworkNamespacePath NoExecPaths
NoNewPrivileges NotifyAccess OOMScoreAdjust PAMName Personality PrivateBPF PrivateDevices PrivateIPC
PrivateMounts PrivateNetwork PrivatePIDs PrivateTmp PrivateUsers ProcSubset ProtectClock
ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs ProtectKernelModules
ProtectKernelTunables ProtectProc ProtectSystem ReadOnlyDirectories ReadOnlyPaths ReadWriteDirectories
ReadWritePaths RemoveIPC RestrictAddressFamilies RestrictFileSystemAccess RestrictFileSystems
RestrictNamespaces RestrictNetworkInterfaces RestrictRealtime RestrictSUIDSGID RootDirectory
RootEphemeral RootHash RootHashSignature RootImage RootImageOptions RootImagePolicy RootMStack
RootVerity RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve SELinuxContext SecureBits
SetCredential SetCredentialEncrypted SetLoginEnvironment SmackProcessLabel SocketBindAllow
SocketBindDeny StateDirectory StateDirectoryAccounting StateDirectoryMode StateDirectoryQuota
SupplementaryGroups SystemCallArchitectures SystemCallErrorNumber SystemCallFilter SystemCallLog
TasksMax TemporaryFileSystem TimeoutCleanSec TimerSlackNSec UMask User UserNamespacePath
`
  .trim()
  .split(/\s+/);

/** Not decided yet. */
const missing = ["BindReadOnlyPaths", "TemporaryFileSystem"];

test("a reader who knows a directive finds what was decided about it", (t) => {
  const names = decide(situation()).map(({ directive }) => directive);
  t.deepEqual(
    all.filter((name) => !names.includes(name) && !missing.includes(name)),
    [],
  );
  t.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
});

test("whatever is not set says why in one line", (t) => {
  for (const decision of decide(situation())) {
    t.regex(decision.why, /^[^\n]+\.$/, decision.directive);
  }
});

const compatible = (given: Row[1] = {}): Row[1] => ({ posture: "compatible", ...given });
const net = { kind: "socket", family: "AF_PACKET", type: "SOCK_RAW", protocol: "" } as const;

const table: Readonly<Record<string, readonly Row[]>> = {
  NoNewPrivileges: [["nothing", compatible(), ["NoNewPrivileges=yes"]]],
  RestrictNamespaces: [["nothing", compatible(), ["RestrictNamespaces=yes"]]],
  PrivateDevices: [["nothing", compatible(), ["PrivateDevices=yes"]]],
  ProtectClock: [["nothing", compatible(), ["ProtectClock=yes"]]],
  PrivateTmp: [["nothing", compatible(), ["operator"]]],
  MemoryDenyWriteExecute: [["nothing", compatible(), ["operator"]]],
  ProtectSystem: [
    ["nothing", compatible(), ["ProtectSystem=full"]],
    ["writes in /usr", compatible({ facts: [file("create", "/usr/x")] }), ["operator"]],
    ["ships strict", compatible({ unit: { properties: { ProtectSystem: "strict" } } }), ["unsafe"]],
  ],
  ProtectHome: [
    ["nothing", compatible(), ["ProtectHome=read-only"]],
    ["looks for files", compatible({ facts: [file("missing", "/root/.x")] }), ["ProtectHome=read-only"]],
    ["writes", compatible({ facts: [file("create", "/root/.x")] }), ["unsafe"]],
    ["ships yes", compatible({ unit: { properties: { ProtectHome: "yes" } } }), ["unsafe"]],
  ],
  CapabilityBoundingSet: [
    [
      "nothing",
      compatible(),
      [
        "CapabilityBoundingSet=~CAP_LINUX_IMMUTABLE CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_PACCT CAP_SYS_ADMIN CAP_SYS_BOOT",
        "CapabilityBoundingSet=~CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_AUDIT_CONTROL CAP_MAC_OVERRIDE CAP_MAC_ADMIN",
        "CapabilityBoundingSet=~CAP_SYSLOG CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF",
        "CapabilityBoundingSet=~CAP_CHECKPOINT_RESTORE",
      ],
    ],
  ],
  RestrictAddressFamilies: [
    [
      "opens packet sockets",
      compatible({ facts: [net] }),
      ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_UNIX"],
    ],
  ],
  SystemCallFilter: [
    [
      "calls what services usually call, and mounts",
      compatible({ facts: calls("read openat mount") }),
      ["SystemCallFilter=", "SystemCallFilter=@mount @system-service"],
    ],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`posture compatible, ${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}

test("a capability that administers the machine and was used is left", (t) => {
  const capability = {
    kind: "capability",
    capability: "CAP_SYS_TIME",
    source: "inferred",
    operation: "x",
  } as const;
  const lines = decided("CapabilityBoundingSet", compatible({ facts: [capability] }));
  t.false(lines.join(" ").includes("CAP_SYS_TIME"));
  t.true(lines.join(" ").includes("CAP_SYS_BOOT"));
});

test("a filter of posture compatible takes nothing from the groups", (t) => {
  const decisions = decide(situation(compatible({ facts: calls("read clone3 openat2"), target: 252 })));
  t.false(outcome(decisions, "SystemCallFilter").some((line) => line.startsWith("SystemCallFilter=~")));
});
