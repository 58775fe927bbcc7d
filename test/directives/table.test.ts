import test from "ava";
import { decide } from "../../src/directives/index.js";
import type { Capability } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import { call, file, outcome, type Situation, setuidHelper, situation } from "./context.js";

const capability = (name: Capability, operation = "something"): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation,
});
const socket = (family: string): Fact => ({ kind: "socket", family, type: "SOCK_STREAM", protocol: "" });
const route: Fact = { kind: "socket", family: "AF_NETLINK", type: "SOCK_RAW", protocol: "NETLINK_ROUTE" };
const memory = (protection: "write-execute" | "gain-execute" | "protect-execute" | "shm-execute"): Fact => ({
  kind: "memory",
  protection,
});
const namespace = (
  type: "mnt" | "net" | "user" | "any",
  operation: "unshare" | "setns" = "unshare",
): Fact => ({
  kind: "namespace",
  operation,
  type,
});
const scheduling = (
  operation: "sched_setscheduler" | "sched_setattr",
  policy: string,
  resetOnFork = false,
): Fact => ({ kind: "scheduling", operation, policy, resetOnFork });
const mode = (bits: "setuid" | "setgid" | "openat2"): Fact => ({ kind: "mode", operation: "chmod", bits });
const facts = (...list: Fact[]): Situation => ({ facts: list });
const shipping = (properties: Record<string, string>, ...list: Fact[]): Situation => ({
  facts: list,
  unit: { properties },
});
const unprivileged = (target: number, ...list: Fact[]): Situation => ({
  facts: list,
  target,
  unit: { user: "www" },
});

/** Directive, what the service does, situation, and the lines of the drop-in or the reason why there are none. */
const table: readonly [string, string, Situation, readonly string[]][] = [
  ["NoNewPrivileges", "nothing", {}, ["NoNewPrivileges=yes"]],
  ["NoNewPrivileges", "runs a setuid helper", facts(setuidHelper), ["unsafe"]],
  ["NoNewPrivileges", "DynamicUser=", { unit: { dynamicUser: true, user: "x" } }, ["NoNewPrivileges=yes"]],

  ["AmbientCapabilities", "has none", {}, ["meaningless"]],
  [
    "AmbientCapabilities",
    "uses what it has",
    { facts: [capability("CAP_CHOWN")], unit: { user: "www", ambientCapabilities: ["CAP_CHOWN"] } },
    ["meaningless"],
  ],
  [
    "AmbientCapabilities",
    "does not use what it has",
    { unit: { user: "www", ambientCapabilities: ["CAP_CHOWN"] } },
    ["operator"],
  ],

  ["RestrictSUIDSGID", "nothing", {}, ["RestrictSUIDSGID=yes"]],
  ["RestrictSUIDSGID", "makes a setgid directory", facts(mode("setgid")), ["unsafe"]],
  ["RestrictSUIDSGID", "calls openat2", facts(mode("openat2")), ["operator"]],

  ["ProtectSystem", "writes nothing", {}, ["ProtectSystem=strict"]],
  ["ReadWritePaths", "writes nothing", {}, ["meaningless"]],
  [
    "ReadWritePaths",
    "writes nothing, but the unit ships paths",
    shipping({ ReadWritePaths: "/srv" }),
    ["ReadWritePaths="],
  ],

  ["ProtectHome", "nothing", {}, ["ProtectHome=yes"]],
  [
    "ProtectHome",
    "looks for a file that is not there",
    facts(file("missing", "/root/.x")),
    ["ProtectHome=tmpfs"],
  ],
  ["ProtectHome", "reads", facts(file("read", "/home/a/.x")), ["ProtectHome=read-only"]],
  ["ProtectHome", "runs a program", facts(file("execute", "/home/a/x")), ["ProtectHome=read-only"]],
  [
    "ProtectHome",
    "connects to a session bus",
    facts(file("connect", "/run/user/0/bus")),
    ["ProtectHome=read-only"],
  ],
  ["ProtectHome", "writes", facts(file("create", "/root/.x")), ["unsafe"]],
  ["ProtectHome", "only something that begins alike", facts(file("create", "/homes/x")), ["ProtectHome=yes"]],
  [
    "ProtectHome",
    "has its working directory there",
    shipping({ WorkingDirectory: "!/home/a" }),
    ["ProtectHome=read-only"],
  ],
  [
    "ProtectHome",
    "reads, but the unit ships yes",
    shipping({ ProtectHome: "yes" }, file("read", "/root/x")),
    ["unsafe"],
  ],

  ["PrivateTmp", "nothing", {}, ["PrivateTmp=yes"]],
  [
    "PrivateTmp",
    "uses files of its own",
    facts(
      file("read", "/tmp"),
      file("create", "/tmp/{random}"),
      file("write", "/tmp/{random}"),
      file("delete", "/tmp/{random}"),
    ),
    ["PrivateTmp=yes"],
  ],
  [
    "PrivateTmp",
    "runs what it made",
    facts(file("create", "/tmp/x"), file("execute", "/tmp/x")),
    ["PrivateTmp=yes"],
  ],
  ["PrivateTmp", "removes a stale file", facts(file("delete", "/tmp/x.lock")), ["PrivateTmp=yes"]],
  ["PrivateTmp", "reads what was there", facts(file("read", "/tmp/x")), ["unsafe"]],
  ["PrivateTmp", "writes what was there", facts(file("write", "/var/tmp/x")), ["unsafe"]],
  ["PrivateTmp", "connects to a socket", facts(file("connect", "/tmp/.s.PGSQL.5432")), ["unsafe"]],
  ["PrivateTmp", "offers a socket", facts(file("create", "/tmp/x.sock", "socket")), ["unsafe"]],
  ["PrivateTmp", "moves a file out", facts({ kind: "rename", from: "/tmp/x", to: "/var/lib/x" }), ["unsafe"]],
  [
    "PrivateTmp",
    "moves a file within",
    facts({ kind: "rename", from: "/tmp/x", to: "/tmp/y" }),
    ["PrivateTmp=yes"],
  ],
  [
    "PrivateTmp",
    "the unit ships disconnected",
    shipping({ PrivateTmp: "yes", PrivateTmpEx: "disconnected" }),
    ["PrivateTmp=disconnected"],
  ],

  ["PrivateDevices", "nothing", {}, ["PrivateDevices=yes"]],
  [
    "PrivateDevices",
    "pseudo devices, shared memory and syslog",
    facts(
      file("read", "/dev/null"),
      file("write", "/dev/urandom"),
      file("connect", "/dev/log"),
      file("create", "/dev/shm/x"),
      file("write", "/dev/pts/{counter}"),
      file("missing", "/dev/kvm"),
    ),
    ["PrivateDevices=yes"],
  ],
  ["PrivateDevices", "a tunnel", facts(file("write", "/dev/net/tun")), ["unsafe"]],
  ["PrivateDevices", "a name of its own in /dev", facts(file("create", "/dev/x")), ["unsafe"]],
  ["PrivateDevices", "executable /dev/zero", facts(file("map", "/dev/zero")), ["unsafe"]],
  ["PrivateDevices", "makes a device elsewhere", facts(file("create", "/srv/x", "char")), ["unsafe"]],
  ["PrivateDevices", "raw I/O", facts(call("ioperm")), ["unsafe"]],
  ["PrivateDevices", "CAP_MKNOD", facts(capability("CAP_MKNOD")), ["unsafe"]],

  ["PrivateMounts", "nothing", {}, ["PrivateMounts=yes"]],
  ["PrivateMounts", "mounts", facts(call("mount")), ["unsafe"]],
  ["PrivateMounts", "may not mount", facts(call("mount", "EPERM")), ["PrivateMounts=yes"]],
  [
    "PrivateMounts",
    "mounts, perhaps in its own namespace",
    facts(call("mount"), namespace("mnt")),
    ["operator"],
  ],
  [
    "PrivateMounts",
    "mounts, but the unit ships a mount namespace",
    shipping({ ProtectSystem: "full" }, call("mount")),
    ["PrivateMounts=yes"],
  ],
  ["ProtectSystem", "mounts for the host", facts(call("umount2")), ["unsafe"]],

  [
    "ProtectKernelTunables",
    "reads",
    facts(file("read", "/proc/sys/kernel/pid_max")),
    ["ProtectKernelTunables=yes"],
  ],
  [
    "ProtectKernelTunables",
    "its own score",
    facts(file("write", "/proc/{pid}/oom_score_adj")),
    ["ProtectKernelTunables=yes"],
  ],
  [
    "ProtectKernelTunables",
    "cgroups",
    facts(file("write", "/sys/fs/cgroup/x")),
    ["ProtectKernelTunables=yes"],
  ],
  ["ProtectKernelTunables", "writes a sysctl", facts(file("write", "/proc/sys/net/x")), ["unsafe"]],
  [
    "ProtectKernelTunables",
    "writes sysfs",
    facts(file("write", "/sys/block/sda/queue/scheduler")),
    ["unsafe"],
  ],
  ["ProtectKernelTunables", "reads kernel symbols", facts(file("read", "/proc/kallsyms")), ["unsafe"]],

  ["ProtectKernelModules", "nothing", {}, ["ProtectKernelModules=yes"]],
  ["ProtectKernelModules", "loads one", facts(call("finit_module")), ["unsafe"]],
  ["ProtectKernelModules", "looks at them", facts(file("read", "/usr/lib/modules/6.1/x.ko")), ["unsafe"]],
  ["ProtectKernelModules", "CAP_SYS_MODULE", facts(capability("CAP_SYS_MODULE")), ["unsafe"]],

  ["ProtectKernelLogs", "nothing", {}, ["ProtectKernelLogs=yes"]],
  ["ProtectKernelLogs", "syslog(2)", facts(call("syslog")), ["unsafe"]],
  ["ProtectKernelLogs", "/dev/kmsg", facts(file("write", "/dev/kmsg")), ["unsafe"]],

  ["ProtectControlGroups", "nothing, before 257", { target: 252 }, ["ProtectControlGroups=yes"]],
  ["ProtectControlGroups", "nothing", {}, ["ProtectControlGroups=strict"]],
  ["ProtectControlGroups", "reads", facts(file("read", "/sys/fs/cgroup/x")), ["ProtectControlGroups=yes"]],
  [
    "ProtectControlGroups",
    "asks for its own",
    facts(file("read", "/proc/{pid}/cgroup")),
    ["ProtectControlGroups=yes"],
  ],
  ["ProtectControlGroups", "writes", facts(file("create", "/sys/fs/cgroup/x")), ["unsafe"]],

  ["ProtectClock", "nothing", {}, ["ProtectClock=yes"]],
  ["ProtectClock", "asks for the state of NTP", facts(call("adjtimex")), ["unsafe"]],
  ["ProtectClock", "may not set it", facts(call("clock_settime", "EPERM")), ["ProtectClock=yes"]],
  ["ProtectClock", "hardware clock", facts(file("write", "/dev/rtc0")), ["unsafe"]],

  ["ProtectHostname", "nothing", {}, ["ProtectHostname=yes"]],
  ["ProtectHostname", "sets it", facts(call("sethostname")), ["unsafe"]],
  ["ProtectHostname", "sets it by sysctl", facts(file("write", "/proc/sys/kernel/hostname")), ["unsafe"]],

  ["RestrictNamespaces", "nothing", {}, ["RestrictNamespaces=yes"]],
  [
    "RestrictNamespaces",
    "two types, in one order",
    facts(namespace("user"), namespace("net")),
    ["RestrictNamespaces=", "RestrictNamespaces=net user"],
  ],
  ["RestrictNamespaces", "setns without a type", facts(namespace("any", "setns")), ["unsafe"]],
  [
    "RestrictNamespaces",
    "what the unit as shipped denies",
    shipping({ RestrictNamespaces: "net mnt" }, namespace("user"), namespace("net")),
    ["RestrictNamespaces=", "RestrictNamespaces=net"],
  ],

  ["RestrictRealtime", "nothing", {}, ["RestrictRealtime=yes"]],
  [
    "RestrictRealtime",
    "batch",
    facts(scheduling("sched_setscheduler", "SCHED_BATCH")),
    ["RestrictRealtime=yes"],
  ],
  ["RestrictRealtime", "round robin", facts(scheduling("sched_setattr", "SCHED_RR")), ["unsafe"]],
  ["RestrictRealtime", "a flag", facts(scheduling("sched_setscheduler", "SCHED_OTHER", true)), ["unsafe"]],

  ["LockPersonality", "nothing", {}, ["LockPersonality=yes"]],
  ["LockPersonality", "changes it", facts({ kind: "personality", persona: "ADDR_NO_RANDOMIZE" }), ["unsafe"]],
  ["LockPersonality", "asks for it", facts({ kind: "personality", persona: "query" }), ["operator"]],

  ["MemoryDenyWriteExecute", "nothing", {}, ["MemoryDenyWriteExecute=yes"]],
  ["MemoryDenyWriteExecute", "a JIT", facts(memory("gain-execute")), ["unsafe"]],
  [
    "MemoryDenyWriteExecute",
    "mprotect of code",
    facts(memory("protect-execute")),
    ["MemoryDenyWriteExecute=yes"],
  ],
  [
    "MemoryDenyWriteExecute",
    "mprotect of code, by a filter before 254",
    { facts: [memory("protect-execute")], target: 252 },
    ["unsafe"],
  ],
  [
    "MemoryDenyWriteExecute",
    "mprotect of code, by a filter on Linux 6.1",
    { facts: [memory("protect-execute")], host: { kernel: "6.1.0-37-amd64" } },
    ["unsafe"],
  ],

  ["RestrictAddressFamilies", "no socket", {}, ["RestrictAddressFamilies=", "RestrictAddressFamilies=none"]],
  [
    "RestrictAddressFamilies",
    "resolves names, for which the library asks for addresses",
    facts(route, { kind: "netlink", request: "RTM_GETADDR" }),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=none"],
  ],
  [
    "RestrictAddressFamilies",
    "lists its interfaces",
    facts(route, { kind: "netlink", request: "RTM_GETADDR" }, { kind: "netlink", request: "RTM_GETLINK" }),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_NETLINK"],
  ],
  [
    "RestrictAddressFamilies",
    "resolves names and hears of devices",
    facts(
      route,
      { kind: "socket", family: "AF_NETLINK", type: "SOCK_RAW", protocol: "NETLINK_KOBJECT_UEVENT" },
      { kind: "netlink", request: "RTM_GETADDR" },
    ),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_NETLINK"],
  ],
  [
    "RestrictAddressFamilies",
    "an accepted socket",
    facts({ kind: "inherited", source: "activation", object: "TCP:[::]:80" }),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=none"],
  ],
  [
    "RestrictAddressFamilies",
    "syslog",
    facts(file("connect", "/dev/log")),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_UNIX"],
  ],
  [
    "RestrictAddressFamilies",
    "exactly one",
    facts(socket("AF_NETLINK")),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_NETLINK"],
  ],
  [
    "RestrictAddressFamilies",
    "IPv4, portably",
    { facts: [socket("AF_INET")], breadth: "portable" },
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_INET"],
  ],
  [
    "RestrictAddressFamilies",
    "a connection by IPv4, portably: the name may resolve to IPv6 elsewhere",
    {
      facts: [
        socket("AF_INET"),
        { kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 443 },
      ],
      breadth: "portable",
    },
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_INET AF_INET6"],
  ],
  [
    "RestrictAddressFamilies",
    "what the unit as shipped denies",
    shipping({ RestrictAddressFamilies: "AF_INET AF_UNIX" }, socket("AF_NETLINK"), socket("AF_INET")),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_INET"],
  ],
  [
    "RestrictAddressFamilies",
    "any, but the unit ships none",
    shipping({ RestrictAddressFamilies: "" }, socket("AF_INET")),
    ["RestrictAddressFamilies=", "RestrictAddressFamilies=none"],
  ],
  ["RestrictAddressFamilies", "a family without a name", facts(socket("0x2d /* AF_??? */")), ["unsafe"]],

  [
    "SystemCallArchitectures",
    "native",
    facts(call("read")),
    ["SystemCallArchitectures=", "SystemCallArchitectures=native"],
  ],
  [
    "SystemCallArchitectures",
    "a 32-bit child",
    facts(call("read"), { kind: "syscall", architecture: "x86", name: "read", result: "used" }),
    ["SystemCallArchitectures=", "SystemCallArchitectures=native x86"],
  ],

  [
    "SystemCallArchitectures",
    "learned on two machines",
    facts(call("read"), { kind: "syscall", architecture: "arm64", name: "read", result: "used" }),
    ["SystemCallArchitectures=", "SystemCallArchitectures=native"],
  ],

  ["SystemCallFilter", "no call was recorded", {}, ["operator"]],
  ["SystemCallErrorNumber", "no call was recorded", {}, ["meaningless"]],
  ["SystemCallErrorNumber", "calls", facts(call("read")), ["SystemCallErrorNumber=EPERM"]],

  ["LockPersonality", "setuid helper of a User= on 252", unprivileged(252, setuidHelper), ["unsafe"]],
  [
    "SystemCallFilter",
    "setuid helper of a User= on 252",
    unprivileged(252, setuidHelper, call("read")),
    ["unsafe"],
  ],
  ["ProtectHome", "setuid helper of a User= on 252", unprivileged(252, setuidHelper), ["ProtectHome=yes"]],
  [
    "LockPersonality",
    "setuid helper of a User= on 255",
    unprivileged(255, setuidHelper),
    ["LockPersonality=yes"],
  ],
  [
    "LockPersonality",
    "setuid helper of root on 252",
    { facts: [setuidHelper], target: 252 },
    ["LockPersonality=yes"],
  ],
  [
    "ProtectClock",
    "setuid helper on 252, but the unit ships a filter",
    { facts: [setuidHelper], target: 252, unit: { user: "www", properties: { LockPersonality: "yes" } } },
    ["ProtectClock=yes"],
  ],
  [
    "SystemCallFilter",
    "setuid helper on 257, but the unit ships a filter that implies NoNewPrivileges=",
    {
      facts: [setuidHelper, call("read")],
      unit: { user: "www", properties: { SystemCallFilter: "~capset" } },
    },
    ["SystemCallFilter=", "SystemCallFilter=read"],
  ],
];

for (const [directive, does, given, expected] of table) {
  test(`${directive}=: ${does}`, (t) => {
    t.deepEqual(outcome(decide(situation(given)), directive), expected);
  });
}
