import test from "ava";
import { decide } from "../../../src/directives/index.js";
import { inPidNamespace, inUserNamespace, userManagerLack } from "../../../src/directives/managers.js";
import type { Decision } from "../../../src/directives/types.js";
import { resolveUserManager } from "../../../src/directives/interplay/user-manager.js";
import { set, withhold } from "../../../src/directives/decision.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Host } from "../../../src/host/types.js";
import { call, calls, file, outcome, setuidHelper, type Situation, situation } from "../context.js";

/** A command that alice ran and her user manager will run; on systemd 252, where nothing is implied. */
function ofAlice(facts: readonly Fact[] = [], given: Situation = {}): Situation {
  return {
    target: 252,
    ...given,
    manager: "user",
    facts: [call("read"), ...facts],
    unit: { name: "server", installed: false, user: "alice", ...given.unit },
    host: {
      users: { "0": "root", "1000": "alice" },
      memberships: { "0": [0], "1000": [1000] },
      ...given.host,
    },
  };
}

const decided = (facts: readonly Fact[] = [], given: Situation = {}): readonly Decision[] =>
  decide(situation(ofAlice(facts, given)));

const find = (decisions: readonly Decision[], directive: string): Decision | undefined =>
  decisions.find((one) => one.directive === directive);

for (const target of [252, 257]) {
  test(`systemd ${target}: mounts and capabilities rest on PrivateUsers=yes, which is written out`, (t) => {
    const decisions = decided([], { target });
    t.deepEqual(outcome(decisions, "PrivateUsers"), ["PrivateUsers=yes"]);
    t.deepEqual(outcome(decisions, "ProtectSystem"), ["ProtectSystem=strict"]);
    t.deepEqual(outcome(decisions, "CapabilityBoundingSet"), ["CapabilityBoundingSet="]);
    t.deepEqual(outcome(decisions, "LockPersonality"), ["LockPersonality=yes"]);
  });

  test(`systemd ${target}: whatever needs a user namespace is set with PrivateUsers=yes or not at all`, (t) => {
    const cases: readonly (readonly Fact[])[] = [
      [],
      [setuidHelper],
      [{ kind: "keyring", operation: "KEYCTL_SEARCH", keyring: "user" }],
      [file("write", "/dev/net/tun"), file("write", "/home/alice/x"), call("mount")],
    ];
    for (const facts of cases)
      for (const posture of ["compatible", "strict", "isolated"] as const) {
        const decisions = decided(facts, { target, posture });
        const resting = decisions.filter(
          ({ directive, decision }) => decision === "set" && inUserNamespace.has(directive),
        );
        const users = find(decisions, "PrivateUsers");
        t.true(users?.decision === "set" || resting.length === 0, `${posture}: ${JSON.stringify(resting)}`);
      }
  });

  test(`systemd ${target}: a service that elevates gets neither filters nor mounts, which would keep it from that`, (t) => {
    const decisions = decided([setuidHelper], { target });
    for (const directive of [
      "NoNewPrivileges",
      "PrivateUsers",
      "ProtectSystem",
      "SystemCallFilter",
      "RestrictRealtime",
    ]) {
      t.deepEqual(outcome(decisions, directive), ["unsafe"], directive);
    }
    t.deepEqual(outcome(decisions, "UMask"), ["UMask=0077"]);
  });

  test(`systemd ${target}: what the user manager cannot do is never set`, (t) => {
    const set = decided([], { target, posture: "isolated" }).filter(({ decision }) => decision === "set");
    t.deepEqual(
      set.filter(({ directive }) => userManagerLack(directive, "") !== undefined),
      [],
    );
  });
}

test("the system manager is not told about user namespaces", (t) => {
  const decisions = [withhold("PrivateUsers", "unsafe", "."), set("ProtectSystem", "strict", ".")];
  t.is(resolveUserManager(decisions, situation()), decisions);
});

const unsafeInNamespace: readonly (readonly [string, Fact])[] = [
  ["gains rights by a setuid program", setuidHelper],
  ["reads the environment of another process", file("read", "/proc/{other-pid}/environ")],
  ["looks where another thread is", file("read", "/proc/{other-pid}/task/{pid}/cwd")],
  ["traces another process", { kind: "outside", operation: "ptrace" }],
  ["keeps keys for all its user's processes", { kind: "keyring", operation: "add_key", keyring: "user" }],
  ["sets other groups", { kind: "identity", operation: "setgroups", id: "1000" }],
  ["becomes somebody else", { kind: "identity", operation: "setuid", id: "bob" }],
  [
    "listens for devices",
    { kind: "socket", family: "AF_NETLINK", type: "SOCK_RAW", protocol: "NETLINK_KOBJECT_UEVENT" },
  ],
];

for (const [what, fact] of unsafeInNamespace) {
  test(`a service of a user that ${what} gets no user namespace`, (t) => {
    t.deepEqual(outcome(decided([fact]), "PrivateUsers"), ["unsafe"]);
  });
}

const harmlessInNamespace: readonly (readonly [string, Fact])[] = [
  ["looks for other processes", file("read", "/proc/{other-pid}/stat")],
  ["signals other processes", { kind: "outside", operation: "kill" }],
  ["uses its session's keys", { kind: "keyring", operation: "KEYCTL_SEARCH", keyring: "session" }],
  ["sets its own id", { kind: "identity", operation: "setuid", id: "alice" }],
  ["reads a file of root", file("read", "/etc/hosts")],
];

for (const [what, fact] of harmlessInNamespace) {
  test(`a service of a user that ${what} may have a user namespace`, (t) => {
    t.deepEqual(outcome(decided([fact]), "PrivateUsers"), ["PrivateUsers=yes"]);
  });
}

test("who gives files away and is in several groups decides himself about a namespace that knows one of them", (t) => {
  const memberships = { "1000": [1000, 100] };
  const decisions = decided([call("fchown")], { host: { users: { "1000": "alice" }, memberships } });
  t.deepEqual(outcome(decisions, "PrivateUsers"), ["operator"]);
  t.deepEqual(outcome(decided([call("fchown")]), "PrivateUsers"), ["PrivateUsers=yes"]);
  const [advice] = find(decisions, "ProtectSystem")?.advice ?? [];
  t.deepEqual(advice?.lines, ["PrivateUsers=yes", "ProtectSystem=strict"]);
});

test("where the kernel keeps users from making namespaces only filters are left", (t) => {
  const host: Partial<Host> = { userNamespaces: false };
  const decisions = decided([], { host });
  t.deepEqual(outcome(decisions, "PrivateUsers"), ["unavailable"]);
  t.deepEqual(outcome(decisions, "ProtectSystem"), ["unavailable"]);
  t.deepEqual(outcome(decisions, "LockPersonality"), ["LockPersonality=yes"]);
});

test("in a container, which puts a file on /proc/kmsg, the user manager cannot hide the kernel's log", (t) => {
  const mounts = [
    { path: "/", fstype: "ext4" },
    { path: "/proc/kmsg", fstype: "tmpfs" },
  ];
  t.deepEqual(outcome(decided([], { host: { mounts } }), "ProtectKernelLogs"), ["unavailable"]);
  t.deepEqual(outcome(decide(situation({ host: { mounts } })), "ProtectKernelLogs"), [
    "ProtectKernelLogs=yes",
  ]);
});

test("of /proc alone the user manager has none without a PID namespace", (t) => {
  const user = situation(ofAlice());
  const proc = [set("ProtectProc", "invisible", "."), set("ProcSubset", "pid", ".")];
  const alone = resolveUserManager(proc, user);
  t.deepEqual(outcome(alone, "ProtectProc"), ["unavailable"]);
  t.deepEqual(outcome(alone, "ProcSubset"), ["unavailable"]);
  const both = resolveUserManager([...proc, set("PrivatePIDs", "yes", ".")], user);
  t.deepEqual(outcome(both, "ProtectProc"), ["meaningless"]);
  t.deepEqual(outcome(both, "ProcSubset"), ["ProcSubset=pid"]);
  t.true([...inPidNamespace].every((directive) => inUserNamespace.has(directive)));
});

test("ids other than the user's own are not mapped, and no advice asks for them", (t) => {
  t.regex(userManagerLack("PrivateUsers", "identity") ?? "", /217\/USER/);
  t.is(userManagerLack("PrivateUsers", "yes"), undefined);
  const advice = [
    { text: "as somebody else", lines: ["DynamicUser=yes", "StateDirectory=x"] },
    { text: "tighter", lines: ["UMask=0077"] },
  ];
  const [decision] = resolveUserManager([{ ...set("UMask", "0027", "."), advice }], situation(ofAlice()));
  t.deepEqual(
    decision?.advice?.map(({ text }) => text),
    ["tighter"],
  );
  const [lacking] = resolveUserManager([withhold("DynamicUser", "operator", ".")], situation(ofAlice()));
  t.deepEqual(outcome(lacking === undefined ? [] : [lacking], "DynamicUser"), ["unavailable"]);
});

test("what hides the socket of the manager tells how to keep it for Type=notify", (t) => {
  const hiding = [
    { ...set("InaccessiblePaths", "", "."), values: ["", "-/srv -/run/user -/mnt", "-/run/user"] },
    set("ProtectHome", "yes", "."),
    set("ProtectHome", "read-only", "."),
    set("ReadOnlyPaths", "/run/user", "."),
  ];
  const socket = "BindReadOnlyPaths=%t/systemd/notify";
  const lines = [
    ["InaccessiblePaths=", "InaccessiblePaths=-/srv -/mnt", "TemporaryFileSystem=/run/user:ro", socket],
    ["ProtectHome=tmpfs", socket],
    [],
    [],
  ];
  for (const [i, decision] of resolveUserManager(
    [set("PrivateUsers", "yes", "."), ...hiding],
    situation(ofAlice()),
  )
    .slice(1)
    .entries()) {
    t.deepEqual(
      (decision.advice ?? []).flatMap((one) => one.lines),
      lines[i] ?? [],
    );
  }
  t.deepEqual(find(resolveUserManager(hiding, situation()), "ProtectHome")?.advice, undefined);
});

test("capabilities of a user are those in namespaces that it makes, and no reason against one more", (t) => {
  const mounts: Fact = {
    kind: "capability",
    capability: "CAP_SYS_ADMIN",
    source: "inferred",
    operation: "mount",
  };
  t.deepEqual(outcome(decided([mounts]), "PrivateUsers"), ["PrivateUsers=yes"]);
});

test("a service of a user has the keyring of its manager unless it gets its own", (t) => {
  t.deepEqual(outcome(decided(), "KeyringMode"), ["KeyringMode=private"]);
  t.deepEqual(outcome(decide(situation()), "KeyringMode"), ["meaningless"]);
});

test("the umask of a user manager is not known, so that what a group was given it keeps", (t) => {
  const created = (bits: string): Fact => ({ kind: "creation", path: "/home/alice/shared", bits });
  t.deepEqual(outcome(decided([created("064")]), "UMask"), ["UMask=0002"]);
  t.deepEqual(outcome(decided([created("066")]), "UMask"), ["unsafe"]);
  t.deepEqual(outcome(decided(calls("read")), "UMask"), ["UMask=0077"]);
});
