import { at, type Row } from "./row.js";

export const filter: readonly Row[] = [
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
