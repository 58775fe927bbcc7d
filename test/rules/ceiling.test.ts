import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { parseCeiling, violations } from "../../src/rules/ceiling.js";
import { call, file, situation } from "../directives/context.js";
import { above, complaint, link, program } from "./support.js";

const needs = (capability: string, operation = "x"): Fact =>
  ({ kind: "capability", capability, source: "inferred", operation }) as Fact;

const anyChange = { kind: "file", access: "modify", path: "/etc/**" };

test("when a profile holds what a ceiling forbids then that is a violation, with the reason of the first rule", (t) => {
  const never = [
    { fact: { kind: "capability", capability: "CAP_SYS_*" }, reason: "first" },
    { fact: { kind: "capability" }, reason: "second" },
  ];
  const { unit, host } = situation();
  const breaches = violations(
    [needs("CAP_SYS_ADMIN"), needs("CAP_BPF"), call("bpf")],
    parseCeiling(JSON.stringify({ schema: 1, never }), "c.json"),
    { unit, hosts: [host] },
  );
  t.deepEqual(
    breaches.map(({ reason }) => reason),
    ["first", "second"],
  );
});

test("when a rule has exceptions then what they are about is no violation", (t) => {
  const facts = [file("write", "/etc/demo/a"), file("write", "/etc/passwd")];
  t.deepEqual(above(facts, anyChange, [{ kind: "file", path: "/etc/demo/**" }]), [
    file("write", "/etc/passwd"),
  ]);
});

test("when something was only tried and did without then it is not held, unless the rule is about trying", (t) => {
  const tried = call("ptrace", "EPERM");
  t.deepEqual(above([tried], { kind: "syscall", name: "ptrace" }), []);
  t.deepEqual(above([tried], { kind: "syscall", name: "ptrace", result: "EPERM" }), [tried]);
  // The drop-in for systemd 255 and later lets it through.
  const missing = call("io_uring_setup", "ENOSYS");
  t.deepEqual(above([missing], { kind: "syscall", name: "io_uring_setup" }), [missing]);
  const wish = needs("CAP_NET_ADMIN", "setsockopt SO_RCVBUFFORCE");
  t.deepEqual(above([wish], { kind: "capability", capability: "CAP_NET_ADMIN" }), []);
  t.deepEqual(above([{ kind: "personality", persona: "query" }], { kind: "personality" }), []);
});

test("when a call goes by another name then the ceiling catches it", (t) => {
  t.is(above([call("openat2")], { kind: "syscall", name: "open" }).length, 1);
  t.is(above([call("mknodat")], { kind: "syscall", name: "mknod" }).length, 1);
  t.is(
    above([call("umount")], { kind: "syscall", name: "@mount" }, [{ kind: "syscall", name: "umount2" }])
      .length,
    0,
  );
});

test("when a path leads through symbolic links then the ceiling catches it under every name", (t) => {
  const files = { "/var/run": link("/run"), "/srv/in": link("../etc") };
  const run = { kind: "file", access: "modify", path: "/run/**" };
  const socket = file("create", "/var/run/x.sock", "socket");
  t.deepEqual(above([socket], run, [], { files }), [socket]);
  // The rule may be the one that is written with a link, whether the profile knows it or not.
  const pid = file("create", "/run/x.pid");
  t.is(above([pid], { ...run, path: "/var/run/**" }, [], { files }).length, 1);
  t.is(above([pid], { ...run, path: "/var/run/*.pid" }).length, 1);
  t.is(
    above([file("execute", "/usr/bin/sh")], { kind: "file", access: "execute", path: "/bin/sh" }).length,
    1,
  );
  t.is(above([file("write", "/srv/in/shadow")], anyChange, [], { files }).length, 1);
  t.is(above([file("write", "/srv/../etc/./shadow")], anyChange).length, 1);
});

test("when an exception is a link to what is forbidden then it is none", (t) => {
  const files = { "/etc/demo": link("/etc"), "/etc/plain": link("/srv/plain") };
  const except = [{ kind: "file", path: ["/etc/demo/**", "/etc/plain/**"] }];
  const evasion = file("write", "/etc/demo/shadow");
  t.deepEqual(above([evasion, file("write", "/etc/plain/x")], anyChange, except, { files }), [evasion]);
  // What the link leads to is not excepted by it.
  t.is(above([file("write", "/etc/shadow")], anyChange, except, { files }).length, 1);
});

test("when a link itself is deleted then that is no deletion of what it leads to", (t) => {
  const files = { "/srv/out": link("/etc/x") };
  t.deepEqual(above([file("delete", "/srv/out")], anyChange, [], { files }), []);
  t.is(above([file("write", "/srv/out")], anyChange, [], { files }).length, 1);
});

test("when a file is renamed or linked out of a forbidden place, or a directory above it moved, then that is caught", (t) => {
  const rename = (from: string, to: string): Fact => ({ kind: "rename", from, to });
  const linked = rename("/etc/shadow", "/var/lib/demo/x");
  const secret = { kind: "file", access: "read", path: "/etc/shadow" };
  t.deepEqual(above([linked], secret), [linked]);
  t.deepEqual(above([linked], { ...secret, access: "delete" }), []);
  const moved = rename("/etc", "/etc.old");
  t.deepEqual(above([moved], { ...anyChange, path: "/etc/ssl/**" }), [moved]);
  const replaced = rename("/srv/new", "/srv/a");
  t.deepEqual(above([replaced], { ...anyChange, path: "/srv/a/b" }), [replaced]);
  t.deepEqual(above([rename("/srv/b", "/srv/c")], { ...anyChange, path: "/srv/a/b" }), []);
  // It is told once.
  const gone = file("delete", "/etc/shadow");
  t.deepEqual(above([gone, linked], anyChange), [gone]);
  t.deepEqual(above([linked], secret, [{ kind: "rename", to: "/var/lib/demo/**" }]), []);
});

test("when a capability is given without being used then the ceiling catches it", (t) => {
  const rule = { kind: "capability", capability: "CAP_NET_RAW" };
  t.deepEqual(above([], rule, [], { unit: { ambientCapabilities: ["cap_net_raw", "cap_of_tomorrow"] } }), [
    needs("CAP_NET_RAW", "AmbientCapabilities="),
  ]);
  const ping: Fact = { kind: "elevation", path: "/usr/bin/ping", by: "file-capabilities" };
  const files = { "/usr/bin/ping": program("cap_net_raw=ep") };
  t.deepEqual(above([ping], rule, [], { files }), [
    needs("CAP_NET_RAW", "file capabilities of /usr/bin/ping"),
  ]);
  t.deepEqual(above([ping], rule, [], { files: { "/usr/bin/ping": program("cap_net_admin=ep") } }), []);
});

test("when many addresses were used then the forbidden one may be among them", (t) => {
  const connect = (address: string): Fact => ({
    kind: "connect",
    family: "AF_INET",
    type: "SOCK_STREAM",
    address,
    port: 80,
  });
  const rule = { kind: "connect", address: "169.254.169.254" };
  t.is(above([connect("{other}")], rule).length, 1);
  t.is(above([connect("{other}")], { ...rule, port: 443 }).length, 0);
  t.is(above([connect("10.0.0.1")], rule).length, 0);
  t.is(above([connect("{other}")], { kind: "connect" }, [rule]).length, 1);
});

test("when an identity is forbidden by number then the name that the host has for it is caught", (t) => {
  const become: Fact = { kind: "identity", operation: "setuid", id: "root" };
  t.deepEqual(above([become], { kind: "identity", id: "0" }, [], { users: { "0": "root" } }), [become]);
  t.deepEqual(above([become], { kind: "identity", id: "7" }, [], { users: { "0": "root" } }), []);
});

test("when a rule is about a type then the host tells those that facts leave out", (t) => {
  const rule = { kind: "file", access: "write", type: "block" };
  const disk = { type: "block", mode: 0o660, uid: 0, gid: 6 } as const;
  t.is(above([file("write", "/dev/sda")], rule, [], { files: { "/dev/sda": disk } }).length, 1);
  t.is(above([file("write", "/dev/sda")], rule).length, 0);
});

test("when a link of the host is hostile then rules about it are kept as they are", (t) => {
  const files = { "/opt/a": link(`/${"x/".repeat(3000)}`), "/opt/b": link("/opt/*/[{\\20261122") };
  const rule = (path: string) => ({ kind: "file", path });
  t.is(above([file("read", "/opt/a")], rule("/opt/a"), [], { files }).length, 1);
  t.is(above([file("read", "/opt/*/[{\\20261122/x")], rule("/opt/b/x"), [], { files }).length, 1);
  t.is(above([file("read", "/opt/y/[{\\20261122/x")], rule("/opt/b/x"), [], { files }).length, 0);
});

test("when a ceiling is wrong then that is said with its place", (t) => {
  const at = (never: unknown) =>
    complaint(() => parseCeiling(JSON.stringify({ schema: 1, never }, null, 1), "c.json"));
  t.is(
    at([{ fact: { kind: "memory" }, except: [{ kind: "memory" }, { kind: "memry" }], reason: "x" }]),
    'c.json is not a ceiling: line 13, column 14: there is no kind of facts "memry" (Did you mean "memory"?)',
  );
  t.is(
    at([{ fact: { kind: "memory" }, excpt: [], reason: "x" }]),
    'c.json is not a ceiling: line 8, column 4: "excpt" is not a known member (Did you mean "except"?)',
  );
  t.is(at([{ reason: "x" }]), 'c.json is not a ceiling: line 4, column 3: "fact" is missing');
});

test("when 5,000 facts meet 100 rules then that takes no time worth speaking of", (t) => {
  const facts = Array.from({ length: 5000 }, (_, index) =>
    file(index % 2 === 0 ? "read" : "write", `/srv/data-${index % 50}/deep/er/${index}/file`),
  );
  const never = Array.from({ length: 100 }, (_, index) => ({
    fact: { kind: "file", access: "modify", path: `/srv/**/other-${index}/*/x*` },
    reason: "x",
  }));
  const { unit, host } = situation();
  const ceiling = parseCeiling(JSON.stringify({ schema: 1, never }), "c.json");
  const before = process.cpuUsage();
  t.deepEqual(violations(facts, ceiling, { unit, hosts: [host] }), []);
  t.true(process.cpuUsage(before).user < 1_000_000);
});
