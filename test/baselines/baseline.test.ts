import test from "ava";
import { baselineOf } from "../../src/baselines/baseline.js";
import { profileOfUnit } from "../../src/baselines/profile.js";
import { compare } from "../../src/comparison/index.js";
import type { Comparison } from "../../src/comparison/types.js";
import type { Fact } from "../../src/facts/types.js";
import { formatProfile } from "../../src/profile/format.js";
import { parseProfile } from "../../src/profile/document.js";
import type { Profile } from "../../src/profile/types.js";
import { call, file, setuidHelper } from "../directives/context.js";
import { hardened, learned, loaded } from "./support.js";

const now = "2026-01-02T03:04:05.000Z";
const tight = profileOfUnit(loaded(hardened), now);
const tightOld = profileOfUnit(loaded(hardened, 252), now);
// From other processes than the main one messages are ignored unless the unit says otherwise.
const unconfined = { NotifyAccess: "all" };
const open = profileOfUnit(loaded(unconfined), now);

function check(baseline: Profile, facts: readonly Fact[], target = 257): Comparison {
  return compare(baseline, learned(facts, loaded(hardened, target)), {
    names: { baseline: "unit", candidate: "learned" },
    posture: "strict",
    breadth: "portable",
    target: undefined,
    failOn: "low",
    today: "2026-01-02",
  });
}

/** Directives of the lines that a fact would change. */
function changed({ growth }: Comparison): string[] {
  return growth.flatMap(({ settings }) => settings.map(({ directive }) => directive));
}

/** What each directive refuses, with what the others let through. */
const refused: readonly (readonly [directive: string, fact: Fact])[] = [
  [
    "CapabilityBoundingSet",
    { kind: "capability", capability: "CAP_FOWNER", source: "inferred", operation: "chmod" },
  ],
  ["NoNewPrivileges", setuidHelper],
  ["RestrictSUIDSGID", { kind: "mode", operation: "chmod", bits: "setuid" }],
  ["ReadWritePaths", file("create", "/var/lib/other/file")],
  ["ProtectHome", file("read", "/home/someone/.profile")],
  ["PrivateTmp", file("read", "/tmp/of-others")],
  ["PrivateDevices", file("create", "/dev/node")],
  ["InaccessiblePaths", file("read", "/srv/data")],
  ["ProtectKernelTunables", file("write", "/sys/module/x/parameters/y")],
  ["ProtectKernelModules", file("read", "/usr/lib/modules/6.1/modules.dep")],
  ["ProtectKernelLogs", file("read", "/dev/kmsg")],
  ["ProtectControlGroups", file("write", "/sys/fs/cgroup/x/cgroup.procs")],
  ["ProtectProc", file("read", "/proc/{other-pid}/status")],
  ["ProcSubset", file("read", "/proc/meminfo")],
  ["PrivateIPC", { kind: "ipc", mechanism: "shm", key: "0x1", origin: "foreign" }],
  ["NotifyAccess", { kind: "notification", sender: "other" }],
  ["RestrictNamespaces", { kind: "namespace", operation: "unshare", type: "user" }],
  [
    "RestrictRealtime",
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false },
  ],
  ["LockPersonality", { kind: "personality", persona: "PER_LINUX32" }],
  ["MemoryDenyWriteExecute", { kind: "memory", protection: "write-execute" }],
  ["RestrictAddressFamilies", { kind: "socket", family: "AF_PACKET", type: "SOCK_RAW", protocol: "" }],
  [
    "IPAddressDeny",
    { kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 80 },
  ],
  [
    "SocketBindDeny",
    { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "127.0.0.1", port: 8081 },
  ],
  ["SystemCallArchitectures", { kind: "syscall", architecture: "x86", name: "read", result: "used" }],
  ["SystemCallFilter", call("setsockopt")],
  ["ProtectClock", call("clock_settime")],
  ["ProtectHostname", call("sethostname")],
];

for (const [directive, fact] of refused) {
  test(`${directive}= of a unit refuses what it refuses, and without it nothing does`, (t) => {
    const comparison = check(tight, [fact]);
    t.is(comparison.verdict, "more");
    t.true(changed(comparison).includes(directive), changed(comparison).join());
    t.deepEqual(changed(check(open, [fact])), []);
  });
}

const letThrough: readonly Fact[] = [
  call("socket"),
  call("kill"),
  { kind: "capability", capability: "CAP_CHOWN", source: "inferred", operation: "chown /var/lib/thing/x" },
  file("create", "/var/lib/thing/new"),
  file("write", "/var/lib/thing/new"),
  file("read", "/etc/thing.conf"),
  file("execute", "/usr/bin/helper"),
  { kind: "rename", from: "/var/lib/thing/a", to: "/var/lib/thing/b" },
  { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
  { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "127.0.0.1", port: 8080 },
  { kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "127.0.0.1", port: 5432 },
  { kind: "namespace", operation: "unshare", type: "uts" },
];

for (const [name, baseline, target] of [
  ["a hardened unit", tight, 257],
  ["a hardened unit of systemd 252", tightOld, 252],
  ["a unit without a sandbox", open, 257],
] as const) {
  test(`what ${name} lets through is nothing beyond it`, (t) => {
    const comparison = check(baseline, letThrough, target);
    t.deepEqual(comparison.growth, []);
    t.deepEqual(comparison.inconclusive, []);
    t.is(comparison.verdict, "less");
  });

  test(`the baseline of ${name} leads to its own settings again`, (t) => {
    const { unit, host } = loaded(baseline === open ? unconfined : hardened, target);
    const different = baselineOf(unit, host, target).differences.filter(
      ({ relation }) => relation !== "same",
    );
    // What IPAddressDeny= refuses is not there to be let through by an interface, or by systemd 257 alone in @default.
    const known = ["RestrictNetworkInterfaces", ...(target === 257 ? ["SystemCallFilter"] : [])];
    t.deepEqual(
      different.filter(({ directive }) => !known.includes(directive)),
      [],
    );
  });

  test(`the baseline of ${name} can be stored and read again`, (t) => {
    t.deepEqual(parseProfile(formatProfile(baseline), "baseline"), baseline);
  });
}

test("one of two calls that do the same can be refused", (t) => {
  t.deepEqual(changed(check(tight, [call("openat")])), []);
  t.deepEqual(changed(check(tight, [call("open")])), ["SystemCallFilter"]);
});

test("no baseline has what nobody was seen to do as evidence, or phases that a check would ask for", (t) => {
  t.deepEqual(tight.evidence, {});
  t.deepEqual(tight.runs[0]?.phases, []);
  t.is(tight.runs[0]?.tracer, "unit");
});

test("a unit that runs under a user who filters give no privileges lets no program elevate on systemd 252", (t) => {
  const filtered = { SystemCallArchitectures: "native" };
  const elevates = ({ facts }: Profile) => facts.some(({ kind }) => kind === "elevation");
  t.false(elevates(profileOfUnit(loaded(filtered, 252, "www-data"), now)));
  t.true(elevates(profileOfUnit(loaded(filtered, 257, "www-data"), now)));
});

test("what facts cannot say is told", (t) => {
  const { runs } = profileOfUnit(
    {
      ...loaded({ RestrictFileSystems: "ext4", DeviceAllow: "char-tty rw", DevicePolicy: "closed" }),
      stale: true,
    },
    now,
  );
  t.deepEqual(runs[0]?.assumed, [
    "files of thing.service have changed since systemd loaded them: systemctl daemon-reload",
    "DeviceAllow= is not all in the facts: missing is char-tty rw",
    "RestrictFileSystems= is not in the facts: what it refuses is let through",
  ]);
});
