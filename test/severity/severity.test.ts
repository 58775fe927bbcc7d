/** Which severity, in tables: what a sceptical reader would look up. */
import test from "ava";
import { assess } from "../../src/severity/index.js";
import type { Severity } from "../../src/comparison/types.js";
import type { Fact, SocketFact } from "../../src/facts/types.js";
import type { FileStatus, Host, Unit } from "../../src/host/types.js";
import { call, file, type Situation, situation } from "../directives/context.js";

const directory = (uid = 0, mode = 0o755): FileStatus => ({ type: "directory", mode, uid, gid: uid });
const plainFile = (mode: number, uid = 0, gid = 0): FileStatus => ({ type: "file", mode, uid, gid });

const files: Host["files"] = {
  "/": directory(),
  "/etc": directory(),
  "/etc/app.conf": plainFile(0o640, 0, 60),
  "/etc/passwd": plainFile(0o644),
  "/etc/shadow": plainFile(0o640, 0, 42),
  "/etc/ssh": directory(),
  "/etc/ssh/ssh_config": plainFile(0o644),
  "/etc/ssh/ssh_host_ed25519_key": plainFile(0o600),
  "/etc/tls/server.key": plainFile(0o640, 0, 60),
  "/etc/own.conf": plainFile(0o600, 60, 60),
  "/root": directory(0, 0o700),
  "/srv/others": directory(70, 0o700),
  "/usr/bin/helper": plainFile(0o755),
  "/usr/local/bin/loose": plainFile(0o777),
  "/usr/lib/libthing.so": plainFile(0o644),
  "/var/lib/mysql": directory(70, 0o700),
  "/var/lib/mysql/data": plainFile(0o660, 70, 70),
  "/dev/weird": { type: "block", mode: 0o660, uid: 0, gid: 6 },
  "/var/lib/app/link": { type: "symlink", mode: 0o777, uid: 60, gid: 60, target: "/etc/shadow" },
};

const host: Partial<Host> = { files, users: { 0: "root", 60: "app", 70: "mysql" }, groups: { 0: "root" } };
const asUser: Partial<Unit> = {
  name: "app.service",
  user: "app",
  group: "app",
  directories: ["/var/lib/app-state", "/etc/app"],
};
const asRoot: Partial<Unit> = { ...asUser, user: "", group: "" };

type Row = readonly [severity: Severity, fact: Fact];

function table(title: string, rows: readonly Row[], given: Situation = { unit: asUser, host }): void {
  const context = situation(given);
  for (const [severity, fact] of rows)
    test(`${title}: ${JSON.stringify(fact)} is ${severity}`, (t) => {
      const assessed = assess(fact, context);
      t.is(assessed.severity, severity, assessed.gain);
    });
}

table(
  "writing as root",
  [
    ["high", file("create", "/etc/cron.d/app")],
    ["high", file("create", "/etc/systemd/system/x.service")],
    ["high", file("write", "/etc/ld.so.preload")],
    ["high", file("write", "/etc/passwd")],
    ["high", file("create", "/etc/sudoers.d/app")],
    ["high", file("write", "/etc/pam.d/sshd")],
    ["high", file("create", "/root/.ssh/authorized_keys")],
    ["high", file("replace", "/usr/bin/helper")],
    ["high", file("create", "/boot/x")],
    ["high", file("create", "/etc/new.conf")],
    ["high", file("create", "/var/lib/new")],
    ["high", file("create", "/var/lib/mysql/x")],
    ["high", file("write", "/var/lib/mysql/data")],
    ["high", file("write", "/proc/sys/kernel/core_pattern")],
    ["high", file("write", "/dev/sda")],
    ["high", file("write", "/dev/weird")],
    ["high", file("create", "/var/lib/app-state/node", "block")],
    ["high", { kind: "rename", from: "/var/lib/app-state/x", to: "/etc/cron.daily/x" }],
    ["medium", file("write", "/etc/other.conf")],
    ["medium", file("create", "/etc/other.d/x")],
    ["medium", file("create", "/var/log/other/x")],
    ["medium", file("create", "/var/lib/other/x")],
    ["medium", file("create", "/data/x")],
    ["medium", file("write", "/sys/class/leds/x")],
    ["low", file("create", "/var/lib/app-state/x")],
    ["low", file("create", "/var/lib/app/x")],
    ["low", file("create", "/etc/app/x")],
    ["low", file("create", "/tmp/x")],
    ["low", file("write", "/dev/null")],
    ["low", file("write", "/proc/{pid}/oom_score_adj")],
    ["low", file("write", "/sys/fs/cgroup/system.slice/app.service/x")],
    ["low", { kind: "rename", from: "/var/lib/app/x", to: "/var/lib/app-state/x" }],
  ],
  { unit: asRoot, host },
);

table("writing as a user, whom modes hold back", [
  ["medium", file("create", "/run/x")],
  ["medium", file("create", "/var/lib/x")],
  ["high", file("create", "/home/someone/x")],
  ["high", file("create", "/usr/bin/x")],
]);

table(
  "a directory of the unit's own does not make /etc/cron.d its own",
  [["high", file("create", "/etc/cron.d/x")]],
  { unit: { ...asRoot, directories: ["/etc/cron.d"] }, host },
);

table("reading", [
  ["high", file("read", "/etc/shadow")],
  ["high", file("read", "/var/lib/app/link")],
  ["high", file("read", "/etc/ssh/ssh_host_ed25519_key")],
  ["high", file("read", "/etc/tls/server.key")],
  ["high", file("read", "/root/.ssh/id_ed25519")],
  ["high", file("read", "/proc/kcore")],
  ["high", file("read", "/proc/{other-pid}/environ")],
  ["high", file("read", "/dev/mem")],
  ["high", file("read", "/srv/others/x")],
  ["high", file("read", "/run/credentials/other.service/key")],
  ["medium", file("read", "/root/notes")],
  ["medium", file("read", "/home/someone/notes")],
  ["medium", file("read", "/etc/app.conf")],
  ["medium", file("read", "/dev/kvm")],
  ["medium", file("read", "/proc/kallsyms")],
  ["low", file("read", "/etc/passwd")],
  ["low", file("read", "/etc/ssh/ssh_config")],
  ["low", file("read", "/etc/own.conf")],
  ["low", file("read", "/run/credentials/app.service/key")],
  ["low", file("read", "/proc/{other-pid}/stat")],
  ["low", file("read", "/proc/{pid}/environ")],
  ["low", file("read", "/dev/urandom")],
  ["low", file("missing", "/root/.config")],
]);

table("running programs", [
  ["medium", file("execute", "/bin/sh")],
  ["medium", file("execute", "/usr/bin/python3.11")],
  ["medium", file("execute", "/usr/bin/curl")],
  ["medium", file("execute", "/usr/local/bin/loose")],
  ["medium", file("execute", "/var/lib/app-state/plugin")],
  ["medium", file("execute", "/tmp/x")],
  ["medium", file("map", "/var/lib/app-state/plugin.so")],
  ["low", file("execute", "/usr/bin/helper")],
  ["low", file("map", "/usr/lib/libthing.so")],
  ["high", { kind: "elevation", path: "/usr/bin/helper", by: "setuid" }],
  ["high", { kind: "elevation", path: "/usr/bin/helper", by: "file-capabilities" }],
]);

table("connecting to sockets with a path", [
  ["high", file("connect", "/run/docker.sock")],
  ["high", file("connect", "/var/run/docker.sock")],
  ["high", file("connect", "/run/systemd/private")],
  ["high", file("connect", "/run/user/1000/bus")],
  ["medium", file("connect", "/run/dbus/system_bus_socket")],
  ["medium", file("connect", "/run/postgresql/.s.PGSQL.5432")],
  ["low", file("connect", "/run/systemd/journal/socket")],
  ["low", file("connect", "/run/app/control")],
]);

table("the system bus obeys root", [["high", file("connect", "/run/dbus/system_bus_socket")]], {
  unit: asRoot,
  host,
});

const socket = (family: string, type = "SOCK_STREAM", protocol = ""): SocketFact => ({
  kind: "socket",
  family,
  type,
  protocol,
});
const inet = { family: "AF_INET", type: "SOCK_STREAM" };
const datagram = { family: "AF_INET", type: "SOCK_DGRAM" };

table("the network", [
  ["high", socket("AF_PACKET", "SOCK_RAW", "htons(ETH_P_ALL)")],
  ["high", socket("AF_PACKET", "SOCK_DGRAM")],
  ["high", socket("AF_INET", "SOCK_RAW", "IPPROTO_ICMP")],
  ["medium", socket("AF_INET")],
  ["medium", socket("AF_ALG", "SOCK_SEQPACKET")],
  ["medium", socket("AF_TIPC")],
  ["medium", socket("AF_NETLINK", "SOCK_RAW", "NETLINK_NETFILTER")],
  ["low", socket("AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE")],
  ["low", socket("AF_UNIX")],
  ["medium", { kind: "bind", ...inet, address: "0.0.0.0", port: 8080 }],
  ["medium", { kind: "bind", ...inet, address: "127.0.0.1", port: 53 }],
  ["medium", { kind: "bind", ...inet, address: "0.0.0.0", port: 0 }],
  ["low", { kind: "bind", ...datagram, address: "0.0.0.0", port: 0 }],
  ["low", { kind: "bind", ...inet, address: "127.0.0.1", port: 8080 }],
  ["high", { kind: "connect", ...inet, address: "169.254.169.254", port: 80 }],
  ["medium", { kind: "connect", ...inet, address: "192.0.2.1", port: 443 }],
  ["medium", { kind: "connect", ...inet, address: "{other}", port: 443 }],
  ["medium", { kind: "connect", family: "AF_UNIX", type: "SOCK_STREAM", address: "@x", port: 0 }],
  ["low", { kind: "connect", ...inet, address: "127.0.0.1", port: 5432 }],
  ["low", { kind: "connect", ...inet, address: "0.0.0.0", port: 5432 }],
  ["low", { kind: "connect", ...datagram, address: "192.0.2.1", port: 0 }],
  ["medium", { kind: "accept", ...inet, address: "{other}", port: 80 }],
  ["low", { kind: "accept", ...inet, address: "self", port: 80 }],
  ["low", { kind: "accept", ...inet, address: "127.0.0.1", port: 80 }],
  ["medium", { kind: "netlink", request: "RTM_NEWROUTE" }],
  ["low", { kind: "netlink", request: "RTM_GETROUTE" }],
]);

table("identities, as a user", [
  ["high", { kind: "identity", operation: "setuid", id: "root" }],
  ["high", { kind: "identity", operation: "setgroups", id: "shadow" }],
  ["high", { kind: "identity", operation: "setgid", id: "docker" }],
  ["medium", { kind: "identity", operation: "setuid", id: "postgres" }],
  ["low", { kind: "identity", operation: "setuid", id: "app" }],
  ["low", { kind: "identity", operation: "setgroups", id: "" }],
]);

table("identities, as root", [["low", { kind: "identity", operation: "setuid", id: "root" }]], {
  unit: asRoot,
  host,
});

table("processes and memory", [
  ["medium", { kind: "memory", protection: "write-execute" }],
  ["low", { kind: "memory", protection: "protect-execute" }],
  ["high", { kind: "namespace", operation: "unshare", type: "user" }],
  ["high", { kind: "namespace", operation: "setns", type: "mnt" }],
  ["medium", { kind: "namespace", operation: "clone", type: "net" }],
  ["low", { kind: "namespace", operation: "clone", type: "uts" }],
  ["medium", { kind: "personality", persona: "ADDR_NO_RANDOMIZE" }],
  ["medium", { kind: "personality", persona: "PER_LINUX32|READ_IMPLIES_EXEC" }],
  ["medium", { kind: "personality", persona: "PER_SVR4" }],
  ["low", { kind: "personality", persona: "PER_LINUX32" }],
  ["low", { kind: "personality", persona: "query" }],
  [
    "medium",
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false },
  ],
  ["low", { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_BATCH", resetOnFork: false }],
  ["medium", { kind: "mode", operation: "fchmod", bits: "setuid" }],
  ["low", { kind: "mode", operation: "openat2", bits: "openat2" }],
  ["medium", { kind: "ipc", mechanism: "shm", key: "0x1", origin: "foreign" }],
  ["low", { kind: "ipc", mechanism: "shm", key: "private", origin: "own" }],
  ["medium", { kind: "keyring", operation: "add_key", keyring: "user" }],
  ["low", { kind: "keyring", operation: "add_key", keyring: "session" }],
  ["high", { kind: "outside", operation: "process_vm_readv" }],
  ["medium", { kind: "outside", operation: "kill" }],
  ["low", { kind: "outside", operation: "getsid" }],
  ["medium", { kind: "creation", path: "/var/lib/app/x", bits: "022" }],
  ["low", { kind: "creation", path: "/var/lib/app/x", bits: "044" }],
  ["medium", { kind: "blind-spot", cause: "d-bus", detail: "x" }],
]);

table(
  "a setuid program of root's is for others to start",
  [["high", { kind: "mode", operation: "fchmod", bits: "setuid" }]],
  {
    unit: asRoot,
    host,
  },
);

const needs = (...capabilities: readonly ("CAP_SYS_ADMIN" | "CAP_SYS_TIME" | "CAP_CHOWN")[]): Fact[] =>
  capabilities.map((capability) => ({ kind: "capability", capability, source: "inferred", operation: "x" }));

table("system calls without capabilities", [
  ["medium", call("mount")],
  ["medium", call("finit_module")],
  ["medium", call("ptrace")],
  ["medium", call("bpf")],
  ["medium", call("io_uring_setup")],
  ["medium", call("userfaultfd")],
  ["medium", call("modify_ldt")],
  ["medium", call("ustat")],
  ["medium", call("a_call_of_tomorrow")],
  ["medium", { ...call("read"), architecture: "x86" }],
  ["low", call("clock_adjtime")],
  ["low", call("chown")],
  ["low", call("setuid")],
  ["low", call("sched_setaffinity")],
  ["low", call("openat2")],
  ["low", call("futex_wait")],
  ["low", call("seccomp")],
  ["low", { ...call("read"), architecture: "arm64" }],
  ["low", call("mount", "EPERM")],
  ["low", call("finit_module", "ENOSYS")],
]);

table(
  "system calls with the capabilities that make them work",
  [
    ["high", call("mount")],
    ["high", call("chown")],
    ["medium", call("clock_adjtime")],
    ["medium", call("finit_module")],
    ["low", call("mount", "EPERM")],
  ],
  { unit: asRoot, host, facts: needs("CAP_SYS_ADMIN", "CAP_SYS_TIME", "CAP_CHOWN") },
);

test("an ambient capability makes calls work as well as one that was needed", (t) => {
  const given = situation({ unit: { ...asUser, ambientCapabilities: ["CAP_SYS_MODULE"] } });
  t.is(assess(call("init_module"), given).severity, "high");
});

test("what belongs to a user that the service takes on is its own", (t) => {
  const read = file("read", "/srv/others/x");
  const becomes: Fact = { kind: "identity", operation: "setuid", id: "mysql" };
  t.is(assess(read, situation({ unit: asRoot, host })).severity, "high");
  t.is(assess(read, situation({ unit: asRoot, host, facts: [becomes] })).severity, "low");
});

test("writing in a directory names what is worst in it", (t) => {
  const { gain } = assess(file("create", "/etc/x"), situation({ unit: asRoot, host }));
  t.is(
    gain,
    "An attacker could make, replace and remove files in /etc, /etc/systemd among them: systemd runs as root what units there say.",
  );
});

test("a program with rights of its own is not said to have none", (t) => {
  const privileged: Host["files"] = {
    ...files,
    "/usr/bin/setuid": plainFile(0o4755),
    "/usr/bin/capable": { ...plainFile(0o755), capabilities: "cap_net_raw=ep" },
  };
  const context = situation({ unit: asUser, host: { ...host, files: privileged } });
  for (const path of ["/usr/bin/setuid", "/usr/bin/capable"])
    t.regex(assess(file("execute", path), context).gain, /with its own rights/);
  t.regex(assess(file("execute", "/usr/bin/helper"), context).gain, /with no more rights/);
});
