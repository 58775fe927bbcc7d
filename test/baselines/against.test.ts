import test from "ava";
import { checkAgainst } from "../../src/baselines/against.js";
import type { DirectiveCheck, UnitCheck } from "../../src/baselines/types.js";
import type { Fact } from "../../src/facts/types.js";
import { renderUnitCheck } from "../../src/output/unit-check.js";
import { colorsFor } from "../../src/output/terminal.js";
import { call, calls, file } from "../directives/context.js";
import { learned, loaded } from "./support.js";

type Properties = Readonly<Record<string, string>>;

function check(properties: Properties, facts: readonly Fact[], target = 257): UnitCheck {
  const options = { posture: "strict", breadth: "portable", name: "thing.json", exposure: 4.2 } as const;
  return checkAgainst(loaded(properties, target), learned(facts), options);
}

function about(found: UnitCheck, directive: string): DirectiveCheck | undefined {
  return found.directives.find((one) => one.directive === directive);
}

const listens: Fact = { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 80 };
const connects: Fact = {
  kind: "connect",
  family: "AF_INET",
  type: "SOCK_STREAM",
  address: "192.0.2.7",
  port: 5432,
};
const binds: Fact = {
  kind: "capability",
  capability: "CAP_NET_BIND_SERVICE",
  source: "inferred",
  operation: "bind 0.0.0.0:80",
};

/** What was learned, and a setting of the unit under which the service would break by it. */
const breaking: readonly (readonly [setting: Properties, fact: Fact, directive: string])[] = [
  [{ CapabilityBoundingSet: "cap_kill" }, binds, "CapabilityBoundingSet"],
  [{ SystemCallFilter: "~setsockopt ptrace" }, call("setsockopt"), "SystemCallFilter"],
  [{ SystemCallFilter: "~setsockopt:EACCES" }, call("setsockopt"), "SystemCallFilter"],
  [{ ProtectSystem: "strict" }, file("create", "/var/lib/thing/x"), "ReadWritePaths"],
  [{ ProtectSystem: "full" }, file("write", "/etc/thing.conf"), "ProtectSystem"],
  [{ ReadOnlyPaths: "/var/lib" }, file("write", "/var/lib/thing/x"), "ReadOnlyPaths"],
  [{ InaccessiblePaths: "-/var/lib/thing" }, file("read", "/var/lib/thing/x"), "InaccessiblePaths"],
  [{ NoExecPaths: "/", ExecPaths: "/usr/lib" }, file("execute", "/usr/bin/thing"), "NoExecPaths"],
  [{ ProtectHome: "read-only" }, file("create", "/home/user/x"), "ProtectHome"],
  [{ IPAddressDeny: "192.0.2.0/24" }, connects, "IPAddressDeny"],
  [{ SocketBindDeny: "ipv4:tcpany", SocketBindAllow: "ipv4:tcp8080" }, listens, "SocketBindDeny"],
  [
    { RestrictNamespaces: "cgroup ipc" },
    { kind: "namespace", operation: "unshare", type: "net" },
    "RestrictNamespaces",
  ],
  [
    { MemoryDenyWriteExecute: "yes" },
    { kind: "memory", protection: "write-execute" },
    "MemoryDenyWriteExecute",
  ],
  [{ PrivateTmp: "yes", PrivateTmpEx: "connected" }, file("read", "/tmp/of-others"), "PrivateTmp"],
];

for (const [setting, fact, directive] of breaking) {
  const shown = Object.entries(setting).map(([name, value]) => `${name}=${value}`);
  test(`${shown.join(" ")} refuses what was learned`, (t) => {
    const found = check(setting, [fact]);
    t.is(found.verdict, "refuses");
    t.deepEqual(
      about(found, directive)?.refused.map((one) => one.fact),
      [fact],
    );
    t.deepEqual(
      found.directives.filter(({ refused }) => refused.length > 0).map((one) => one.directive),
      [directive],
    );
  });
}

test("what is in a directory of an own list, or in a narrower one, is not refused", (t) => {
  const paths = { ProtectSystem: "strict", ReadOnlyPaths: "/var/lib", ReadWritePaths: "-/var/lib/thing" };
  t.not(check(paths, [file("create", "/var/lib/thing/x")]).verdict, "refuses");
  const code = { NoExecPaths: "/", ExecPaths: "/usr" };
  t.not(check(code, [file("execute", "/usr/bin/thing")]).verdict, "refuses");
});

test("a directive that the unit does not set comes with the learned line and what it would refuse", (t) => {
  const found = check({}, calls("read write"));
  t.is(found.verdict, "looser");
  t.like(about(found, "ProtectHome"), {
    relation: "looser",
    unit: ["ProtectHome=no"],
    lines: ["ProtectHome=yes"],
  });
  t.true(about(found, "SystemCallFilter")?.opens.includes("ptrace"));
  t.regex(about(found, "ProtectHome")?.refusal ?? "", /\/home/);
});

test("nothing is to be said of a unit that is as learned", (t) => {
  const bare = check({}, calls("read"));
  const lines = bare.directives.flatMap((one) => one.lines.map((line) => /^(\w+)=(.*)$/s.exec(line)));
  t.true(lines.length > 30);
  t.like(about(bare, "NoNewPrivileges"), { lines: ["NoNewPrivileges=yes"] });
  t.like(about(check({ NoNewPrivileges: "yes" }, calls("read")), "NoNewPrivileges"), {
    relation: "same",
    lines: [],
  });
});

test("libraries fall back on what is not answered with ENOSYS, so that this is only in doubt", (t) => {
  const found = check({ SystemCallFilter: "~statx:ENOSYS" }, [call("statx")]);
  t.not(found.verdict, "refuses");
  t.deepEqual(
    about(found, "SystemCallFilter")?.doubtful.map(({ text }) => text),
    ["calls statx"],
  );
});

test("a value as tight as nothing that was seen could lead to is told with the reason", (t) => {
  const own = { kind: "ipc", mechanism: "shm", key: "0x1", origin: "own" } as const;
  const found = check({ PrivateIPC: "yes", RestrictNetworkInterfaces: "eth0" }, [own]);
  t.is(about(found, "PrivateIPC")?.doubtful.length, 1);
  t.regex(about(found, "RestrictNetworkInterfaces")?.why ?? "", /no internet socket/);
});

test("settings that this system ignores refuse nothing", (t) => {
  const from = loaded({ SocketBindDeny: "any" }, 252);
  const host = { ...from.host, systemd: { version: 252, features: ["+SECCOMP", "-BPF_FRAMEWORK"] } };
  const options = { posture: "strict", breadth: "portable", name: "p", exposure: null } as const;
  const found = checkAgainst({ ...from, host }, learned([listens]), options);
  t.deepEqual(about(found, "SocketBindDeny"), undefined);
  t.regex(found.notCompared.join(), /^SocketBindDeny=any: systemd 252 .* BPF_FRAMEWORK/);
});

test("what is refused comes first, the most severe of it before the rest", (t) => {
  const found = check({ ProtectSystem: "strict", CapabilityBoundingSet: "" }, [
    file("create", "/var/lib/thing/x"),
    { kind: "capability", capability: "CAP_SYS_ADMIN", source: "inferred", operation: "mount" },
  ]);
  t.deepEqual(
    found.directives.slice(0, 2).map(({ directive }) => directive),
    ["CapabilityBoundingSet", "ReadWritePaths"],
  );
});

test("the text begins with the verdict, and nothing in it can do harm to a terminal", (t) => {
  const hostile = "/var/lib/\u001b[2Jthing\n::error::x";
  const found = check({ ProtectSystem: "strict" }, [file("create", `${hostile}/x`)]);
  const layout = { colors: colorsFor({ write: () => undefined }, {}), columns: 100, verbose: false };
  const lines = renderUnitCheck(found, layout).split("\n");
  t.is(lines[0], "thing.service: its sandbox refuses what was learned: 1 directive");
  t.regex(lines.join("\n"), /ReadWritePaths= is not set/);
  t.regex(lines.join("\n"), /\\x1b\[2Jthing\\x0a::error::x/);
  t.notRegex(lines.join("\n"), /[\u0000-\u0009\u000b-\u001f]/);
  t.regex(lines.slice(1, 3).join(" "), /exposure 4\.2/);
});
