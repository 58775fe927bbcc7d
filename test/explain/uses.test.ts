import test from "ava";
import { call, calls, file, type Situation } from "../directives/context.js";
import { answer } from "./sample.js";

const logging: Situation = {
  facts: [
    ...calls("openat read connect"),
    file("create", "/var/log/thing/a.log", "file"),
    file("create", "/var/log/thing/{pid}.log", "file"),
    file("read", "/etc/thing.conf"),
  ],
  host: {
    files: {
      "/etc/thing.conf": { type: "file", mode: 0o640, uid: 0, gid: 0 },
      "/var/log/thing": { type: "directory", mode: 0o755, uid: 0, gid: 0 },
      "/var/log/thing/other": { type: "file", mode: 0o644, uid: 0, gid: 0 },
      "/var/log/alias": { type: "symlink", mode: 0o777, uid: 0, gid: 0, target: "thing" },
    },
    users: { "0": "root" },
    groups: { "0": "wheel" },
  },
};

test("when a path is asked about then who uses it, what may be done there and what else that covers are told", (t) => {
  t.deepEqual(answer(logging, "/var/log/thing/a.log"), [
    "/var/log/thing/a.log",
    "  Nothing is known of it on the host.",
    "  read: allowed",
    "  write to what is there: allowed under ReadWritePaths=/var/log/thing",
    "  make, replace or remove it: allowed under ReadWritePaths=/var/log/thing",
    "  execute: allowed",
    "  it:",
    "    creates /var/log/thing/a.log",
    "      thing, 2 times since soak: call() = 0",
    "  price ReadWritePaths=/var/log/thing covers all below it, so also /var/log/thing/other",
  ]);
});

test("when a path is reached by a link or has a run's own name then it is recognised", (t) => {
  t.deepEqual(answer(logging, "/var/log/alias/12.log").slice(0, 2), [
    "/var/log/thing/12.log",
    "  /var/log/alias/12.log leads to it.",
  ]);
  t.true(answer(logging, "/var/log/alias/12.log").includes("    creates /var/log/thing/{pid}.log"));
  t.is(answer({}, "/var/run/x")[0], "/run/x");
});

test("when a path may not be written then the setting, how that fails and what it would take are told", (t) => {
  t.deepEqual(answer(logging, "/etc/thing.conf"), [
    "/etc/thing.conf",
    "  It is a file of root:wheel, mode 0640; that counts besides the settings.",
    "  read: allowed",
    "  write to what is there: refused by ProtectSystem=strict",
    "      it would take ReadWritePaths= with /etc/thing.conf",
    "  make, replace or remove it: refused by ProtectSystem=strict",
    "      it would take ProtectSystem=yes",
    "      strict would need all of /etc writable, which you have to decide:",
    "        ProtectSystem=strict",
    "        ReadWritePaths=/etc",
    "  execute: allowed",
    "  ProtectSystem= Writing fails with EROFS: with yes below /usr and /boot, with full below /etc too,",
    "    with strict everywhere but in /proc, /sys, /dev, home directories and what ReadWritePaths=",
    "    lists.",
    "  it:",
    "    reads /etc/thing.conf",
    "      thing, 2 times since soak: call() = 0",
  ]);
});

test("when a path is where nothing of the host is seen then that holds for each access", (t) => {
  const verdicts = (path: string) =>
    answer({ facts: [file("create", "/srv/x")] }, path).filter((line) =>
      /^ {2}[a-z ,]+: (?:allowed|refused)/.test(line),
    );
  t.deepEqual(verdicts("/root/x"), [
    "  read: refused by ProtectHome=yes",
    "  write to what is there: refused by ProtectHome=yes",
    "  make, replace or remove it: refused by ProtectHome=yes",
    "  execute: refused by ProtectHome=yes",
  ]);
  t.deepEqual(verdicts("/tmp/x"), [
    "  read: refused by PrivateTmp=yes",
    "  write to what is there: refused by PrivateTmp=yes",
    "  make, replace or remove it: allowed under PrivateTmp=yes",
    "  execute: refused by PrivateTmp=yes",
  ]);
});

test("when the unit ships something stronger than what was learned needs then that refuses", (t) => {
  const shipped = { ProtectHome: "yes", ProtectSystem: "strict", ReadWritePaths: "/srv" };
  const facts = [file("write", "/home/x/y"), file("write", "/srv/y"), file("create", "/opt/y")];
  const lines = (path: string) => answer({ facts, unit: { properties: shipped } }, path);
  t.true(lines("/home/x/y").includes("  read: refused by ProtectHome=yes of the unit itself"));
  t.true(lines("/srv/y").includes("  write to what is there: allowed under ReadWritePaths=/srv"));
  t.true(lines("/opt/y").includes("  make, replace or remove it: refused by ProtectSystem=strict"));
});

test("when a call is asked about then its reason, who called it and its groups are told", (t) => {
  t.deepEqual(answer({ facts: calls("openat ptrace") }, "ptrace"), [
    "ptrace(2)",
    "  It is in @debug of systemd 257.",
    "  It was seen.",
    "  call it: allowed under SystemCallFilter=ptrace",
    "  calls:",
    "    calls ptrace",
    "      thing, 2 times since soak: call() = 0",
  ]);
});

const reasons: readonly (readonly [string, string, "exact" | "portable" | "group"])[] = [
  ["open", "It was not seen, but comes with openat: other libraries", "portable"],
  ["tgkill", "It was not seen, but is what programs call when something goes wrong.", "portable"],
  ["chmod", "It was not seen, but is in the group of openat", "group"],
  ["clock_gettime", "Every list of allowed calls has @default, and so has it.", "exact"],
  ["openat2", "It was not seen: libraries try it before a call that is granted", "exact"],
  ["write", "It was not needed: it fails with EPERM.", "exact"],
  ["uretprobe", "It was called and failed with EPERM; what fails the same way", "exact"],
];

for (const [name, text, breadth] of reasons) {
  test(`when ${name} is asked about with breadth ${breadth} then the reason is told`, (t) => {
    const facts = [...calls("openat"), call("uretprobe", "EPERM")];
    const lines = answer({ facts }, name, { breadth });
    t.true(
      lines.some((line) => line.startsWith(`  ${text}`)),
      lines.join("\n"),
    );
  });
}

test("when a call is refused then what fails, every setting against it, and the price of its groups are told", (t) => {
  t.deepEqual(answer({ facts: calls("openat") }, "settimeofday"), [
    "settimeofday(2)",
    "  It is in @clock @privileged of systemd 257.",
    "  It was not needed: it fails with EPERM.",
    "  call it: refused by SystemCallFilter=, ProtectClock=yes",
    "      it would take ProtectClock= not set and SystemCallFilter= with settimeofday",
    "  ProtectClock= Setting the clock, and asking for its adjustment, fails with EPERM; the hardware",
    "    clock is read-only.",
    "  SystemCallFilter= Calls that are not listed fail with the error of SystemCallErrorNumber=, or with",
    "    the one written behind them.",
    "  seen: never",
    "  price @clock would add 6 calls: adjtimex clock_adjtime clock_adjtime64 clock_settime",
    "    clock_settime64 settimeofday",
    "  price @privileged would add 53 calls: _sysctl acct adjtimex bpf capset chown chown32 chroot …",
  ]);
});

test("when a group is asked about then its members are told by the reason why each is allowed", (t) => {
  const lines = answer({ facts: calls("openat ptrace") }, "SystemCallFilter=~@debug");
  t.deepEqual(lines.slice(0, 4), [
    "@debug",
    "  It has 7 calls in systemd 257, 1 of which are allowed.",
    "  seen: ptrace",
    "  call the others: refused by SystemCallFilter=",
  ]);
  t.regex(lines.at(-2) ?? "", /^ {2}price @debug would add 6 calls: /);
});

test("when another setting answers a call that is listed with ENOSYS then that is told", (t) => {
  const lines = answer({ facts: calls("openat clone3") }, "clone3");
  t.true(lines.includes("  RestrictNamespaces= answers it with ENOSYS, for which programs call clone."));
  t.true(lines.includes("  call it: refused by RestrictNamespaces="));
  t.true(
    answer({ facts: calls("openat") }, "personality").includes(
      "  call it: refused by SystemCallFilter=, LockPersonality=yes",
    ),
  );
});

test("when there is no list of calls then no list refuses", (t) => {
  t.deepEqual(answer({}, "ptrace").slice(1, 4), [
    "  It is in @debug of systemd 257.",
    "  SystemCallFilter= is not set, so no list of calls refuses it.",
    "  call it: allowed",
  ]);
});

test("when a capability is asked about then its purpose, its uses, and those to do without are told", (t) => {
  const facts = ["setsockopt SO_RCVBUFFORCE", "configure eth0"].map(
    (operation) =>
      ({ kind: "capability", capability: "CAP_NET_ADMIN", source: "inferred", operation }) as const,
  );
  const [buffers] = facts;
  t.deepEqual(answer({ facts }, "CAP_NET_ADMIN").slice(0, 5), [
    "CAP_NET_ADMIN",
    "  Configures interfaces, routes, firewalls and sockets beyond their limits.",
    "  have it: allowed under CapabilityBoundingSet=CAP_NET_ADMIN",
    "  used:",
    "    needs CAP_NET_ADMIN (configure eth0)",
  ]);
  const optional = answer({ facts: buffers === undefined ? [] : [buffers] }, "CAP_NET_ADMIN");
  t.true(optional.some((line) => line.startsWith("  have it: refused by CapabilityBoundingSet=")));
  t.true(optional.includes("  used, but programs usually do without:"));
});

test("when a capability that is not used brings other settings down then they are told", (t) => {
  const lines = answer({}, "CAP_SYS_MODULE");
  t.regex(lines.join("\n"), /^ {2}have it: refused by CapabilityBoundingSet=, .*ProtectKernelModules=yes/m);
});

test("when a unit has a user of its own then the bounding set is told to be a limit only", (t) => {
  t.true(
    answer({ unit: { user: "www" } }, "CAP_CHOWN").some((line) =>
      line.includes("The unit runs as www, who has none"),
    ),
  );
});

test("when sockets, ports and namespaces are asked about then each is judged by the settings about it", (t) => {
  const facts = [
    { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
    { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 80 },
  ] as const;
  t.is(answer({ facts }, "AF_INET")[2], "  open a socket: allowed under RestrictAddressFamilies=AF_INET");
  t.is(answer({ facts }, "AF_PACKET")[2], "  open a socket: refused by RestrictAddressFamilies=AF_INET");
  t.true(answer({ facts }, "80").includes("    binds 0.0.0.0 port 80"));
  t.is(answer({ facts }, "81")[1], "  bind: refused by CapabilityBoundingSet=, SocketBindDeny=any");
  t.is(answer({ facts }, "8080")[1], "  bind: refused by SocketBindDeny=any");
  t.is(answer({ facts }, "::1")[1], "  connect: refused by RestrictAddressFamilies=AF_INET");
  t.is(answer({ facts }, "user")[1], "  create one: refused by RestrictNamespaces=yes");
});

test("when only what was used is there then the path is told that would have to be brought back", (t) => {
  const directory = { type: "directory", mode: 0o755, uid: 0, gid: 0 } as const;
  const facts = [file("execute", "/usr/bin/thing"), file("read", "/etc/thing/a")];
  const host = {
    files: { "/etc": directory, "/usr": directory, "/usr/bin": directory, "/etc/thing": directory },
  };
  const lines = answer({ facts, host }, "/etc/other", { posture: "isolated" });
  t.deepEqual(lines.slice(2, 4), [
    "  read: refused by TemporaryFileSystem=/etc:ro /usr:ro",
    "      it would take BindReadOnlyPaths= with /etc/other",
  ]);
});

test("of a call that comes and goes with timing it is not said that it was never seen", (t) => {
  t.deepEqual(answer(logging, "restart_syscall").slice(0, 5), [
    "restart_syscall(2)",
    "  It is in @default @system-service of systemd 257.",
    "  Programs call it or not as it happens, so that is not recorded; every list of allowed calls has",
    "  @default, and so has it.",
    "  call it: allowed under SystemCallFilter=@default",
  ]);
  t.false(answer(logging, "restart_syscall").includes("  seen: never"));
  t.true(answer(logging, "ptrace").includes("  seen: never"));
});
