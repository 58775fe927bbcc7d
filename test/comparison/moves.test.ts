import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import type { Host } from "../../src/host/types.js";
import { call, calls, file } from "../directives/context.js";
import { check, directory, grown, open, profileOf, usual } from "./sample.js";

const needs = (capability: "CAP_DAC_OVERRIDE" | "CAP_DAC_READ_SEARCH", operation: string): Fact => ({
  kind: "capability",
  capability,
  source: "inferred",
  operation,
});

const end = (kind: "bind" | "connect", address: string, port: number): Fact => ({
  kind,
  family: "AF_INET",
  type: "SOCK_STREAM",
  address,
  port,
});

const accept = (address: string, port = 80): Fact => ({
  kind: "accept",
  family: "AF_INET",
  type: "SOCK_STREAM",
  address,
  port,
});

const inet: Fact = { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" };

/** Moves that are no growth: what the baseline does, and what the candidate does instead. */
const moves: readonly (readonly [move: string, before: readonly Fact[], after: readonly Fact[]])[] = [
  [
    "another call that opens files",
    [],
    [call("openat2"), { kind: "mode", operation: "openat2", bits: "openat2" }],
  ],
  ["statx instead of fstat", [], calls("statx")],
  ["clone3 instead of fork", calls("fork"), calls("clone3")],
  ["more workers", calls("clone"), [...calls("clone"), file("create", "/var/lib/thing/worker-{pid}")]],
  ["what every program may call", [], calls("getrandom rseq")],
  ["a call that only failed as it would when refused", [], [call("chroot", "EPERM")]],
  [
    "a renamed temporary file",
    [file("create", "/var/lib/thing/put-{random}", "file"), file("delete", "/var/lib/thing/put-{random}")],
    [
      file("create", "/var/lib/thing/.up.{pid}.{counter}", "file"),
      file("delete", "/var/lib/thing/.up.{pid}.{counter}"),
    ],
  ],
  [
    "a log of another date in another form",
    [file("create", "/var/log/thing/access-{date}.log")],
    [file("create", "/var/log/thing/requests.{counter}.log")],
  ],
  [
    "a move between the same directories",
    [
      file("create", "/srv/thing/a"),
      file("replace", "/srv/thing/b"),
      { kind: "rename", from: "/srv/thing/a", to: "/srv/thing/b" },
    ],
    [
      file("create", "/srv/thing/c"),
      file("replace", "/srv/thing/d"),
      { kind: "rename", from: "/srv/thing/c", to: "/srv/thing/d" },
    ],
  ],
  [
    "a new version of a library",
    [file("map", "/usr/lib/x86_64-linux-gnu/libssl.so.1.1")],
    [file("map", "/usr/lib/x86_64-linux-gnu/libssl.so.3")],
  ],
  [
    "a new version of an interpreter",
    [file("execute", "/usr/bin/python3.11"), file("read", "/usr/lib/python3.11/os.py")],
    [
      file("execute", "/usr/bin/python3.13"),
      file("read", "/usr/lib/python3.13/os.py"),
      file("read", "/usr/lib/python3.13/new.py"),
    ],
  ],
  [
    "a file system whose /usr is not merged",
    [file("execute", "/usr/bin/dash"), file("map", "/usr/lib/x86_64-linux-gnu/libz.so.1")],
    [file("execute", "/bin/dash"), file("map", "/lib/x86_64-linux-gnu/libz.so.1")],
  ],
  [
    "a file that everyone may read",
    [],
    [file("read", "/usr/share/thing/new"), file("read", "/etc/os-release")],
  ],
  [
    "another name that is not there",
    [file("missing", "/opt/thing/plugin")],
    [file("missing", "/opt/thing/other")],
  ],
  ["a temporary file where every service may", [], [file("create", "/tmp/scratch-{random}", "file")]],
  ["the log of the host", [], [file("connect", "/run/systemd/journal/dev-log")]],
  ["the device that takes all", [], [file("write", "/dev/null")]],
  [
    "a capability for another file",
    [needs("CAP_DAC_OVERRIDE", "write /var/log/a")],
    [needs("CAP_DAC_OVERRIDE", "write /var/log/b")],
  ],
  [
    "a capability that another one has in it",
    [needs("CAP_DAC_OVERRIDE", "write /var/log/a")],
    [needs("CAP_DAC_OVERRIDE", "write /var/log/a"), needs("CAP_DAC_READ_SEARCH", "read /etc/thing")],
  ],
  ["another terminal", [file("write", "/dev/pts/0")], [file("write", "/dev/pts/{counter}")]],
  [
    "another abstract name of sd-bus",
    [
      {
        kind: "bind",
        family: "AF_UNIX",
        type: "SOCK_STREAM",
        address: "@4aa20c88f0d5efb1/bus/thing/system",
        port: 0,
      },
    ],
    [
      {
        kind: "bind",
        family: "AF_UNIX",
        type: "SOCK_STREAM",
        address: "@a326db1bd0e627a8/bus/thing/system",
        port: 0,
      },
    ],
  ],
  [
    "another peer on the same port",
    [inet, end("connect", "192.0.2.1", 123)],
    [inet, end("connect", "192.0.2.7", 123), end("connect", "{other}", 123)],
  ],
  [
    "another address of the same host, and other clients",
    [inet, end("bind", "192.0.2.1", 80), accept("192.0.2.9")],
    [inet, end("bind", "192.0.2.2", 80), accept("198.51.100.1")],
  ],
  [
    "only this host instead of the network",
    [inet, end("bind", "0.0.0.0", 80), accept("{other}")],
    [inet, end("bind", "127.0.0.1", 80), accept("127.0.0.1")],
  ],
  [
    "another group of the same user",
    [{ kind: "identity", operation: "setgroups", id: "www-data" }],
    [{ kind: "identity", operation: "setgroups", id: "" }],
  ],
  [
    "weaker changes of memory",
    [{ kind: "memory", protection: "write-execute" }],
    [{ kind: "memory", protection: "protect-execute" }],
  ],
  [
    "a question about the personality of a service that is locked by nothing",
    [{ kind: "personality", persona: "A" }],
    [{ kind: "personality", persona: "query" }],
  ],
];

const host: Partial<Host> = {
  files: {
    "/dev/null": { ...open, type: "char", mode: 0o666 },
    "/etc/os-release": open,
    "/srv/thing": directory,
    "/var/log/thing": directory,
    "/var/lib/thing": directory,
  },
};

const unit = { directories: ["/var/lib/thing"] };

for (const [move, before, after] of moves) {
  test(`no growth: ${move}`, (t) => {
    const comparison = check(
      profileOf([...usual, ...before], { host, unit }),
      profileOf([...usual, ...after], { host, unit }),
    );
    t.deepEqual(grown(comparison), []);
    t.deepEqual(comparison.settings, []);
    t.not(comparison.covered.length + comparison.gone.length, 0);
    t.true(["same", "less"].includes(comparison.verdict));
  });
}

test("no growth: the same on another architecture", (t) => {
  const arm = usual.map((fact): Fact => {
    if (fact.kind === "syscall") return { ...fact, architecture: "arm64" };
    if (fact.kind === "file")
      return { ...fact, path: fact.path.replace("x86_64-linux-gnu", "aarch64-linux-gnu") };
    return fact;
  });
  const more = [
    file("map", "/usr/lib/aarch64-linux-gnu/libm.so.6"),
    { kind: "syscall", architecture: "arm64", name: "ppoll", result: "used" },
  ] satisfies Fact[];
  const comparison = check(
    profileOf([...usual, ...calls("poll")]),
    profileOf([...arm, ...more], { host: { architecture: "arm64" } }),
  );
  t.deepEqual(grown(comparison), []);
  t.deepEqual(comparison.gone, []);
  t.is(comparison.verdict, "same");
});

test("a 32-bit call is growth where the baseline only has native ones", (t) => {
  const call32: Fact = { kind: "syscall", architecture: "x86", name: "read", result: "used" };
  const comparison = check(profileOf(usual), profileOf([...usual, call32]));
  t.deepEqual(grown(comparison), ["calls read SystemCallArchitectures"]);
  t.deepEqual(comparison.growth[0]?.settings[0]?.gains, ["x86"]);
});

test("what is covered says by what", (t) => {
  const comparison = check(
    profileOf(usual),
    profileOf([...usual, ...calls("openat2 rseq"), file("create", "/tmp/x{random}")]),
  );
  t.deepEqual(
    comparison.covered.map(({ text, by }) => `${text}: ${by}`),
    [
      "creates /tmp/x{random}: PrivateTmp=yes",
      "calls openat2: the same as: calls openat",
      "calls rseq: SystemCallFilter=@default",
    ],
  );
});
