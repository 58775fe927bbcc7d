/** How each directive refuses, tried on systemd 252 and 257 with kernel 6.18; see docs/verification.md. */
import type { Circumstances } from "./support.js";

export interface Row {
  readonly dropIn: string;
  readonly line: string;
  readonly at?: Circumstances;
  /** Directives that may have done it, in the order in which they are named. */
  readonly suspects: readonly string[];
}

const at = (...paths: readonly string[]): Circumstances => ({ paths });
const known = (path: string, type: "char" | "file", mode = 0o600): Circumstances => ({
  paths: [path],
  host: { files: { [path]: { type, mode, uid: 0, gid: 0 } } },
});

const filter: readonly Row[] = [
  {
    dropIn: "SystemCallFilter=; SystemCallFilter=read write; SystemCallErrorNumber=EPERM",
    line: 'chroot("/srv") = -1 EPERM (Operation not permitted)',
    suspects: ["SystemCallFilter", "SystemCallErrorNumber"],
  },
  {
    dropIn: "SystemCallFilter=~@mount; SystemCallErrorNumber=EACCES",
    line: 'mount("a", "/b", "c", 0, NULL) = -1 EACCES (Permission denied)',
    suspects: ["SystemCallFilter", "SystemCallErrorNumber"],
  },
  {
    dropIn: "SystemCallFilter=read; SystemCallFilter=~clone3:ENOSYS",
    line: "clone3({flags=CLONE_VM}, 88) = -1 ENOSYS (Function not implemented)",
    at: { target: 252 },
    suspects: ["SystemCallFilter"],
  },
  {
    dropIn: "SystemCallFilter=read",
    line: 'chroot("/srv") = ?',
    at: { errno: "SIGSYS" },
    suspects: ["SystemCallFilter"],
  },
  {
    dropIn: "SystemCallFilter=read; SystemCallErrorNumber=kill",
    line: 'chroot("/srv") = ?',
    at: { errno: "SIGSYS" },
    suspects: ["SystemCallFilter", "SystemCallErrorNumber"],
  },
  {
    dropIn: "SystemCallFilter=@mount; SystemCallErrorNumber=EPERM",
    line: 'chroot("/srv") = -1 EPERM (Operation not permitted)',
    suspects: [],
  },
  {
    dropIn: "SystemCallArchitectures=; SystemCallArchitectures=native",
    line: "getpid() = ?",
    at: { errno: "SIGSYS", personality: "32" },
    suspects: ["SystemCallArchitectures"],
  },
  {
    dropIn: "SystemCallArchitectures=native x86",
    line: "getpid() = ?",
    at: { errno: "SIGSYS", personality: "32" },
    suspects: [],
  },
  {
    dropIn: "RestrictAddressFamilies=; RestrictAddressFamilies=AF_UNIX",
    line: "socket(AF_INET, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
    suspects: ["RestrictAddressFamilies"],
  },
  {
    dropIn: "RestrictAddressFamilies=none",
    line: "socket(AF_UNIX, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
    suspects: ["RestrictAddressFamilies"],
  },
  {
    dropIn: "RestrictAddressFamilies=; RestrictAddressFamilies=AF_INET",
    line: "socket(AF_INET, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
    suspects: [],
  },
  {
    dropIn: "RestrictAddressFamilies=",
    line: "socket(AF_INET, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
    suspects: [],
  },
  {
    dropIn: "RestrictNamespaces=yes",
    line: "unshare(CLONE_NEWNS) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictNamespaces"],
  },
  {
    dropIn: "RestrictNamespaces=; RestrictNamespaces=ipc",
    line: "clone(child_stack=NULL, flags=CLONE_NEWNS|SIGCHLD) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictNamespaces"],
  },
  {
    dropIn: "RestrictNamespaces=; RestrictNamespaces=ipc",
    line: "unshare(CLONE_NEWIPC) = -1 EPERM (Operation not permitted)",
    suspects: [],
  },
  {
    dropIn: "RestrictNamespaces=; RestrictNamespaces=ipc",
    line: "setns(3, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictNamespaces"],
  },
  {
    dropIn: "RestrictNamespaces=yes; RestrictNamespaces=no",
    line: "unshare(CLONE_NEWNS) = -1 EPERM (Operation not permitted)",
    suspects: [],
  },
  {
    dropIn: "RestrictNamespaces=~mnt",
    line: "clone3({flags=CLONE_VM, exit_signal=SIGCHLD}, 88) = -1 ENOSYS (Function not implemented)",
    suspects: ["RestrictNamespaces"],
  },
  {
    dropIn: "RestrictRealtime=yes",
    line: "sched_setscheduler(0, SCHED_FIFO, [1]) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictRealtime"],
  },
  {
    dropIn: "RestrictRealtime=yes",
    line: "sched_setscheduler(0, SCHED_OTHER|SCHED_RESET_ON_FORK, [0]) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictRealtime"],
  },
  {
    dropIn: "RestrictRealtime=yes",
    line: "sched_setattr(0, {size=48, sched_policy=SCHED_FIFO}, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictRealtime"],
  },
  {
    dropIn: "RestrictSUIDSGID=yes",
    line: 'chmod("/srv/x", 04755) = -1 EPERM (Operation not permitted)',
    at: at("/srv/x"),
    suspects: ["RestrictSUIDSGID"],
  },
  {
    dropIn: "RestrictSUIDSGID=on",
    line: 'mkdirat(AT_FDCWD, "/srv/x", S_ISGID|0755) = -1 EPERM (Operation not permitted)',
    at: at("/srv/x"),
    suspects: ["RestrictSUIDSGID"],
  },
  {
    dropIn: "RestrictSUIDSGID=yes",
    line: 'openat2(AT_FDCWD, "/srv/x", {flags=O_RDONLY}, 24) = -1 ENOSYS (Function not implemented)',
    at: at("/srv/x"),
    suspects: ["RestrictSUIDSGID"],
  },
  {
    dropIn: "RestrictSUIDSGID=yes",
    line: 'chmod("/srv/x", 0755) = -1 EPERM (Operation not permitted)',
    at: at("/srv/x"),
    suspects: [],
  },
  {
    dropIn: "LockPersonality=yes",
    line: "personality(0xffffffff) = -1 EPERM (Operation not permitted)",
    suspects: ["LockPersonality"],
  },
  {
    dropIn: "LockPersonality=yes",
    line: "personality(PER_LINUX) = -1 EPERM (Operation not permitted)",
    suspects: [],
  },
  {
    dropIn: "MemoryDenyWriteExecute=yes",
    line: "mprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC) = -1 EPERM (Operation not permitted)",
    at: { target: 252 },
    suspects: ["MemoryDenyWriteExecute"],
  },
  {
    dropIn: "MemoryDenyWriteExecute=yes",
    line: "mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 EACCES (Permission denied)",
    suspects: ["MemoryDenyWriteExecute"],
  },
  {
    dropIn: "MemoryDenyWriteExecute=yes",
    line: "shmat(3, NULL, SHM_EXEC) = -1 EACCES (Permission denied)",
    suspects: ["MemoryDenyWriteExecute"],
  },
  {
    dropIn: "MemoryDenyWriteExecute=yes",
    line: "mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 EPERM (Operation not permitted)",
    at: { host: { kernel: "6.1.0-28-amd64" } },
    suspects: ["MemoryDenyWriteExecute"],
  },
  {
    dropIn: "ProtectClock=yes",
    line: "clock_adjtime(CLOCK_REALTIME, {modes=0}) = -1 EPERM (Operation not permitted)",
    suspects: ["ProtectClock"],
  },
  {
    dropIn: "ProtectClock=yes",
    line: "timerfd_create(CLOCK_REALTIME_ALARM, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["ProtectClock"],
  },
  {
    dropIn: "ProtectKernelModules=yes",
    line: 'delete_module("x", 0) = -1 EPERM (Operation not permitted)',
    suspects: ["ProtectKernelModules"],
  },
  {
    dropIn: "ProtectKernelModules=yes",
    line: 'openat(AT_FDCWD, "/lib/modules/6.1/modules.dep", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: {
      ...at("/lib/modules/6.1/modules.dep"),
      host: { files: { "/lib": { type: "symlink", mode: 0o777, uid: 0, gid: 0, target: "usr/lib" } } },
    },
    suspects: ["ProtectKernelModules"],
  },
  {
    dropIn: "ProtectKernelLogs=yes",
    line: "syslog(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["ProtectKernelLogs"],
  },
  {
    dropIn: "ProtectKernelLogs=yes",
    line: 'openat(AT_FDCWD, "/proc/kmsg", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/proc/kmsg"),
    suspects: ["ProtectKernelLogs"],
  },
  {
    dropIn: "ProtectHostname=yes",
    line: 'sethostname("x", 1) = -1 EPERM (Operation not permitted)',
    suspects: ["ProtectHostname"],
  },
  {
    dropIn: "ProtectHostname=yes",
    line: 'openat(AT_FDCWD, "/proc/sys/kernel/hostname", O_WRONLY) = -1 EROFS (Read-only file system)',
    at: { ...at("/proc/sys/kernel/hostname"), target: 258 },
    suspects: ["ProtectHostname"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: "iopl(3) = -1 EPERM (Operation not permitted)",
    suspects: ["PrivateDevices"],
  },
];

const files: readonly Row[] = [
  {
    dropIn: "ProtectSystem=strict",
    line: 'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT, 0644) = -1 EROFS (Read-only file system)',
    at: at("/srv/x"),
    suspects: ["ProtectSystem"],
  },
  {
    dropIn: "ProtectSystem=strict; ReadWritePaths=; ReadWritePaths=/run",
    line: 'unlink("/var/lib/x") = -1 EROFS (Read-only file system)',
    at: at("/var/lib/x"),
    suspects: ["ReadWritePaths", "ProtectSystem"],
  },
  {
    dropIn: "ProtectSystem=full",
    line: 'mkdir("/etc/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/etc/x"),
    suspects: ["ProtectSystem"],
  },
  {
    dropIn: "ProtectSystem=yes",
    line: 'mkdir("/etc/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/etc/x"),
    suspects: [],
  },
  {
    dropIn: "ProtectSystem=strict; ReadWritePaths=/srv/a /srv/b",
    line: 'rename("/srv/a/x", "/srv/b/x") = -1 EXDEV (Invalid cross-device link)',
    at: at("/srv/a/x", "/srv/b/x"),
    suspects: ["ReadWritePaths"],
  },
  {
    dropIn: "ReadWritePaths=/srv/a /srv/b",
    line: 'rename("/srv/a/x", "/srv/a/y") = -1 EXDEV (Invalid cross-device link)',
    at: at("/srv/a/x", "/srv/a/y"),
    suspects: [],
  },
  {
    dropIn: "ProtectSystem=strict; ReadWritePaths=/srv/a",
    line: 'rmdir("/srv/a") = -1 EBUSY (Device or resource busy)',
    at: at("/srv/a"),
    suspects: ["ReadWritePaths"],
  },
  {
    dropIn: "ReadOnlyPaths=/srv",
    line: 'truncate("/srv/x", 0) = -1 EROFS (Read-only file system)',
    at: at("/srv/x"),
    suspects: ["ReadOnlyPaths"],
  },
  {
    dropIn: 'InaccessiblePaths="/srv/a b"',
    line: 'stat("/srv/a b/x", 0x7ffe) = -1 ENOENT (No such file or directory)',
    at: at("/srv/a b/x"),
    suspects: ["InaccessiblePaths"],
  },
  {
    dropIn: "InaccessiblePaths=-/srv",
    line: 'mkdir("/srv/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/srv/x"),
    suspects: ["InaccessiblePaths"],
  },
  {
    dropIn: "ProtectHome=yes",
    line: 'openat(AT_FDCWD, "/home/u/f", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/home/u/f"),
    suspects: ["ProtectHome"],
  },
  {
    dropIn: "ProtectHome=yes",
    line: 'openat(AT_FDCWD, "/home/u/f", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/home/u/f"),
    suspects: ["ProtectHome"],
  },
  {
    dropIn: "ProtectHome=tmpfs",
    line: 'mkdir("/root/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/root/x"),
    suspects: ["ProtectHome"],
  },
  {
    dropIn: "ProtectHome=read-only",
    line: 'mkdir("/root/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/root/x"),
    suspects: ["ProtectHome"],
  },
  {
    dropIn: "ProtectHome=read-only",
    line: 'openat(AT_FDCWD, "/home/u/f", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/home/u/f"),
    suspects: [],
  },
  {
    dropIn: "PrivateTmp=yes",
    line: 'connect(3, {sa_family=AF_UNIX, sun_path="/tmp/.s"}, 110) = -1 ENOENT (No such file or directory)',
    at: at("/tmp/.s"),
    suspects: ["PrivateTmp"],
  },
  {
    dropIn: "PrivateTmp=yes",
    line: 'rename("/tmp/x", "/srv/x") = -1 EXDEV (Invalid cross-device link)',
    at: at("/tmp/x", "/srv/x"),
    suspects: ["PrivateTmp"],
  },
  {
    dropIn: "PrivateTmp=disconnected",
    line: 'write(3</tmp/x>, "a", 1) = -1 ENOSPC (No space left on device)',
    suspects: ["PrivateTmp"],
  },
  {
    dropIn: "TemporaryFileSystem=/var:ro; BindReadOnlyPaths=/var/lib/a",
    line: 'openat(AT_FDCWD, "/var/lib/b", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/var/lib/b"),
    suspects: ["TemporaryFileSystem", "BindReadOnlyPaths"],
  },
  {
    dropIn: "TemporaryFileSystem=/var:ro; BindReadOnlyPaths=/var/lib/a",
    line: 'openat(AT_FDCWD, "/var/lib/a/f", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/var/lib/a/f"),
    suspects: [],
  },
  {
    dropIn: "TemporaryFileSystem=/var",
    line: 'openat(AT_FDCWD, "/var/n", O_WRONLY|O_CREAT, 0644) = -1 EACCES (Permission denied)',
    at: at("/var/n"),
    suspects: ["TemporaryFileSystem"],
  },
  {
    dropIn: "BindReadOnlyPaths=/var/lib/a",
    line: 'openat(AT_FDCWD, "/var/lib/a/f", O_WRONLY) = -1 EROFS (Read-only file system)',
    at: at("/var/lib/a/f"),
    suspects: ["BindReadOnlyPaths"],
  },
  {
    dropIn: "BindPaths=/var/lib/a",
    line: 'link("/var/lib/a/f", "/var/lib/f") = -1 EXDEV (Invalid cross-device link)',
    at: at("/var/lib/a/f", "/var/lib/f"),
    suspects: ["BindPaths"],
  },
  {
    dropIn: "DynamicUser=yes",
    line: 'mkdir("/srv/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/srv/x"),
    suspects: ["DynamicUser"],
  },
  {
    dropIn: "NoExecPaths=/; ExecPaths=/usr",
    line: 'execve("/opt/x", ["/opt/x"], 0x7ffe) = -1 EACCES (Permission denied)',
    at: at("/opt/x"),
    suspects: ["NoExecPaths", "ExecPaths"],
  },
  {
    dropIn: "NoExecPaths=/; ExecPaths=/usr",
    line: 'execve("/usr/bin/x", ["x"], 0x7ffe) = -1 EACCES (Permission denied)',
    at: at("/usr/bin/x"),
    suspects: [],
  },
  {
    dropIn: "NoExecPaths=/opt",
    line: "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</opt/lib.so>, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["NoExecPaths"],
  },
  {
    dropIn: "RestrictFileSystems=ext4",
    line: 'openat(AT_FDCWD, "/proc/uptime", O_RDONLY) = -1 EPERM (Operation not permitted)',
    at: at("/proc/uptime"),
    suspects: ["RestrictFileSystems"],
  },
  {
    dropIn: "UMask=0077",
    line: 'openat(AT_FDCWD, "/run/x/y", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/run/x/y"),
    suspects: ["UMask"],
  },
  {
    dropIn: "PrivateBPF=yes",
    line: 'openat(AT_FDCWD, "/sys/fs/bpf/x", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/sys/fs/bpf/x"),
    suspects: ["PrivateBPF"],
  },
];

const devices: readonly Row[] = [
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DevicePolicy"],
  },
  {
    dropIn: "DevicePolicy=closed; DeviceAllow=/dev/kvm rw",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DevicePolicy", "DeviceAllow"],
  },
  {
    dropIn: "DeviceAllow=/dev/kvm rw",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/fuse", "char"),
    suspects: ["DeviceAllow"],
  },
  {
    dropIn: "DevicePolicy=strict",
    line: 'openat(AT_FDCWD, "/dev/null", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/null", "char"),
    suspects: ["DevicePolicy"],
  },
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/dev/null", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/dev/null", "char"),
    suspects: [],
  },
  {
    dropIn: "DevicePolicy=closed",
    line: 'openat(AT_FDCWD, "/srv/f", O_RDWR) = -1 EPERM (Operation not permitted)',
    at: known("/srv/f", "file"),
    suspects: [],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'openat(AT_FDCWD, "/dev/fuse", O_RDWR) = -1 ENOENT (No such file or directory)',
    at: at("/dev/fuse"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'mkdir("/dev/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/dev/x"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: 'mknod("/tmp/n", S_IFCHR|0666, makedev(0x1, 0x3)) = -1 EPERM (Operation not permitted)',
    at: at("/tmp/n"),
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "PrivateDevices=yes",
    line: "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</dev/zero<char 1:5>>, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["PrivateDevices"],
  },
  {
    dropIn: "ProtectKernelLogs=yes",
    line: 'openat(AT_FDCWD, "/dev/kmsg", O_RDONLY) = -1 EPERM (Operation not permitted)',
    at: at("/dev/kmsg"),
    suspects: ["ProtectKernelLogs"],
  },
  {
    dropIn: "ProtectClock=yes",
    line: 'openat(AT_FDCWD, "/dev/rtc0", O_WRONLY) = -1 EPERM (Operation not permitted)',
    at: known("/dev/rtc0", "char"),
    suspects: ["ProtectClock"],
  },
];

const processes: readonly Row[] = [
  {
    dropIn: "ProtectProc=invisible",
    line: 'openat(AT_FDCWD, "/proc/1/stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/1/stat"),
    suspects: ["ProtectProc"],
  },
  {
    dropIn: "ProtectProc=noaccess",
    line: 'openat(AT_FDCWD, "/proc/77/stat", O_RDONLY) = -1 EPERM (Operation not permitted)',
    at: at("/proc/{other-pid}/stat"),
    suspects: ["ProtectProc"],
  },
  {
    dropIn: "ProtectProc=invisible",
    line: 'openat(AT_FDCWD, "/proc/self/nothing", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/self/nothing"),
    suspects: [],
  },
  {
    dropIn: "ProcSubset=pid",
    line: 'openat(AT_FDCWD, "/proc/meminfo", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/meminfo"),
    suspects: ["ProcSubset"],
  },
  {
    dropIn: "ProcSubset=pid",
    line: 'openat(AT_FDCWD, "/proc/7/nothing", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/{pid}/nothing"),
    suspects: [],
  },
  {
    dropIn: "PrivatePIDs=yes",
    line: "kill(77, SIGHUP) = -1 ESRCH (No such process)",
    suspects: ["PrivatePIDs"],
  },
  {
    dropIn: "PrivatePIDs=yes",
    line: 'openat(AT_FDCWD, "/proc/77/stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/proc/{other-pid}/stat"),
    suspects: ["PrivatePIDs"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'openat(AT_FDCWD, "/proc/sys/vm/swappiness", O_WRONLY) = -1 EROFS (Read-only file system)',
    at: at("/proc/sys/vm/swappiness"),
    suspects: ["ProtectKernelTunables"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'openat(AT_FDCWD, "/proc/kallsyms", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/proc/kallsyms"),
    suspects: ["ProtectKernelTunables"],
  },
  {
    dropIn: "ProtectKernelTunables=yes",
    line: 'mkdir("/sys/fs/cgroup/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/sys/fs/cgroup/x"),
    suspects: [],
  },
  {
    dropIn: "ProtectControlGroups=yes",
    line: 'mkdir("/sys/fs/cgroup/x", 0755) = -1 EROFS (Read-only file system)',
    at: at("/sys/fs/cgroup/x"),
    suspects: ["ProtectControlGroups"],
  },
  {
    dropIn: "ProtectControlGroups=private",
    line: 'openat(AT_FDCWD, "/sys/fs/cgroup/system.slice/cpu.stat", O_RDONLY) = -1 ENOENT (No such file or directory)',
    at: at("/sys/fs/cgroup/system.slice/cpu.stat"),
    suspects: ["ProtectControlGroups"],
  },
  {
    dropIn: "PrivateIPC=yes",
    line: "shmget(0x1234, 4096, 0) = -1 ENOENT (No such file or directory)",
    suspects: ["PrivateIPC"],
  },
  {
    dropIn: "PrivateIPC=yes",
    line: "shmat(5, NULL, 0) = -1 EINVAL (Invalid argument)",
    suspects: ["PrivateIPC"],
  },
  {
    dropIn: "RemoveIPC=yes",
    line: 'openat(AT_FDCWD, "/dev/shm/x", O_RDWR) = -1 ENOENT (No such file or directory)',
    at: at("/dev/shm/x"),
    suspects: ["RemoveIPC"],
  },
  {
    dropIn: "KeyringMode=private",
    line: 'keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", "foo", 0) = -1 ENOKEY (Required key not available)',
    suspects: ["KeyringMode"],
  },
  {
    dropIn: "LimitNPROC=1",
    line: "clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: ["LimitNPROC"],
  },
  {
    dropIn: "LimitNPROC=infinity",
    line: "clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: [],
  },
  {
    dropIn: "TasksMax=1",
    line: "clone3({flags=CLONE_VM}, 88) = -1 EAGAIN (Resource temporarily unavailable)",
    suspects: ["TasksMax"],
  },
  {
    dropIn: "LimitFSIZE=0",
    line: 'write(3</srv/f>, "x", 1) = -1 EFBIG (File too large)',
    suspects: ["LimitFSIZE"],
  },
  {
    dropIn: "LimitNOFILE=4",
    line: 'openat(AT_FDCWD, "/srv/f", O_RDONLY) = -1 EMFILE (Too many open files)',
    at: at("/srv/f"),
    suspects: ["LimitNOFILE"],
  },
];

const network: readonly Row[] = [
  {
    dropIn: "IPAddressDeny=; IPAddressDeny=any",
    line: 'sendto(3<UDP:[0.0.0.0:4711]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: ["IPAddressDeny"],
  },
  {
    dropIn: "IPAddressDeny=any; IPAddressAllow=192.0.2.0/24",
    line: 'sendto(3<UDP:[0.0.0.0:4711]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: [],
  },
  {
    dropIn: "IPAddressDeny=any; IPAddressAllow=localhost",
    line: 'connect(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ETIMEDOUT (Connection timed out)',
    suspects: ["IPAddressDeny", "IPAddressAllow"],
  },
  {
    dropIn: "RestrictNetworkInterfaces=lo",
    line: "sendmsg(3<UDP:[0.0.0.0:4711]>, {msg_name=NULL}, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictNetworkInterfaces"],
  },
  {
    dropIn: "SocketBindDeny=any; SocketBindAllow=ipv4:tcp:80",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(81), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: ["SocketBindDeny", "SocketBindAllow"],
  },
  {
    dropIn: "SocketBindDeny=any; SocketBindAllow=ipv4:tcp:80",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: [],
  },
  {
    dropIn: "PrivateNetwork=yes",
    line: 'connect(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH (Network is unreachable)',
    suspects: ["PrivateNetwork"],
  },
  {
    dropIn: "PrivateNetwork=yes",
    line: 'connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = -1 ECONNREFUSED (Connection refused)',
    at: at("/run/x"),
    suspects: [],
  },
  {
    dropIn: "IPEgressFilterPath=/sys/fs/bpf/x",
    line: "sendmsg(3, {msg_name=NULL}, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["IPEgressFilterPath"],
  },
];

const privileges: readonly Row[] = [
  {
    dropIn: "CapabilityBoundingSet=; CapabilityBoundingSet=CAP_KILL",
    line: 'chown("/srv/f", 1, 1) = -1 EPERM (Operation not permitted)',
    at: at("/srv/f"),
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "CapabilityBoundingSet=; CapabilityBoundingSet=CAP_KILL",
    line: "kill(77, SIGHUP) = -1 EPERM (Operation not permitted)",
    at: { facts: [{ kind: "capability", capability: "CAP_KILL", source: "inferred", operation: "kill" }] },
    suspects: [],
  },
  {
    dropIn: "CapabilityBoundingSet=~CAP_NET_BIND_SERVICE",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EACCES (Permission denied)',
    at: {
      facts: [
        { kind: "capability", capability: "CAP_NET_BIND_SERVICE", source: "inferred", operation: "bind" },
      ],
    },
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "CapabilityBoundingSet=~",
    line: 'chown("/srv/f", 1, 1) = -1 EPERM (Operation not permitted)',
    at: at("/srv/f"),
    suspects: [],
  },
  {
    dropIn: "CapabilityBoundingSet=",
    line: "mlock(0x7f0000000000, 4096) = -1 ENOMEM (Cannot allocate memory)",
    suspects: ["CapabilityBoundingSet"],
  },
  {
    dropIn: "PrivateUsers=yes",
    line: "setuid(33) = -1 EINVAL (Invalid argument)",
    suspects: ["PrivateUsers"],
  },
  {
    dropIn: "PrivateUsers=self",
    line: "setgroups(1, [33]) = -1 EPERM (Operation not permitted)",
    suspects: ["PrivateUsers"],
  },
  {
    dropIn: "NoNewPrivileges=yes",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: {
      paths: ["/etc/shadow"],
      executable: "/usr/bin/su",
      host: { files: { "/usr/bin/su": { type: "file", mode: 0o4755, uid: 0, gid: 0 } } },
    },
    suspects: ["NoNewPrivileges"],
  },
  {
    dropIn: "NoNewPrivileges=yes",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: { paths: ["/etc/shadow"], executable: "/usr/bin/cat" },
    suspects: [],
  },
  {
    dropIn: "SecureBits=noroot",
    line: "setuid(1) = -1 EPERM (Operation not permitted)",
    suspects: ["SecureBits"],
  },
  {
    dropIn: "AmbientCapabilities=",
    line: "setuid(1) = -1 EPERM (Operation not permitted)",
    suspects: ["AmbientCapabilities"],
  },
  {
    dropIn: "User=daemon",
    line: 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)',
    at: at("/etc/shadow"),
    suspects: ["User"],
  },
];

export const rows: readonly Row[] = [
  ...filter,
  ...files,
  ...devices,
  ...processes,
  ...network,
  ...privileges,
];
