import { fc, testProp } from "@fast-check/ava";
import { decide, decideConfinement } from "../../src/directives/index.js";
import { refusesListed } from "../../src/directives/refusals.js";
import { type Decision, postures } from "../../src/directives/types.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { calls, file, situation } from "../directives/context.js";
import { check, closed, directory, open, profileOf, usual } from "./sample.js";

const end = (kind: "bind" | "connect", address: string, port: number): Fact => ({
  kind,
  family: "AF_INET",
  type: "SOCK_STREAM",
  address,
  port,
});

/** One or two of every kind, that touch the same settings here and there. */
const palette: readonly Fact[] = [
  ...usual,
  ...calls("openat2 statx poll ptrace mount uname chroot getrandom"),
  { kind: "syscall", architecture: "x86", name: "read", result: "used" },
  { kind: "syscall", architecture: "x86-64", name: "chroot", result: "EPERM" },
  { kind: "syscall", architecture: "x86-64", name: "futex_waitv", result: "ENOSYS" },
  file("read", "/etc/passwd"),
  file("read", "/etc/shadow"),
  file("read", "/root/.netrc"),
  file("missing", "/opt/plugin"),
  file("read", "/proc/{other-pid}/stat"),
  file("read", "/proc/sys/kernel/hostname"),
  file("write", "/proc/sys/kernel/core_pattern"),
  file("write", "/dev/null", "char"),
  file("create", "/srv/thing/a", "file"),
  file("create", "/srv/other/b", "file"),
  file("create", "/var/lib/thing/{random}", "file"),
  file("create", "/run/thing.pid", "file"),
  file("create", "/etc/new", "file"),
  file("create", "/home/me/new", "file"),
  file("execute", "/usr/bin/curl"),
  file("execute", "/srv/thing/run"),
  file("map", "/opt/x/lib.so"),
  file("connect", "/run/dbus/system_bus_socket"),
  file("connect", "/run/systemd/journal/socket"),
  { kind: "rename", from: "/srv/thing/a", to: "/srv/other/b" },
  { kind: "creation", path: "/srv/thing/a", bits: "044" },
  { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
  { kind: "socket", family: "AF_INET", type: "SOCK_RAW", protocol: "IPPROTO_ICMP" },
  { kind: "socket", family: "AF_NETLINK", type: "SOCK_RAW", protocol: "NETLINK_ROUTE" },
  { kind: "netlink", request: "RTM_GETADDR" },
  { kind: "netlink", request: "RTM_NEWADDR" },
  end("bind", "127.0.0.1", 80),
  end("bind", "0.0.0.0", 80),
  end("connect", "192.0.2.1", 53),
  end("connect", "192.0.2.2", 53),
  { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "self", port: 80 },
  { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 80 },
  { kind: "elevation", path: "/usr/bin/helper", by: "setuid" },
  { kind: "identity", operation: "setuid", id: "www-data" },
  { kind: "memory", protection: "protect-execute" },
  { kind: "memory", protection: "write-execute" },
  { kind: "namespace", operation: "unshare", type: "user" },
  { kind: "namespace", operation: "clone", type: "net" },
  { kind: "personality", persona: "query" },
  { kind: "personality", persona: "ADDR_NO_RANDOMIZE" },
  { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: true },
  { kind: "mode", operation: "openat2", bits: "openat2" },
  { kind: "mode", operation: "chmod", bits: "setgid" },
  { kind: "ipc", mechanism: "shm", key: "private", origin: "own" },
  { kind: "ipc", mechanism: "shm", key: "0x1", origin: "foreign" },
  { kind: "keyring", operation: "add_key", keyring: "session" },
  { kind: "outside", operation: "kill" },
  { kind: "signal", signal: "SIGTERM", disposition: "handled" },
  { kind: "notification", sender: "other" },
  { kind: "inherited", source: "activation", object: "AF_INET:80" },
  { kind: "blind-spot", cause: "io_uring", detail: "io_uring_setup" },
  { kind: "capability", capability: "CAP_NET_RAW", source: "inferred", operation: "socket AF_INET SOCK_RAW" },
  { kind: "capability", capability: "CAP_SYS_ADMIN", source: "inferred", operation: "mount" },
  { kind: "capability", capability: "CAP_DAC_OVERRIDE", source: "inferred", operation: "write /etc/new" },
];

const host = {
  files: {
    "/etc": directory,
    "/etc/passwd": open,
    "/etc/shadow": closed,
    "/home/me": directory,
    "/root": directory,
    "/run": directory,
    "/srv/other": directory,
    "/srv/thing": directory,
    "/usr/bin/helper": { ...open, mode: 0o4755 },
  },
};

/** Each comparison decides all directives three times or more. */
const few = { numRuns: 15 };

const facts = fc.subarray([...palette]);
const posture = fc.constantFrom(...postures);
const target = fc.constantFrom(252, 257);
const user = fc.constantFrom("", "daemon");
const frame = fc.record({ posture, target, user });

const profile = (some: readonly Fact[], name: string) => profileOf(some, { host, unit: { user: name } });

const identities = (items: readonly { readonly fact: Fact }[]): string[] =>
  items.map(({ fact }) => JSON.stringify(fact)).sort();

testProp(
  "what is decided for a comparison is what a drop-in says",
  [facts, frame],
  (t, some, { user: name, ...options }) => {
    const context = situation({ facts: some, host, unit: { user: name }, breadth: "portable", ...options });
    const lines = (decisions: readonly Decision[]) =>
      decisions.flatMap((one) => (one.decision === "set" ? [[one.directive, ...one.values]] : []));
    t.deepEqual(lines(decideConfinement(context)), lines(decide(context)));
  },
  few,
);

testProp(
  "a profile needs nothing beyond itself",
  [facts, frame],
  (t, some, { user: name, ...options }) => {
    const comparison = check(profile(some, name), profile(some, name), options);
    t.is(comparison.verdict, "same");
    t.deepEqual(comparison.covered, []);
  },
  few,
);

testProp(
  "what both together need beyond the baseline is what the candidate does",
  [facts, facts, frame],
  (t, a, b, { user: name, ...options }) => {
    const alone = check(profile(a, name), profile(b, name), options);
    const both = [...FactSet.of([...a, ...b])];
    const merged = check(profile(a, name), profile(both, name), options);
    t.deepEqual(identities(merged.growth), identities(alone.growth));
    t.deepEqual(merged.settings, alone.settings);
    t.deepEqual(merged.gone, []);
  },
  few,
);

testProp(
  "every new fact is growth or covered, and every line that lets more through has growth behind it",
  [facts, facts, frame],
  (t, a, b, { user: name, ...options }) => {
    const { growth, covered, settings } = check(profile(a, name), profile(b, name), options);
    const fresh = [...FactSet.of(b).difference(FactSet.of(a))];
    t.deepEqual(identities([...growth, ...covered]), fresh.map((fact) => JSON.stringify(fact)).sort());
    if (growth.length === 0) t.deepEqual(settings, []);
    const named = new Set(growth.flatMap((one) => one.settings.map(({ directive }) => directive)));
    for (const { directive, gains, from } of settings) {
      const isExempt = from === null || refusesListed(directive);
      if (gains.length > 0 && !isExempt) t.true(named.has(directive), directive);
    }
  },
  few,
);

testProp(
  "the order of facts makes no difference",
  [facts, facts, frame],
  (t, a, b, { user: name, ...options }) => {
    const turned = (some: readonly Fact[]) => ({ ...profile(some, name), facts: [...some].reverse() });
    const { growth, gone, settings } = check(profile(a, name), profile(b, name), options);
    const other = check(turned(a), turned(b), options);
    t.deepEqual([other.growth, other.gone, other.settings], [growth, gone, settings]);
  },
  few,
);

testProp(
  "with nothing new and nothing gone all settings are the same",
  [facts, facts, frame],
  (t, a, b, { user: name, ...options }) => {
    const { growth, gone, takeBack, settings } = check(profile(a, name), profile(b, name), options);
    if (growth.length === 0 && gone.length === 0) t.deepEqual([settings, takeBack], [[], []]);
    else t.pass();
  },
  few,
);

testProp(
  "growth of one direction is gone in the other",
  [facts, facts, frame],
  (t, a, b, { user: name, ...options }) => {
    // Without any call there is no filter, and another one is as good as none.
    const [old, now] = [profile([...usual, ...a], name), profile([...usual, ...b], name)];
    const there = check(old, now, options);
    const back = check(now, old, options);
    t.deepEqual(identities(there.growth), identities(back.gone));
  },
  few,
);
