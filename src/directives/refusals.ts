/**
 * What each directive refuses and how that fails, in one sentence, for people who ask. Sources: systemd.exec(5),
 * systemd.resource-control(5), src/core/namespace.c and src/shared/seccomp-util.c of systemd, and the pages of the calls.
 */
const refusals: Readonly<Record<string, string>> = {
  // Privileges
  NoNewPrivileges:
    "Programs start without the rights of their setuid and setgid bits and file capabilities; execve itself succeeds.",
  CapabilityBoundingSet:
    "Capabilities that are not listed can never be had, not by root either: what needs one fails with EPERM, or EACCES for files.",
  AmbientCapabilities: "It grants and refuses nothing: programs run as User= keep these capabilities.",
  SecureBits:
    "With noroot, user id 0 and setuid programs of root gain no capabilities; what needs one fails with EPERM.",
  RestrictSUIDSGID:
    "Giving a file its setuid or setgid bit fails with EPERM, and openat2 with ENOSYS, for which programs use openat.",
  PrivateUsers:
    "There is a user namespace: capabilities count only inside it, other users appear as nobody, and what needs a capability on the host fails with EPERM.",
  DynamicUser:
    "Its user is made for the time it runs: files of other users are closed to it (EACCES), and all but its own directories are read-only (EROFS).",
  User: "Only root's processes have capabilities: as another user what needs them fails with EPERM, or EACCES for files.",
  Group: "Files that are open to another group alone fail with EACCES.",
  SupplementaryGroups: "Files that are open only to a group that is not listed fail with EACCES.",

  // File system
  ProtectSystem:
    "Writing fails with EROFS: with yes below /usr and /boot, with full below /etc too, with strict everywhere but in /proc, /sys, /dev, home directories and what ReadWritePaths= lists.",
  ReadWritePaths:
    "It only lifts: what it does not list stays read-only (EROFS), and between two of its entries rename and link fail with EXDEV.",
  ReadOnlyPaths: "Writing there fails with EROFS.",
  InaccessiblePaths:
    "What is there cannot be reached: EACCES, or for root an empty file or directory, where names are not found (ENOENT).",
  ExecPaths:
    "It only lifts NoExecPaths=: what is not listed cannot be executed (EACCES) or mapped executable (EPERM).",
  NoExecPaths:
    "Executing a file there fails with EACCES and mapping it executable, as a library, with EPERM.",
  TemporaryFileSystem: "An empty directory takes its place: what is there on the host is not found (ENOENT).",
  BindPaths: "It only lifts: it brings back what TemporaryFileSystem= and the like hide.",
  BindReadOnlyPaths:
    "It brings back what TemporaryFileSystem= and the like hide; writing there fails with EROFS.",
  ProtectHome:
    "In /home, /root and /run/user, with yes nothing is found or reached (ENOENT, or EACCES for other users than root), with tmpfs they are empty (ENOENT), with read-only writing fails with EROFS.",
  PrivateTmp:
    "/tmp and /var/tmp are its own: what others put there is not found (ENOENT), others do not see what it puts there, and moving a file out fails with EXDEV.",
  PrivateDevices:
    "Devices but null, zero, full, random, urandom and terminals are not there (ENOENT), names in /dev cannot be made (EROFS), and raw I/O calls fail with EPERM.",
  PrivateMounts: "Mounts that it makes succeed, but the host does not see them.",
  RootDirectory: "What lies outside of that directory is not found (ENOENT).",
  StateDirectory: "It refuses nothing: it makes the directory, owned by User=, and keeps it writable.",
  CacheDirectory: "It refuses nothing: it makes the directory, owned by User=, and keeps it writable.",
  LogsDirectory: "It refuses nothing: it makes the directory, owned by User=, and keeps it writable.",
  RuntimeDirectory:
    "It refuses nothing: it makes the directory, owned by User=, keeps it writable and removes it at the end.",
  ConfigurationDirectory: "It refuses nothing: it makes the directory and keeps it writable.",
  LoadCredential: "It refuses nothing: systemd reads the file as root, and the service gets a copy.",
  DevicePolicy: "Opening or making a device that is not listed fails with EPERM.",
  DeviceAllow: "It only lifts DevicePolicy=: opening or making a device that is not listed fails with EPERM.",
  RestrictFileSystems: "Opening a file on a file system of another type fails with EPERM.",
  UMask: "What it makes is closed to the users that the mask names: for them opening it fails with EACCES.",

  // Kernel
  ProtectKernelTunables:
    "Writing below /proc/sys, /sys and the like fails with EROFS; /proc/kallsyms and /proc/kcore cannot be read.",
  ProtectKernelModules:
    "Loading and unloading kernel modules fails with EPERM, and /usr/lib/modules cannot be reached (EACCES, ENOENT).",
  ProtectKernelLogs: "syslog(2) fails with EPERM, and /dev/kmsg and /proc/kmsg cannot be reached.",
  ProtectControlGroups:
    "Writing below /sys/fs/cgroup fails with EROFS; with private and strict only its own control group is seen.",
  ProtectClock:
    "Setting the clock, and asking for its adjustment, fails with EPERM; the hardware clock is read-only.",
  ProtectHostname: "Setting the host name fails with EPERM, and a change of it on the host may not be seen.",
  Delegate:
    "It refuses nothing: without it systemd owns the control groups below the unit's and may remove them.",

  // Processes and memory
  RestrictNamespaces:
    "Creating and entering namespaces of a type that is not listed fails with EPERM, and clone3 with ENOSYS, for which programs use clone.",
  RestrictRealtime: "Asking for real-time scheduling fails with EPERM.",
  LockPersonality: "personality(2) fails with EPERM.",
  MemoryDenyWriteExecute:
    "Memory that is writable and executable, or becomes executable later, fails with EPERM or EACCES.",
  ProtectProc:
    "Of processes of other users nothing is seen in /proc: ENOENT with invisible and ptraceable, EPERM with noaccess.",
  ProcSubset: "Of /proc only what is about processes is there; the rest is not found (ENOENT).",
  PrivatePIDs:
    "Processes outside of the unit are not there: signals to them fail with ESRCH, and in /proc they are not found (ENOENT).",
  PrivateIPC: "System V objects and message queues of others are not found (ENOENT).",
  PrivateBPF: "BPF objects that others pinned below /sys/fs/bpf are not found (ENOENT).",
  RemoveIPC: "It refuses nothing: IPC objects of the user are removed when the unit stops.",
  KeyringMode: "Keys of the user's keyring are not found (ENOKEY).",
  NotifyAccess: "Messages to systemd from other processes than those named are ignored.",
  LimitNPROC:
    "A new process beyond the limit fails with EAGAIN; the processes of the user are counted, of all units.",
  LimitFSIZE: "Writing a file beyond the size fails with EFBIG and the signal SIGXFSZ.",
  LimitCORE: "Memory images of processes that crash are cut at the size.",
  CoredumpFilter: "It decides which memory a core dump has; no call fails.",
  MemoryKSM: "It decides whether equal memory is shared with other processes; no call fails.",
  AppArmorProfile: "What the profile of AppArmor does not grant fails with EACCES or EPERM.",
  SELinuxContext: "What the policy of SELinux does not grant to the context fails with EACCES.",
  SmackProcessLabel: "What the rules of SMACK do not grant to the label fails with EACCES.",

  // Network
  RestrictAddressFamilies:
    "Opening a socket of a family that is not listed fails with EAFNOSUPPORT; sockets that it is given work.",
  PrivateNetwork:
    "Only a loopback of its own is there: connections elsewhere fail with ENETUNREACH, and others do not reach it.",
  NetworkNamespacePath: "Only the interfaces of that network namespace are there.",
  JoinsNamespaceOf: "It refuses nothing: namespaces are shared with those of the other unit.",
  IPAddressDeny:
    "Packets from and to these addresses are dropped: sending fails with EPERM, TCP connections time out.",
  IPAddressAllow: "It only lifts IPAddressDeny=: packets from and to other addresses are dropped.",
  SocketBindDeny: "bind to these ports fails with EPERM.",
  SocketBindAllow: "It only lifts SocketBindDeny=: bind to other ports fails with EPERM.",
  IPCNamespacePath: "IPC objects of that namespace alone are there.",
  UserNamespacePath: "Capabilities count only inside that user namespace.",
  BindNetworkInterface: "It refuses nothing: sockets are bound to that interface.",
  IPIngressFilterPath: "A program of this site decides which packets are received.",
  IPEgressFilterPath: "A program of this site decides which packets are sent: others fail with EPERM.",
  BPFProgram: "A program of this site decides about its control group.",
  NFTSet: "It refuses nothing: a firewall of this site can tell its packets.",
  RestrictNetworkInterfaces: "Packets on other interfaces are dropped: TCP connections time out.",

  // System calls
  SystemCallArchitectures: "A program that makes calls of another architecture is killed (SIGSYS).",
  SystemCallFilter:
    "Calls that are not listed fail with the error of SystemCallErrorNumber=, or with the one written behind them.",
  SystemCallErrorNumber:
    "It refuses nothing by itself: it is how the calls fail that SystemCallFilter= refuses.",
  SystemCallLog: "It refuses nothing: the calls are logged.",
};

/** The same of directives that differ in no way that matters here. */
const shared: readonly (readonly [names: string, refusal: string])[] = [
  [
    "RootImage RootMStack RootImageOptions RootHash RootHashSignature RootVerity RootEphemeral RootImagePolicy",
    "It lays out another root: what is not in that image is not found (ENOENT).",
  ],
  [
    "MountImages ExtensionImages ExtensionDirectories MountImagePolicy ExtensionImagePolicy",
    "It lays images over the file system: what they cover is not seen.",
  ],
  [
    "MountAPIVFS BindLogSockets",
    "It refuses nothing: it brings kernel file systems and sockets into another root.",
  ],
  ["MountFlags", "Mounts that one side makes are not seen by the other."],
  [
    "IPCNamespacePath UserNamespacePath",
    "It joins a namespace that is there: what lies outside of that is not seen.",
  ],
  ["BindNetworkInterface", "Sockets use that interface alone: what is reached by others times out."],
  [
    "IPIngressFilterPath IPEgressFilterPath BPFProgram",
    "It refuses what the BPF program refuses that it names.",
  ],
  ["NFTSet", "It refuses nothing: it tells the firewall which packets are the unit's."],
  [
    "BPFDelegateCommands BPFDelegateMaps BPFDelegatePrograms BPFDelegateAttachments",
    "It only lifts: BPF operations that are not listed fail with EPERM in a user namespace.",
  ],
  [
    "StateDirectoryMode CacheDirectoryMode LogsDirectoryMode RuntimeDirectoryMode ConfigurationDirectoryMode",
    "Users whom the mode leaves out cannot enter the directory (EACCES).",
  ],
  ["StateDirectoryQuota CacheDirectoryQuota LogsDirectoryQuota", "Writing more than that fails with EDQUOT."],
  [
    "StateDirectoryAccounting CacheDirectoryAccounting LogsDirectoryAccounting RuntimeDirectoryPreserve TimeoutCleanSec",
    "It refuses nothing: it is about keeping and counting the directory.",
  ],
  [
    "LoadCredentialEncrypted SetCredential SetCredentialEncrypted ImportCredential",
    "It refuses nothing: the service gets a credential that it can read.",
  ],
  ["DelegateSubgroup DelegateNamespaces", "It refuses nothing: it hands something over to the service."],
  ["LimitMEMLOCK", "Locking more memory fails with ENOMEM."],
  ["LimitNOFILE", "Opening more files fails with EMFILE."],
  ["LimitNICE LimitRTPRIO", "Raising the priority further fails with EPERM, or EACCES."],
  ["TasksMax", "A new process or thread beyond the limit fails with EAGAIN."],
  ["MemoryMax", "Beyond the limit a process of the unit is killed."],
  [
    "CPUQuota MemoryTHP OOMScoreAdjust IgnoreSIGPIPE TimerSlackNSec Personality SetLoginEnvironment",
    "No call fails: it sets how the processes are treated.",
  ],
  ["PAMName", "The session is refused where the PAM service refuses it (exit status 224/PAM)."],
];

const all: ReadonlyMap<string, string> = new Map([
  ...Object.entries(refusals),
  ...shared.flatMap(([names, refusal]) => names.split(" ").map((name) => [name, refusal] as const)),
]);

/** How `directive` refuses; undefined for one that is not known. */
export function refusalOf(directive: string): string | undefined {
  return all.get(directive);
}

/** What a list makes exceptions from, the usual one first: not to be listed is to be refused by that one. */
const lifted: Readonly<Record<string, readonly string[]>> = {
  ReadWritePaths: ["ProtectSystem", "ReadOnlyPaths"],
  ExecPaths: ["NoExecPaths"],
  BindPaths: ["TemporaryFileSystem"],
  BindReadOnlyPaths: ["TemporaryFileSystem"],
  DeviceAllow: ["DevicePolicy", "PrivateDevices"],
  IPAddressAllow: ["IPAddressDeny"],
  SocketBindAllow: ["SocketBindDeny"],
};

/** The directives that `directive` makes exceptions from; none where it stands for itself. */
export function liftedBy(directive: string): readonly string[] {
  return Object.hasOwn(lifted, directive) ? (lifted[directive] ?? []) : [];
}

const refusing = new Set([
  "InaccessiblePaths",
  "ReadOnlyPaths",
  "NoExecPaths",
  "TemporaryFileSystem",
  "IPAddressDeny",
  "SocketBindDeny",
]);

/** Whether a list refuses what it has, and not what it has not. */
export function refusesListed(directive: string): boolean {
  return refusing.has(directive);
}
