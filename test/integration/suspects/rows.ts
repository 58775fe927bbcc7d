/** What is tried in a real sandbox: one call of a Python program under one setting, and whose fault it is that it fails. */
import type { Suite } from "../machine.js";

export interface Row {
  /** Lines of a `[Service]` section, separated by `; `. */
  readonly settings: string;
  /** Python, with the names of the prelude. */
  readonly code: string;
  readonly call: string;
  readonly blamed: string;
  /** Both, unless something lacks there. */
  readonly suites?: readonly Suite[];
}

/** Names for the programs: `call` makes any system call by its number (x86-64). */
export const prelude = `import ctypes, os, resource, socket, sys
libc = ctypes.CDLL(None)
def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(one) if isinstance(one, int) else one for one in arguments])
def create(path): os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
def datagram(host): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (host, 9))
def bind(port): socket.socket().bind(("127.0.0.1", port))
try:
    exec(sys.argv[1])
except OSError as error:
    print(error)
`;

const row = (settings: string, code: string, call: string, blamed: string, ...suites: Suite[]): Row => ({
  settings,
  code,
  call,
  blamed,
  ...(suites.length > 0 && { suites }),
});

/** strace itself runs behind the filter. */
const tracing = "ptrace process_vm_readv process_vm_writev prctl wait4 kill";

export const rows: readonly Row[] = [
  row(
    `SystemCallFilter=@system-service ${tracing}; SystemCallErrorNumber=EPERM`,
    'os.chroot("/")',
    "chroot",
    "SystemCallFilter",
  ),
  row("SystemCallFilter=~chroot:EACCES", 'os.chroot("/")', "chroot", "SystemCallFilter"),
  row("RestrictAddressFamilies=AF_UNIX", "socket.socket()", "socket", "RestrictAddressFamilies"),
  row("RestrictNamespaces=yes", "call(272, 0x20000)", "unshare", "RestrictNamespaces"),
  row("RestrictNamespaces=ipc", "call(308, 0, 0)", "setns", "RestrictNamespaces"),
  row("RestrictNamespaces=ipc", "call(435, 0, 0)", "clone3", "RestrictNamespaces"),
  row(
    "RestrictRealtime=yes",
    "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "sched_setscheduler",
    "RestrictRealtime",
  ),
  row("RestrictSUIDSGID=yes", 'os.chmod("/srv/try/f", 0o4755)', "chmod", "RestrictSUIDSGID"),
  row("LockPersonality=yes", "call(135, 0xffffffff)", "personality", "LockPersonality"),
  row("MemoryDenyWriteExecute=yes", "call(9, 0, 4096, 7, 0x22, -1, 0)", "mmap", "MemoryDenyWriteExecute"),
  row("ProtectClock=yes", "call(159, 0)", "adjtimex", "ProtectClock"),
  row("ProtectClock=yes", "call(283, 8, 0)", "timerfd_create", "ProtectClock"),
  row("ProtectKernelModules=yes", 'call(176, b"x", 0)', "delete_module", "ProtectKernelModules"),
  row("ProtectKernelLogs=yes", "call(103, 10, 0, 0)", "syslog", "ProtectKernelLogs"),
  row("ProtectHostname=yes", 'socket.sethostname("x")', "sethostname", "ProtectHostname"),
  row("PrivateDevices=yes", "call(172, 3)", "iopl", "PrivateDevices"),
  row("PrivateDevices=yes", 'create("/dev/x")', "openat", "PrivateDevices"),
  row(
    "PrivateDevices=yes",
    'os.mknod("/srv/try/null", 0o20666, os.makedev(1, 3))',
    "mknodat",
    "PrivateDevices",
  ),
  row(
    "DevicePolicy=strict; DeviceAllow=/dev/null rw",
    'os.open("/dev/zero", os.O_RDONLY)',
    "openat",
    "DevicePolicy",
  ),
  row("ProtectSystem=strict", 'create("/srv/try/n")', "openat", "ProtectSystem"),
  row("ProtectSystem=full", 'os.mkdir("/etc/try")', "mkdir", "ProtectSystem"),
  row("ProtectSystem=strict; ReadWritePaths=/srv/try", 'os.unlink("/srv/none")', "unlink", "ReadWritePaths"),
  row(
    "ReadWritePaths=/srv/try/a /srv/try/b",
    'os.rename("/srv/try/a/f", "/srv/try/b/f")',
    "rename",
    "ReadWritePaths",
  ),
  row("ReadOnlyPaths=/srv/try", 'os.truncate("/srv/try/f", 0)', "truncate", "ReadOnlyPaths"),
  row("InaccessiblePaths=/srv/try", 'os.open("/srv/try/f", os.O_RDONLY)', "openat", "InaccessiblePaths"),
  row(
    "InaccessiblePaths=/srv/try; User=daemon",
    'os.open("/srv/try/f", os.O_RDONLY)',
    "openat",
    "InaccessiblePaths",
  ),
  row("InaccessiblePaths=/srv/try", 'create("/srv/try/n")', "openat", "InaccessiblePaths"),
  row("ProtectHome=yes", 'os.open("/home/try/f", os.O_RDONLY)', "openat", "ProtectHome"),
  row("ProtectHome=tmpfs", 'os.open("/home/try/f", os.O_RDONLY)', "openat", "ProtectHome"),
  row("ProtectHome=read-only", 'create("/root/n")', "openat", "ProtectHome"),
  row("PrivateTmp=yes", 'os.open("/tmp/try", os.O_RDONLY)', "openat", "PrivateTmp"),
  row("PrivateTmp=yes", 'os.link("/srv/try/f", "/tmp/f")', "link", "PrivateTmp"),
  row("TemporaryFileSystem=/srv", 'os.open("/srv/try/f", os.O_RDONLY)', "openat", "TemporaryFileSystem"),
  row("BindReadOnlyPaths=/srv/try", 'create("/srv/try/n")', "openat", "BindReadOnlyPaths"),
  row("BindPaths=/srv/try/a", 'os.rename("/srv/try/a/f", "/srv/try/g")', "rename", "BindPaths"),
  row("NoExecPaths=/srv/try", 'os.execv("/srv/try/true", ["true"])', "execve", "NoExecPaths"),
  row(
    "NoExecPaths=/srv/try",
    'call(9, 0, 4096, 5, 2, os.open("/srv/try/true", 0), 0)',
    "mmap",
    "NoExecPaths",
  ),
  row(
    "UMask=0777",
    'create("/srv/try/masked"); os.setuid(1); os.open("/srv/try/masked", os.O_RDONLY)',
    "openat",
    "UMask",
  ),
  row(
    "ProtectProc=invisible; User=daemon",
    'os.open("/proc/1/status", os.O_RDONLY)',
    "openat",
    "ProtectProc",
  ),
  row("ProtectProc=noaccess; User=daemon", 'os.open("/proc/1/status", os.O_RDONLY)', "openat", "ProtectProc"),
  row("ProcSubset=pid", 'os.open("/proc/meminfo", os.O_RDONLY)', "openat", "ProcSubset"),
  row("PrivatePIDs=yes", "os.kill(4000000, 1)", "kill", "PrivatePIDs", "trixie"),
  row(
    "ProtectKernelTunables=yes",
    'os.open("/proc/sys/vm/swappiness", os.O_WRONLY)',
    "openat",
    "ProtectKernelTunables",
  ),
  row("ProtectControlGroups=yes", 'os.mkdir("/sys/fs/cgroup/x")', "mkdir", "ProtectControlGroups"),
  row("PrivateIPC=yes", "call(29, 0x7472, 4, 0)", "shmget", "PrivateIPC"),
  row("KeyringMode=private", 'call(250, 10, -4, b"user", b"try", 0)', "keyctl", "KeyringMode"),
  row("LimitNPROC=2; User=games", "os.fork()", "clone", "LimitNPROC"),
  row("IPAddressDeny=any", 'datagram("127.0.0.1")', "sendto", "IPAddressDeny"),
  row("SocketBindDeny=any", "bind(81)", "bind", "SocketBindDeny", "trixie"),
  row(
    "RestrictNetworkInterfaces=~lo",
    'datagram("127.0.0.1")',
    "sendto",
    "RestrictNetworkInterfaces",
    "trixie",
  ),
  row("PrivateNetwork=yes", 'datagram("192.0.2.1")', "sendto", "PrivateNetwork"),
  row("CapabilityBoundingSet=~CAP_CHOWN", 'os.chown("/srv/try/f", 1, 1)', "chown", "CapabilityBoundingSet"),
  row("CapabilityBoundingSet=~CAP_NET_BIND_SERVICE", "bind(80)", "bind", "CapabilityBoundingSet"),
  row("PrivateUsers=yes", "os.setuid(33)", "setuid", "PrivateUsers"),
  row("PrivateUsers=yes", "os.setgroups([])", "setgroups", "PrivateUsers"),
  row("SecureBits=noroot noroot-locked", "os.setuid(33)", "setuid", "SecureBits"),
  row("User=daemon", 'os.open("/etc/shadow", os.O_RDONLY)', "openat", "User"),
  row("DynamicUser=yes", 'os.mkdir("/srv/try/dynamic")', "mkdir", "DynamicUser"),
];
