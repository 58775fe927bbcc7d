import test from "ava";
import { capabilities, hostWith, learn } from "./support.js";

/** A successful call of root and the capability without which it fails; none where the kernel only asks on the way. */
const decisive: Readonly<Record<string, string | undefined>> = {
  'bind(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0':
    "CAP_NET_BIND_SERVICE: bind 0.0.0.0:80",
  'bind(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::", &sin6_addr), sin6_scope_id=0}, 28) = 0':
    "CAP_NET_BIND_SERVICE: bind [::]:443",
  'bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("0.0.0.0")}, 16) = 0': undefined,
  'bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0': undefined,
  'bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EACCES (Permission denied)':
    undefined,
  "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) = 3": "CAP_NET_RAW: socket AF_INET SOCK_RAW",
  "socket(AF_PACKET, SOCK_DGRAM|SOCK_CLOEXEC, htons(ETH_P_ALL)) = 3":
    "CAP_NET_RAW: socket AF_PACKET SOCK_DGRAM",
  "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3": undefined,
  "setsockopt(3, SOL_SOCKET, SO_MARK, [3], 4) = 0": "CAP_NET_ADMIN: setsockopt SO_MARK",
  "setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0": undefined,
  'ioctl(3, SIOCSIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP}) = 0': "CAP_NET_ADMIN: ioctl SIOCSIFFLAGS",
  'ioctl(3, SIOCGIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP}) = 0': undefined,
  "sendto(3, [{nlmsg_len=44, nlmsg_type=RTM_NEWADDR, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}, {ifa_family=AF_INET}], 44, 0, NULL, 0) = 44":
    "CAP_NET_ADMIN: netlink RTM_NEWADDR",
  "sendto(3, [{nlmsg_len=20, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}, {ifi_family=AF_UNSPEC}], 20, 0, NULL, 0) = 20":
    undefined,
  "setuid(33) = 0": "CAP_SETUID: setuid 33",
  "setuid(0) = 0": undefined,
  "setresuid(-1, 33, -1) = 0": "CAP_SETUID: setresuid 33",
  "setgid(33) = 0": "CAP_SETGID: setgid 33",
  "setgid(0) = 0": undefined,
  "setgroups(1, [0]) = 0": "CAP_SETGID: setgroups",
  'mknod("/d/n", S_IFCHR|0600, makedev(0x1, 0x3)) = 0': "CAP_MKNOD: mknod",
  'mknod("/d/n", S_IFCHR|0600, makedev(0, 0)) = 0': undefined,
  'mknod("/d/n", S_IFIFO|0600) = 0': undefined,
  'chroot("/d") = 0': "CAP_SYS_CHROOT: chroot /d",
  'mount("none", "/d", "tmpfs", 0, NULL) = 0': "CAP_SYS_ADMIN: mount",
  'umount2("/d", MNT_DETACH) = 0': "CAP_SYS_ADMIN: umount2",
  'sethostname("x", 1) = 0': "CAP_SYS_ADMIN: sethostname",
  "unshare(CLONE_NEWNS) = 0": "CAP_SYS_ADMIN: unshare mnt namespace",
  "unshare(CLONE_NEWUSER|CLONE_NEWNS) = 0": undefined,
  "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN) = 0": "CAP_SETPCAP: prctl PR_CAPBSET_DROP",
  "prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) = 0": "CAP_SETPCAP: prctl PR_SET_SECUREBITS",
  "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=0, permitted=0, inheritable=0}) = 0":
    undefined,
  "setpriority(PRIO_PROCESS, 0, -5) = 0": "CAP_SYS_NICE: setpriority -5",
  "setpriority(PRIO_PROCESS, 0, 5) = 0": undefined,
  "sched_setscheduler(0, SCHED_FIFO, [1]) = 0": "CAP_SYS_NICE: sched_setscheduler SCHED_FIFO",
  "sched_setscheduler(0, SCHED_BATCH, [0]) = 0": undefined,
  "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=10, rlim_max=20}, {rlim_cur=5, rlim_max=10}) = 0":
    "CAP_SYS_RESOURCE: raise hard limit RLIMIT_NOFILE",
  "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=10, rlim_max=10}, {rlim_cur=5, rlim_max=10}) = 0": undefined,
  "clock_settime(CLOCK_REALTIME, {tv_sec=1, tv_nsec=0}) = 0": "CAP_SYS_TIME: clock_settime CLOCK_REALTIME",
  "adjtimex({modes=0, offset=0}) = 5 (TIME_ERROR)": undefined,
  "clock_adjtime(CLOCK_REALTIME, {modes=ADJ_FREQUENCY, offset=0}) = 0": "CAP_SYS_TIME: clock_adjtime",
  'syslog(SYSLOG_ACTION_READ_ALL, "", 10) = 0': "CAP_SYSLOG: syslog",
  "syslog(SYSLOG_ACTION_SIZE_BUFFER) = 262144": "CAP_SYSLOG: syslog",
  "timerfd_create(CLOCK_BOOTTIME_ALARM, TFD_CLOEXEC) = 3": "CAP_WAKE_ALARM: timerfd_create",
  "timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) = 3": undefined,
  "mlockall(MCL_CURRENT) = 0": "CAP_IPC_LOCK: mlockall",
  "mlock(0x7f0000000000, 4096) = 0": undefined,
  'init_module(0x7f0000000000, 10, "") = 0': "CAP_SYS_MODULE: init_module",
  "iopl(3) = 0": "CAP_SYS_RAWIO: iopl",
  "vhangup() = 0": "CAP_SYS_TTY_CONFIG: vhangup",
  "reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF) = 0": "CAP_SYS_BOOT: reboot",
  'setxattr("/d", "security.capability", "x", 1, 0) = 0': "CAP_SETFCAP: setxattr security.capability on /d",
  'setxattr("/d", "trusted.x", "x", 1, 0) = 0': "CAP_SYS_ADMIN: setxattr trusted.x on /d",
  "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY}, 72) = 3": "CAP_BPF: bpf",
  "kill(99, SIGTERM) = 0": undefined,
  "setsockopt(3, SOL_SOCKET, SO_PRIORITY, [7], 4) = 0": "CAP_NET_ADMIN: setsockopt SO_PRIORITY",
  "setsockopt(3, SOL_SOCKET, SO_PRIORITY, [6], 4) = 0": undefined,
  'setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "lo\\0", 3) = 0': undefined,
  "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 4)) = 0":
    "CAP_SYS_NICE: ioprio_set IOPRIO_CLASS_RT",
  "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)) = 0": undefined,
  'openat(AT_FDCWD, "/proc/kmsg", O_RDONLY) = 3': "CAP_SYSLOG: open /proc/kmsg",
  'openat(AT_FDCWD, "/dev/kmsg", O_RDONLY|O_NONBLOCK) = 3': "CAP_SYSLOG: read /dev/kmsg",
  'openat(AT_FDCWD, "/dev/kmsg", O_WRONLY|O_CLOEXEC) = 3': undefined,
  'openat(AT_FDCWD, "/proc/sys/net/ipv4/ip_forward", O_WRONLY) = 3':
    "CAP_NET_ADMIN: write /proc/sys/net/ipv4/ip_forward",
  'openat(AT_FDCWD, "/proc/sys/net/ipv4/ip_forward", O_RDONLY) = 3': undefined,
  'openat(AT_FDCWD, "/proc/sys/net/core/somaxconn", O_WRONLY) = 3': undefined,
  'readlink("/proc/99/exe", "/usr/bin/x", 4096) = 10': "CAP_SYS_PTRACE: inspect /proc/{other-pid}/exe",
  'readlink("/proc/10/exe", "/usr/bin/x", 4096) = 10': undefined,
  'openat(AT_FDCWD, "/proc/99/stat", O_RDONLY) = 3': undefined,
  'openat(AT_FDCWD, "/proc/99/maps", O_RDONLY) = 3': "CAP_SYS_PTRACE: open /proc/{other-pid}/maps",
  'openat(AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY) = 3':
    "CAP_SYS_RESOURCE: write /proc/self/oom_score_adj",
};

for (const [line, capability] of Object.entries(decisive))
  test(`root: ${line.slice(0, 90)}`, (t) => {
    t.deepEqual(capabilities(line), capability === undefined ? [] : [capability]);
  });

test("the program of a process of the unit, which became another user, is known by that name", (t) => {
  const child = "clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 setuid(33) = 0\n";
  const found = capabilities(`${child}stat("/proc/11/exe", {st_mode=S_IFREG|0755, st_size=1, ...}) = 0`);
  t.true(found.includes("CAP_SYS_PTRACE: inspect /proc/{pid}/exe"), found.join());
});

test("what a process keeps to its owner takes the owner's rights and those of a tracer", (t) => {
  t.deepEqual(capabilities('openat(AT_FDCWD, "/proc/99/environ", O_RDONLY) = 3'), [
    "CAP_DAC_READ_SEARCH: open /proc/{other-pid}/environ",
    "CAP_SYS_PTRACE: open /proc/{other-pid}/environ",
  ]);
});

test("a signal to a process of another user needs CAP_KILL, a probe does not", (t) => {
  const text = `
    10 clone(child_stack=NULL, flags=SIGCHLD) = 11
    11 setuid(33) = 0
    10 kill(11, 0) = 0
    10 kill(11, SIGTERM) = 0`;
  t.deepEqual(capabilities(text), ["CAP_KILL: kill SIGTERM to uid 33", "CAP_SETUID: setuid 33"]);
});

test("PAM's audit messages need CAP_AUDIT_WRITE, audit rules CAP_AUDIT_CONTROL", (t) => {
  const text = `
    socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT) = 3
    sendto(3<NETLINK:[AUDIT:10]>, [{nlmsg_len=132, nlmsg_type=0x44c /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}, "x"], 132, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 132
    sendto(3<NETLINK:[AUDIT:10]>, [{nlmsg_len=132, nlmsg_type=AUDIT_ADD_RULE, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}, "x"], 132, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 132`;
  t.deepEqual(capabilities(text), [
    "CAP_AUDIT_CONTROL: netlink AUDIT_ADD_RULE",
    "CAP_AUDIT_WRITE: netlink audit message",
  ]);
});

test("the host says from which port on anybody may bind", (t) => {
  const line = 'bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0';
  t.deepEqual(capabilities(line, { host: hostWith({}, { unprivilegedPortStart: 80 }) }), []);
});

test("ambient capabilities are capabilities of a service that is not root", (t) => {
  const line = 'bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0';
  t.deepEqual(capabilities(line, { uid: 33 }), []);
  t.deepEqual(capabilities(line, { uid: 33, ambient: ["CAP_NET_BIND_SERVICE"] }), [
    "CAP_NET_BIND_SERVICE: bind 0.0.0.0:80",
  ]);
});

test("after setuid to another user there are no capabilities left, unless they were kept", (t) => {
  const bind = 'bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0';
  t.deepEqual(capabilities(`setuid(33) = 0\n${bind}`), ["CAP_SETUID: setuid 33"]);
  const raise =
    "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_NET_BIND_SERVICE, permitted=1<<CAP_NET_BIND_SERVICE, inheritable=0}) = 0";
  t.deepEqual(capabilities(`prctl(PR_SET_KEEPCAPS, 1) = 0\nsetuid(33) = 0\n${raise}\n${bind}`), [
    "CAP_NET_BIND_SERVICE: bind 0.0.0.0:80",
    "CAP_NET_BIND_SERVICE: capset keeps it",
    "CAP_SETUID: setuid 33",
  ]);
});

test("a setuid program that became root shows in what it asks", (t) => {
  const text = 'execve("/usr/bin/su", ["su"], 0x7f /* 1 var */) = 0\ngeteuid() = 0\nsetgroups(0, []) = 0';
  t.true(capabilities(text, { uid: 33 }).includes("CAP_SETGID: setgroups"));
});

test("identities are named as the host names them", (t) => {
  const text = "setgroups(2, [33, 999]) = 0\nsetresgid(33, 33, 33) = 0\nsetresuid(33, 33, 33) = 0";
  t.deepEqual(
    learn(text).filter((fact) => fact.kind === "identity"),
    [
      { kind: "identity", operation: "setgroups", id: "999" },
      { kind: "identity", operation: "setgid", id: "www-data" },
      { kind: "identity", operation: "setgroups", id: "www-data" },
      { kind: "identity", operation: "setuid", id: "www-data" },
    ],
  );
});

test("a message that claims to be from another user, group or process needs a capability", (t) => {
  const sent = (credentials: string): string =>
    `sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={${credentials}}}], msg_controllen=32, msg_flags=0}, 0) = 1`;
  t.deepEqual(capabilities(sent("pid=10, uid=0, gid=0")), []);
  t.deepEqual(capabilities(sent("pid=10, uid=33, gid=33")), [
    "CAP_SETGID: send SCM_CREDENTIALS of another group",
    "CAP_SETUID: send SCM_CREDENTIALS of another user",
  ]);
  t.deepEqual(capabilities(sent("pid=11, uid=0, gid=0")), [
    "CAP_SYS_ADMIN: send SCM_CREDENTIALS of another process",
  ]);
});
