import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import type { Host } from "../../src/host/types.js";
import { call, calls, file, setuidHelper } from "../directives/context.js";
import { check, closed, directory, grown, open, profileOf, usual } from "./sample.js";

const inet: Fact = { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" };

const end = (kind: "bind" | "connect", address: string, port: number, type = "SOCK_STREAM"): Fact => ({
  kind,
  family: "AF_INET",
  type,
  address,
  port,
});

const host: Partial<Host> = {
  files: {
    "/dev/fuse": { ...open, type: "char", mode: 0o666 },
    "/etc": directory,
    "/etc/thing": directory,
    "/etc/thing/key": closed,
    "/etc/thing/open": open,
    "/etc/thing/closed": { ...directory, mode: 0o700 },
    "/etc/thing/closed/open": open,
    "/run": directory,
    "/srv/thing": directory,
    "/srv/other": directory,
    "/var/lib/other": directory,
  },
};

/** What is new: what the baseline has of the like, what is added, and what is found. */
const cases: readonly (readonly [
  what: string,
  before: readonly Fact[],
  after: readonly Fact[],
  found: readonly string[],
])[] = [
  ["a call", [], calls("ptrace"), ["calls ptrace SystemCallFilter"]],
  ["a program", [], [file("execute", "/usr/bin/curl")], ["executes /usr/bin/curl"]],
  [
    "a program from a directory that nothing was executed from",
    [],
    [file("execute", "/srv/thing/run")],
    ["executes /srv/thing/run ExecPaths"],
  ],
  [
    "a program with more rights",
    [],
    [setuidHelper],
    ["gains rights by the setuid bit of /usr/bin/helper NoNewPrivileges PrivateUsers"],
  ],
  [
    "a file that not everyone may read",
    [],
    [file("read", "/etc/thing/key"), file("read", "/etc/thing/open"), file("read", "/etc/thing/closed/open")],
    ["reads /etc/thing/closed/open", "reads /etc/thing/key"],
  ],
  ["a file in a home", [], [file("read", "/root/.netrc")], ["reads /root/.netrc ProtectHome"]],
  [
    "another file in a home",
    [file("read", "/root/.profile")],
    [file("read", "/root/.netrc")],
    ["reads /root/.netrc"],
  ],
  [
    "a directory that is written",
    [file("create", "/srv/thing/a")],
    [file("create", "/srv/other/a")],
    ["creates /srv/other/a ReadWritePaths"],
  ],
  [
    "a kernel tunable, where another one is written",
    [file("write", "/proc/sys/net/core/rmem_max")],
    [file("write", "/proc/sys/kernel/core_pattern")],
    ["writes /proc/sys/kernel/core_pattern"],
  ],
  [
    "the directory of others in one that the whole system shares",
    [file("create", "/run/thing.pid")],
    [file("create", "/run/thing2.pid"), file("create", "/run/systemd/system/evil.service")],
    ["creates /run/systemd/system/evil.service ReadOnlyPaths"],
  ],
  ["a device", [], [file("write", "/dev/fuse", "char")], ["writes /dev/fuse DeviceAllow"]],
  ["a peer by its path", [], [file("connect", "/run/other.sock")], ["connects to /run/other.sock"]],
  [
    "another port",
    [inet, end("bind", "0.0.0.0", 80)],
    [inet, end("bind", "0.0.0.0", 81)],
    ["binds 0.0.0.0 port 81 SocketBindAllow"],
  ],
  [
    "the network instead of only this host",
    [inet, end("bind", "127.0.0.1", 80)],
    [inet, end("bind", "0.0.0.0", 80)],
    ["binds 0.0.0.0 port 80 IPAddressDeny RestrictNetworkInterfaces"],
  ],
  [
    "another port of a peer",
    [inet, end("connect", "192.0.2.1", 443)],
    [inet, end("connect", "192.0.2.1", 22)],
    ["connects to 192.0.2.1 port 22"],
  ],
  [
    "a peer in the network instead of one on this host",
    [inet, end("connect", "127.0.0.1", 443)],
    [inet, end("connect", "192.0.2.1", 443)],
    ["connects to 192.0.2.1 port 443 IPAddressDeny RestrictNetworkInterfaces"],
  ],
  [
    "raw packets",
    [inet, end("connect", "192.0.2.1", 443)],
    [{ kind: "socket", family: "AF_INET", type: "SOCK_RAW", protocol: "IPPROTO_ICMP" }],
    ["opens raw AF_INET sockets"],
  ],
  [
    "another family",
    [inet],
    [{ kind: "socket", family: "AF_PACKET", type: "SOCK_RAW", protocol: "" }],
    ["opens AF_PACKET sockets RestrictAddressFamilies"],
  ],
  [
    "another capability",
    [],
    [{ kind: "capability", capability: "CAP_NET_RAW", source: "inferred", operation: "socket" }],
    ["needs CAP_NET_RAW (socket) CapabilityBoundingSet PrivateUsers"],
  ],
  [
    "executable memory that was written, instead of only made executable",
    [{ kind: "memory", protection: "protect-execute" }],
    [{ kind: "memory", protection: "write-execute" }],
    ["maps memory writable and executable MemoryDenyWriteExecute"],
  ],
  [
    "a namespace",
    [],
    [{ kind: "namespace", operation: "unshare", type: "user" }],
    ["creates user namespaces RestrictNamespaces"],
  ],
  [
    "another user",
    [{ kind: "identity", operation: "setuid", id: "www-data" }],
    [{ kind: "identity", operation: "setuid", id: "postgres" }],
    ["calls setuid to postgres"],
  ],
  [
    "real time",
    [],
    [{ kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false }],
    ["asks for SCHED_FIFO RestrictRealtime"],
  ],
  [
    "a call to processes of others",
    [],
    [{ kind: "outside", operation: "kill" }],
    ["calls kill on processes of others"],
  ],
  [
    "work that a trace cannot show",
    [],
    [{ kind: "blind-spot", cause: "io_uring", detail: "io_uring_setup" }],
    ["does what a trace cannot show: io_uring, io_uring_setup"],
  ],
];

for (const [what, before, after, found] of cases) {
  test(`growth: ${what}`, (t) => {
    const comparison = check(
      profileOf([...usual, ...before], { host }),
      profileOf([...usual, ...before, ...after], { host }),
    );
    t.deepEqual(grown(comparison), [...found].sort());
    t.is(comparison.verdict, "more");
    t.true(comparison.growth.every(({ gain }) => /^[A-Z].*\.$/.test(gain)));
  });

  test(`and the other way round it is gone: ${what}`, (t) => {
    const comparison = check(
      profileOf([...usual, ...before, ...after], { host }),
      profileOf([...usual, ...before], { host }),
    );
    t.deepEqual(comparison.growth, []);
    t.is(comparison.verdict, "less");
    t.is(comparison.gone.length, found.length);
  });
}

/** What the baseline knew of the same thing. */
const sides: readonly (readonly [what: string, before: Fact, after: Fact])[] = [
  ["a call that only failed", call("chroot", "EPERM"), call("chroot")],
  [
    "a port that only the unit itself used",
    { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "self", port: 80 },
    { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 80 },
  ],
  [
    "shared memory of its own",
    { kind: "ipc", mechanism: "shm", key: "0x1234", origin: "own" },
    { kind: "ipc", mechanism: "shm", key: "0x1234", origin: "foreign" },
  ],
  [
    "a capability that programs do without",
    {
      kind: "capability",
      capability: "CAP_SYS_PTRACE",
      source: "inferred",
      operation: "inspect /proc/{other-pid}/exe",
    },
    { kind: "capability", capability: "CAP_SYS_PTRACE", source: "inferred", operation: "ptrace" },
  ],
  ["a file that was only read", file("read", "/etc/thing/open"), file("write", "/etc/thing/open")],
  ["a port of this host", end("bind", "127.0.0.1", 80), end("bind", "0.0.0.0", 80)],
];

for (const [what, before, after] of sides) {
  test(`changed sides: ${what}`, (t) => {
    const { growth } = check(
      profileOf([...usual, inet, before], { host }),
      profileOf([...usual, inet, after], { host }),
    );
    t.deepEqual(
      growth.map(({ fact, before: knew }) => [fact, knew]),
      [[after, before]],
    );
  });
}

test("what is only probed now can be taken back", (t) => {
  const { growth, gone, takeBack, verdict } = check(
    profileOf([...usual, call("chroot")]),
    profileOf([...usual, call("chroot", "EPERM")]),
  );
  t.deepEqual(growth, []);
  t.deepEqual(
    gone.map(({ fact }) => fact),
    [call("chroot")],
  );
  t.deepEqual(takeBack[0]?.drops, ["chroot"]);
  t.is(verdict, "less");
});

test("each new call is about its own members of the filter, and all together are listed once", (t) => {
  const { growth, settings } = check(profileOf(usual), profileOf([...usual, ...calls("dup ptrace")]), {
    breadth: "portable",
  });
  t.deepEqual(
    growth.map(({ text, settings: own }) => [text, own[0]?.gains]),
    [
      ["calls ptrace", ["ptrace"]],
      ["calls dup", ["dup", "dup2", "dup3"]],
    ],
  );
  t.deepEqual(
    settings.map(({ directive, gains }) => [directive, gains]),
    [["SystemCallFilter", ["dup", "dup2", "dup3", "ptrace"]]],
  );
});

test("in posture isolated another peer changes a setting, and is growth", (t) => {
  const [before, after] = [end("connect", "192.0.2.1", 443), end("connect", "192.0.2.2", 443)];
  const [old, now] = [profileOf([...usual, inet, before]), profileOf([...usual, inet, after])];
  t.deepEqual(grown(check(old, now)), []);
  t.deepEqual(grown(check(old, now, { posture: "isolated" })), [
    "connects to 192.0.2.2 port 443 IPAddressAllow",
  ]);
});

test("a message to systemd is growth where nothing was sent, and the unit lets it through", (t) => {
  const unit = { properties: { NotifyAccess: "main" } };
  const comparison = check(
    profileOf(usual, { unit }),
    profileOf([...usual, { kind: "notification", sender: "main" }], { unit }),
  );
  t.deepEqual(grown(comparison), ["notifies systemd NotifyAccess"]);
});

test("the most severe comes first", (t) => {
  const { growth } = check(
    profileOf(usual),
    profileOf([...usual, ...calls("uname"), setuidHelper, file("connect", "/run/other.sock")]),
  );
  t.deepEqual(
    growth.map(({ severity }) => severity),
    ["high", "medium", "low"],
  );
});

test("what the sandbox of the unit itself would refuse is growth too: a drop-in that keeps it changes no line for it", (t) => {
  const unit = {
    properties: {
      SystemCallFilter: "read write",
      CapabilityBoundingSet: "cap_chown",
      NoNewPrivileges: "yes",
      MemoryDenyWriteExecute: "yes",
    },
  };
  const more: readonly Fact[] = [
    ...calls("ptrace"),
    {
      kind: "capability",
      capability: "CAP_NET_RAW",
      source: "inferred",
      operation: "socket AF_INET SOCK_RAW",
    },
    { kind: "memory", protection: "write-execute" },
  ];
  const { growth } = check(profileOf(usual, { unit }), profileOf([...usual, ...more], { unit }));
  t.deepEqual(
    growth
      .map(({ settings }) => settings.map(({ directive }) => directive))
      .flat()
      .sort(),
    ["CapabilityBoundingSet", "MemoryDenyWriteExecute", "PrivateUsers", "SystemCallFilter"],
  );
});
