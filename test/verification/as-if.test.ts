import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { handlers } from "../../src/facts/calls.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { asIfSucceeded } from "../../src/verification/as-if.js";
import { build, directory, file, hostWith, symlink } from "../facts/support.js";

const host = hostWith({
  "/": directory(),
  "/srv": directory(),
  "/srv/app": directory(33, 0o750),
  "/srv/app/data": file(33, 0o600),
  "/srv/app/link": symlink("data"),
  "/srv/app/d": directory(33, 0o700),
  "/usr/bin/tool": { ...file(0, 0o4755), capabilities: "cap_net_raw=ep" },
  "/dev/null": { type: "char", mode: 0o666, uid: 0, gid: 0 },
  "/etc": directory(),
  "/etc/shadow": file(0, 0o000),
});

/** The service begins with an execve, so that nothing of it is unknown. */
const start = '10 execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 0 vars */) = 0';

const refusal = "-1 EPERM (Operation not permitted)";

/** The line with an error instead of its result, if `error` is given. */
function ended(line: string, error?: string): string {
  const at = line.lastIndexOf(" = ");
  return error === undefined ? line : `${line.slice(0, at)} = ${error}`;
}

function learnAll(lines: readonly string[], uid: number): ReturnType<typeof build> {
  return build([start, ...lines].join("\n"), { begins: "execve", cwd: "/srv/app", uid, host });
}

/** What the last of `lines` adds when it works, and what it is said to need when it is refused. */
function compare(lines: readonly string[], uid = 0, error = refusal) {
  const before = lines.slice(0, -1);
  const last = lines.at(-1) ?? "";
  const worked = learnAll([...before, ended(last)], uid).facts;
  const refused = learnAll([...before, ended(last, error)], uid);
  const call = /^(?:\d+ )?(\w+)\(/.exec(last)?.[1];
  const failures = refused.failures.filter(
    (failure) => failure.call === call && error.includes(failure.errno),
  );
  const asIf = FactSet.of(failures.flatMap((failure) => [...asIfSucceeded(failure).facts(host).facts]));
  return { gained: worked.difference(refused.facts), worked, asIf, failures: failures.length };
}

/** Timing and reading a clock … can be refused by name alone. */
function besidesSyscalls(facts: Iterable<Fact>): string[] {
  return [...facts].filter(({ kind }) => kind !== "syscall").map((fact) => JSON.stringify(fact));
}

const unixAddress = '{sa_family=AF_UNIX, sun_path="/srv/app/sock"}';
const inet = (port: number, address = "192.0.2.7"): string =>
  `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${address}")}`;

/** Each line, after those before it, is refused. Text alone is one line. */
const calls: readonly (string | readonly string[])[] = [
  // privileged operations
  "prctl(PR_CAPBSET_DROP, CAP_CHOWN) = 0",
  "prctl(PR_SET_MM, PR_SET_MM_START_CODE, 0x1000, 0, 0) = 0",
  "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN, permitted=1<<CAP_CHOWN, inheritable=0}) = 0",
  [
    "prlimit64(0, RLIMIT_NOFILE, NULL, {rlim_cur=1024, rlim_max=4096}) = 0",
    "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=8192}, NULL) = 0",
  ],
  [
    "getrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4096}) = 0",
    "setrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=8192}) = 0",
  ],
  "getrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4096}) = 0",
  "mlock(0x7f0000000000, 1048576) = 0",
  "mlock2(0x7f0000000000, 1048576, MLOCK_ONFAULT) = 0",
  "mlockall(MCL_CURRENT) = 0",
  'mknod("/srv/app/dev", S_IFCHR|0600, makedev(0x1, 0x3)) = 0',
  'mknodat(AT_FDCWD, "fifo", S_IFIFO|02600) = 0',
  "ioctl(3</dev/net/tun>, TUNSETIFF, 0x7ffd) = 0",
  "ioctl(3</srv/app/data>, FS_IOC_SETFLAGS, [FS_IMMUTABLE_FL]) = 0",
  "fcntl(3<pipe:[7]>, F_SETPIPE_SZ, 4194304) = 4194304",
  "fcntl(3</srv/app/data>, F_SETLEASE, F_WRLCK) = 0",
  "fcntl64(3</srv/app/data>, F_GETFL) = 0",
  'mount("/dev/sda1", "/srv/app/d", "ext4", MS_RDONLY, NULL) = 0',
  'umount("/srv/app/d") = 0',
  'umount2("/srv/app/d", MNT_DETACH) = 0',
  'move_mount(3, "", AT_FDCWD, "/srv/app/d", MOVE_MOUNT_F_EMPTY_PATH) = 0',
  'mount_setattr(AT_FDCWD, "/srv/app/d", 0, {attr_set=MOUNT_ATTR_RDONLY}, 32) = 0',
  'fsopen("tmpfs", FSOPEN_CLOEXEC) = 3',
  "fsmount(3, FSMOUNT_CLOEXEC, 0) = 4",
  'fspick(AT_FDCWD, "/srv/app/d", 0) = 3',
  'sethostname("x", 1) = 0',
  'setdomainname("x", 1) = 0',
  'swapon("/srv/app/swap", 0) = 0',
  'swapoff("/srv/app/swap") = 0',
  'quotactl(QCMD(Q_SYNC, USRQUOTA), "/dev/sda1", 0, NULL) = 0',
  "quotactl_fd(3, QCMD(Q_SYNC, USRQUOTA), 0, NULL) = 0",
  "fanotify_init(FAN_CLASS_NOTIF, O_RDONLY) = 3",
  'acct("/srv/app/acct") = 0',
  "syslog(SYSLOG_ACTION_SIZE_BUFFER) = 1",
  "clock_settime(CLOCK_REALTIME, {tv_sec=1, tv_nsec=0}) = 0",
  "clock_settime64(CLOCK_REALTIME, {tv_sec=1, tv_nsec=0}) = 0",
  "settimeofday({tv_sec=1, tv_usec=0}, NULL) = 0",
  "stime([1]) = 0",
  "adjtimex({modes=ADJ_OFFSET, offset=1}) = 0 (TIME_OK)",
  "clock_adjtime(CLOCK_REALTIME, {modes=ADJ_OFFSET, offset=1}) = 0 (TIME_OK)",
  "clock_adjtime64(CLOCK_REALTIME, {modes=ADJ_OFFSET, offset=1}) = 0 (TIME_OK)",
  "reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF) = 0",
  "kexec_load(0x1000, 0, NULL, KEXEC_ARCH_DEFAULT) = 0",
  'kexec_file_load(3, 4, 1, "", 0) = 0',
  'init_module(0x7f00, 10, "") = 0',
  'finit_module(3</srv/app/m.ko>, "", 0) = 0',
  'delete_module("x", O_NONBLOCK) = 0',
  "ioperm(0x3f8, 1, 1) = 0",
  "iopl(3) = 0",
  "vhangup() = 0",
  "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH}, 72) = 3",
  "perf_event_open({type=PERF_TYPE_SOFTWARE}, 99, -1, -1, 0) = 3",
  "open_by_handle_at(3, {handle_bytes=8}, O_RDONLY) = 4",
  "lookup_dcookie(0x1, 0x7ffd, 100) = 0",
  "timerfd_create(CLOCK_BOOTTIME_ALARM, TFD_CLOEXEC) = 3",
  "timer_create(CLOCK_REALTIME_ALARM, NULL, [0]) = 0",
  "clock_nanosleep(CLOCK_REALTIME_ALARM, 0, {tv_sec=1, tv_nsec=0}, NULL) = 0",
  // other processes
  ["clone(child_stack=NULL, flags=SIGCHLD) = 11", "11 setresuid(33, 33, 33) = 0", "kill(11, SIGTERM) = 0"],
  "kill(99, SIGTERM) = 0",
  "kill(0, SIGHUP) = 0",
  ["clone(child_stack=NULL, flags=SIGCHLD) = 11", "11 setresuid(33, 33, 33) = 0", "kill(-10, SIGTERM) = 0"],
  "tkill(99, SIGTERM) = 0",
  "tgkill(99, 99, SIGTERM) = 0",
  "rt_sigqueueinfo(99, SIGTERM, {}) = 0",
  "rt_tgsigqueueinfo(99, 99, SIGTERM, {}) = 0",
  "pidfd_open(99, 0) = 3",
  "pidfd_send_signal(3<pid:99>, SIGTERM, NULL, 0) = 0",
  ["pidfd_open(99, 0) = 3", "pidfd_send_signal(3, SIGTERM, NULL, 0) = 0"],
  "pidfd_getfd(3<pid:99>, 4, 0) = 5",
  "process_madvise(3<pid:99>, [], 0, MADV_COLD, 0) = 0",
  "process_mrelease(3<pid:99>, 0) = 0",
  "ptrace(PTRACE_ATTACH, 99) = 0",
  "process_vm_readv(99, [], 0, [], 0, 0) = 0",
  "process_vm_writev(99, [], 0, [], 0, 0) = 0",
  "kcmp(10, 99, KCMP_FILE, 1, 2) = 0",
  "capget({version=_LINUX_CAPABILITY_VERSION_3, pid=99}, {}) = 0",
  "sched_setaffinity(99, 8, [0]) = 0",
  "sched_getaffinity(99, 8, [0]) = 8",
  "sched_setparam(99, [1]) = 0",
  "sched_getparam(99, [1]) = 0",
  "sched_setscheduler(99, SCHED_FIFO, [1]) = 0",
  "sched_getscheduler(99) = 0 (SCHED_OTHER)",
  "sched_setattr(99, {size=48, sched_policy=SCHED_RR, sched_flags=0}, 0) = 0",
  "sched_getattr(99, {}, 48, 0) = 0",
  "sched_rr_get_interval(99, {}) = 0",
  "setpriority(PRIO_PROCESS, 99, -5) = 0",
  "getpriority(PRIO_PROCESS, 99) = 20",
  "ioprio_set(IOPRIO_WHO_PROCESS, 99, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 4)) = 0",
  "ioprio_get(IOPRIO_WHO_PROCESS, 99) = 0",
  "prlimit64(99, RLIMIT_NOFILE, NULL, {rlim_cur=1, rlim_max=2}) = 0",
  "getpgid(99) = 99",
  "getsid(99) = 99",
  "get_robust_list(99, [0], [24]) = 0",
  "move_pages(99, 1, [], [], [], MPOL_MF_MOVE) = 0",
  "migrate_pages(99, 1, [], []) = 0",
  "setsid() = 10",
  "setpgid(0, 0) = 0",
  // ipc, keys
  "shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 5",
  "shmget(0x1234, 4096, 0600) = 5",
  "semget(0x1234, 1, IPC_CREAT|0600) = 5",
  "msgget(0x1234, 0) = 5",
  "shmat(5, NULL, SHM_EXEC) = 0x7f0000000000",
  ["shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 5", "shmat(5, NULL, 0) = 0x7f0000000000"],
  "semop(5, [], 1) = 0",
  "semtimedop(5, [], 1, NULL) = 0",
  "semtimedop_time64(5, [], 1, NULL) = 0",
  'msgsnd(5, {1, "x"}, 1, 0) = 0',
  'msgrcv(5, {1, "x"}, 1, 0, 0) = 1',
  "shmctl(5, IPC_RMID, NULL) = 0",
  "semctl(5, 0, IPC_RMID) = 0",
  "msgctl(5, IPC_RMID, NULL) = 0",
  'mq_open("queue", O_RDWR|O_CREAT, 0600, NULL) = 3',
  'mq_unlink("queue") = 0',
  ['mq_open("queue", O_RDWR|O_CREAT, 0600, NULL) = 3', 'mq_unlink("queue") = 0'],
  'add_key("user", "x", "y", 1, KEY_SPEC_SESSION_KEYRING) = 77',
  'request_key("user", "x", NULL, KEY_SPEC_USER_KEYRING) = 77',
  'keyctl(KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "x", 0) = 77',
  ['add_key("user", "x", "y", 1, KEY_SPEC_USER_KEYRING) = 77', "keyctl(KEYCTL_READ, 77, 0x7ffd, 10) = 1"],
  // what single directives refuse
  "unshare(CLONE_NEWNS|CLONE_NEWNET) = 0",
  "setns(3<net:[4]>, CLONE_NEWNET) = 0",
  "personality(PER_LINUX32) = 0 (PER_LINUX)",
  "sched_setscheduler(0, SCHED_FIFO, [1]) = 0",
  "sched_setattr(0, {size=48, sched_policy=SCHED_FIFO, sched_flags=SCHED_FLAG_RESET_ON_FORK}, 0) = 0",
  // signals
  "rt_sigaction(SIGTERM, {sa_handler=0x1000, sa_mask=[], sa_flags=0}, NULL, 8) = 0",
  "signalfd4(-1, [INT TERM], 8, SFD_CLOEXEC) = 3",
  // looking
  'stat("/srv/app/data", {}) = 0',
  'stat64("/srv/app/data", {}) = 0',
  'lstat("link", {}) = 0',
  'lstat64("link", {}) = 0',
  'newfstatat(AT_FDCWD, "data", {}, 0) = 0',
  'newfstatat(7</etc>, "shadow", {}, 0) = 0',
  'fstatat64(AT_FDCWD, "data", {}, 0) = 0',
  'statx(AT_FDCWD, "data", AT_STATX_SYNC_AS_STAT, STATX_ALL, {}) = 0',
  'statfs("/srv/app", {}) = 0',
  'statfs64("/srv/app", 88, {}) = 0',
  'readlink("link", "data", 10) = 4',
  'readlinkat(AT_FDCWD, "link", "data", 10) = 4',
  'getxattr("data", "user.x", "y", 10) = 1',
  'lgetxattr("data", "user.x", "y", 10) = 1',
  'getxattrat(AT_FDCWD, "data", 0, "user.x", {}, 16) = 1',
  'listxattr("data", "user.x", 10) = 7',
  'llistxattr("data", "user.x", 10) = 7',
  'listxattrat(AT_FDCWD, "data", 0, "user.x", 10) = 7',
  'file_getattr(AT_FDCWD, "data", {}, 24, 0) = 0',
  'name_to_handle_at(AT_FDCWD, "data", {}, [1], 0) = 0',
  'inotify_add_watch(3, "/srv/app/d", IN_CREATE) = 1',
  'fanotify_mark(3, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "/srv/app/d") = 0',
  'open_tree(AT_FDCWD, "/srv/app/d", OPEN_TREE_CLONE) = 3',
  'uselib("/lib/x.so") = 0',
  'access("/etc/shadow", R_OK) = 0',
  'access("data", W_OK) = 0',
  'faccessat(AT_FDCWD, "data", W_OK) = 0',
  'faccessat2(AT_FDCWD, "data", W_OK, AT_EACCESS) = 0',
  'oldstat("data", {}) = 0',
  'oldlstat("data", {}) = 0',
  // opening
  'open("/etc/shadow", O_RDONLY) = 3',
  'creat("new", 0644) = 3',
  'openat(AT_FDCWD, "data", O_RDWR) = 3',
  'openat(AT_FDCWD, "new", O_RDWR|O_CREAT|O_EXCL, 04700) = 3',
  'openat(AT_FDCWD, "/tmp/app.aB3xY9", O_RDWR|O_CREAT|O_EXCL, 0600) = 3',
  'openat(AT_FDCWD, "/srv/app/d", O_RDWR|O_TMPFILE, 0600) = 3',
  ['openat(AT_FDCWD, "data", O_RDONLY) = 3', 'openat(AT_FDCWD, "data", O_RDWR|O_CREAT, 0600) = 3'],
  [
    'openat(AT_FDCWD, "new", O_RDONLY) = -1 ENOENT (No such file or directory)',
    'openat(AT_FDCWD, "new", O_RDWR|O_CREAT, 0644) = 3',
  ],
  'openat2(AT_FDCWD, "data", {flags=O_RDWR, resolve=RESOLVE_BENEATH}, 24) = 3',
  // names
  'mkdir("/srv/app/new", 02755) = 0',
  'mkdirat(AT_FDCWD, "new", 0755) = 0',
  'symlink("data", "l2") = 0',
  'symlinkat("data", AT_FDCWD, "l2") = 0',
  'link("data", "/srv/app/d/hard") = 0',
  'linkat(AT_FDCWD, "data", AT_FDCWD, "d/hard", 0) = 0',
  'rename("data", "d/data") = 0',
  ['mkdir("old", 0700) = 0', 'rename("old", "d/old") = 0'],
  ['stat("d/data", {}) = 0', 'renameat(AT_FDCWD, "data", AT_FDCWD, "d/data") = 0'],
  'renameat2(AT_FDCWD, "data", AT_FDCWD, "d/data", RENAME_EXCHANGE) = 0',
  ['openat(AT_FDCWD, "dump.aB3xY9", O_RDWR|O_CREAT|O_EXCL, 0600) = 3', 'rename("dump.aB3xY9", "d/dump") = 0'],
  'unlink("data") = 0',
  'rmdir("d") = 0',
  'unlinkat(AT_FDCWD, "d", AT_REMOVEDIR) = 0',
  // changes in place
  'chmod("data", 04755) = 0',
  "fchmod(3</srv/app/data>, 0600) = 0",
  'fchmodat(AT_FDCWD, "data", 02755) = 0',
  'fchmodat2(AT_FDCWD, "data", 0600, 0) = 0',
  'chown("data", 33, 33) = 0',
  'chown32("data", 33, 33) = 0',
  'lchown("link", 0, 0) = 0',
  'lchown32("link", 0, 0) = 0',
  "fchown(3</srv/app/data>, 33, 33) = 0",
  "fchown32(3</srv/app/data>, 33, 33) = 0",
  ['openat(AT_FDCWD, "data", O_RDONLY) = 3', "fchown(3, 0, 0) = 0"],
  'fchownat(AT_FDCWD, "data", 33, 33, 0) = 0',
  'utime("data", NULL) = 0',
  'utimes("data", NULL) = 0',
  'futimesat(AT_FDCWD, "data", NULL) = 0',
  'utimensat(AT_FDCWD, "data", [{tv_sec=1, tv_nsec=0}, {tv_sec=1, tv_nsec=0}], 0) = 0',
  'utimensat_time64(AT_FDCWD, "data", NULL, 0) = 0',
  'setxattr("data", "security.capability", "x", 1, 0) = 0',
  'lsetxattr("data", "user.x", "x", 1, 0) = 0',
  'fsetxattr(3</srv/app/data>, "trusted.x", "x", 1, 0) = 0',
  'setxattrat(AT_FDCWD, "data", 0, "system.posix_acl_access", {}, 16) = 0',
  'removexattr("data", "user.x") = 0',
  'lremovexattr("data", "user.x") = 0',
  'fremovexattr(3</srv/app/data>, "user.x") = 0',
  'removexattrat(AT_FDCWD, "data", 0, "user.x") = 0',
  'file_setattr(AT_FDCWD, "data", {}, 24, 0) = 0',
  'truncate("data", 0) = 0',
  'truncate64("data", 0) = 0',
  "ftruncate(3</srv/app/data>, 0) = 0",
  "ftruncate64(3</srv/app/data>, 0) = 0",
  "fallocate(3</srv/app/data>, 0, 0, 10) = 0",
  // directories
  'chdir("d") = 0',
  "fchdir(3</srv/app/d>) = 0",
  'chroot("/srv/app/d") = 0',
  'pivot_root(".", ".") = 0',
  'getcwd("/srv/app", 4096) = 9',
  "umask(022) = 022",
  // sockets
  "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3",
  "socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) = 3",
  "socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 3",
  "socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0",
  ["socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3", `bind(3, ${inet(80, "0.0.0.0")}, 16) = 0`],
  ["socket(AF_UNIX, SOCK_STREAM, 0) = 3", `bind(3, ${unixAddress}, 110) = 0`],
  ["socket(AF_UNIX, SOCK_STREAM, 0) = 3", 'bind(3, {sa_family=AF_UNIX, sun_path=@"abstract"}, 11) = 0'],
  ["socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3", "listen(3, 10) = 0"],
  "listen(3, 10) = 0",
  ["socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3", `connect(3, ${inet(443)}, 16) = 0`],
  ["socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3", `connect(3, ${inet(53)}, 16) = 0`],
  ["socket(AF_UNIX, SOCK_STREAM, 0) = 3", `connect(3, ${unixAddress}, 110) = 0`],
  [
    "socket(AF_UNIX, SOCK_DGRAM, 0) = 3",
    'connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/notify"}, 110) = 0',
  ],
  ["socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3", `accept(3, ${inet(4711)}, [16]) = 4`],
  ["socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3", `accept4(3, ${inet(4711)}, [16], SOCK_CLOEXEC) = 4`],
  "getsockname(3, {}, [16]) = 0",
  "getpeername(3, {}, [16]) = 0",
  "setsockopt(3, SOL_SOCKET, SO_MARK, [1], 4) = 0",
  'setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "eth0\\0", 5) = 0',
  [
    'setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "eth0\\0", 5) = 0',
    'setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "eth1\\0", 5) = 0',
  ],
  ["socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3", `sendto(3, "x", 1, 0, ${inet(53)}, 16) = 1`],
  [
    "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3",
    "sendto(3, [{nlmsg_len=20, nlmsg_type=RTM_NEWADDR, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}, {}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20",
  ],
  [
    "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3",
    `bind(3, ${inet(53, "0.0.0.0")}, 16) = 0`,
    `recvfrom(3, "x", 9, 0, ${inet(5353, "192.0.2.9")}, [16]) = 1`,
    `sendto(3, "y", 1, 0, ${inet(5353, "192.0.2.9")}, 16) = 1`,
  ],
  `sendmsg(3, {msg_name=${inet(53)}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1`,
  'sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=99, uid=5, gid=6}}], msg_controllen=32, msg_flags=0}, 0) = 1',
  `sendmmsg(3, [{msg_hdr={msg_name=${inet(53)}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=1}], 1, 0) = 1`,
  `recvfrom(3, "x", 9, 0, ${inet(4711)}, [16]) = 1`,
  "recvmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7]}], msg_controllen=24, msg_flags=0}, 0) = 1",
  "recvmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7]}], msg_controllen=24, msg_flags=0}, msg_len=1}], 1, 0, NULL) = 1",
  "recvmmsg_time64(3, [], 1, 0, NULL) = 1",
  // ids
  "setuid(33) = 0",
  "setreuid(33, 33) = 0",
  "setresuid(33, 33, 33) = 0",
  "setgid(33) = 0",
  "setregid(33, 33) = 0",
  "setresgid(33, 33, 33) = 0",
  "setgroups(1, [33]) = 0",
  "setgroups(0, NULL) = 0",
  "setfsuid(33) = 0",
  "setfsgid(33) = 0",
  ...["setuid", "setgid", "setfsuid", "setfsgid"].map((name) => `${name}32(33) = 0`),
  ...["setreuid", "setregid"].map((name) => `${name}32(33, 33) = 0`),
  ...["setresuid", "setresgid"].map((name) => `${name}32(33, 33, 33) = 0`),
  "setgroups32(1, [33]) = 0",
  // memory
  "mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
  "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</srv/app/data>, 0) = 0x7f0000000000",
  "mmap2(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</srv/app/data>, 0) = 0x7f0000000000",
  "mprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC) = 0",
  [
    "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
    "mprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC) = 0",
  ],
  "pkey_mprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC, 1) = 0",
  // processes
  "fork() = 11",
  "vfork() = 11",
  "clone(child_stack=NULL, flags=CLONE_NEWPID|CLONE_NEWNS|SIGCHLD) = 11",
  "clone2(child_stack=NULL, flags=CLONE_UNTRACED|SIGCHLD) = 11",
  "clone3({flags=CLONE_NEWUSER, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = 11",
  'execve("/usr/bin/tool", ["tool"], 0x7ffd /* 0 vars */) = 0',
  'execve("/usr/bin/crontab", ["crontab"], 0x7ffd /* 0 vars */) = 0',
  'execveat(3</usr/bin/tool>, "", ["tool"], NULL, AT_EMPTY_PATH) = 0',
  "io_uring_setup(8, {}) = 3",
  // descriptors
  "dup(0) = 3",
  "dup2(0, 3) = 3",
  "dup3(0, 3, O_CLOEXEC) = 3",
  "close_range(3, 4294967295, 0) = 0",
  "pipe([3, 4]) = 0",
  "pipe2([3, 4], O_CLOEXEC) = 0",
  "eventfd(0) = 3",
  "eventfd2(0, EFD_CLOEXEC) = 3",
  "epoll_create(1) = 3",
  "epoll_create1(EPOLL_CLOEXEC) = 3",
  "signalfd(-1, [TERM], 8) = 3",
  "inotify_init() = 3",
  "inotify_init1(IN_CLOEXEC) = 3",
  'memfd_create("x", MFD_CLOEXEC) = 3',
  "memfd_secret(0) = 3",
  "userfaultfd(O_CLOEXEC) = 3",
  "landlock_create_ruleset({}, 8, 0) = 3",
];

const tables = calls.map((one) => (typeof one === "string" ? [one] : one));

for (const lines of tables)
  test(`when ${(lines.at(-1) ?? "").slice(0, 90)} is refused${lines.length > 1 ? ` after ${lines.length - 1} (${(lines[0] ?? "").slice(0, 40)})` : ""} then it needs what it uses when it works`, (t) => {
    for (const uid of [0, 33]) {
      const { gained, worked, asIf, failures } = compare(lines, uid);
      t.is(failures, 1);
      t.deepEqual([...gained.difference(asIf)], [], "all that it gained");
      t.deepEqual([...asIf.difference(worked)], [], "nothing else");
    }
  });

/** They cannot be refused, or nothing follows from it that they worked. */
const harmless =
  /^(?:get(?:res)?[ug]id|gete[ug]id|getgroups)(?:32)?$|^(?:getpid|gettid|set_tid_address|close|sigaction|signal|rt_sigtimedwait(?:_time64)?)$/;

test("every call that is interpreted is in this table", (t) => {
  const listed = new Set(tables.map((lines) => /^(?:\d+ )?(\w+)\(/.exec(lines.at(-1) ?? "")?.[1]));
  t.deepEqual(
    [...handlers.keys()].filter((name) => !listed.has(name) && !harmless.test(name)),
    [],
  );
});

testProp(
  "what else a service did before changes nothing of what a refused call would need",
  [
    fc.subarray(
      tables.filter((lines) => lines.length === 1).map(([line = ""]) => line),
      { minLength: 1, maxLength: 6 },
    ),
  ],
  (t, lines) => {
    const { gained, worked, asIf } = compare(lines);
    t.deepEqual(besidesSyscalls(gained.difference(asIf)), []);
    t.deepEqual(besidesSyscalls(asIf.difference(worked)), []);
  },
);

test("what a refused call needs has the evidence of its refusal", (t) => {
  const refused = learnAll([`chmod("data", 04755) = ${refusal}`, `chmod("data", 04755) = ${refusal}`], 33);
  const [failure] = refused.failures;
  if (failure === undefined) {
    t.fail();
    return;
  }
  const { evidence } = asIfSucceeded(failure).facts(host);
  t.true(Object.keys(evidence).length > 2);
  for (const one of Object.values(evidence)) t.like(one, { count: 2, process: "daemon", phase: "start" });
});

test("when the sandbox took a capability from root then it is what the refused call would need", (t) => {
  const confined = [
    "10 prctl(PR_CAPBSET_DROP, CAP_SETUID) = 0",
    "10 capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_SETGID, permitted=1<<CAP_SETGID, inheritable=0}) = 0",
    start,
    `10 setuid(33) = ${refusal}`,
  ];
  const { failures } = build(confined.join("\n"), { begins: "execve", cwd: "/srv/app", uid: 0, host });
  const needed = failures.flatMap((failure) => [...asIfSucceeded(failure).facts(host).facts]);
  t.true(needed.some((fact) => fact.kind === "capability" && fact.capability === "CAP_SETUID"));
});

test("a capability that systemd took away is what a refused call would need", (t) => {
  const chown = 'chown("/srv/x", 5, 5)';
  const wanted = (...before: readonly string[]): string[] => {
    const text = [...before, `${chown} = ${refusal}`].join("\n");
    const { failures } = build(text, { begins: "execve", cwd: "/srv/app", uid: 0, host });
    return failures.flatMap((failure) =>
      [...asIfSucceeded(failure).facts(host).facts].flatMap((fact) =>
        fact.kind === "capability" ? [fact.capability] : [],
      ),
    );
  };
  const withheld = "prctl(PR_CAPBSET_DROP, CAP_CHOWN) = 0";
  const givenAway =
    "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_KILL, permitted=1<<CAP_KILL, inheritable=0}) = 0";
  t.deepEqual(wanted(withheld, start), ["CAP_CHOWN"]);
  t.deepEqual(wanted(start, givenAway), []);
});
