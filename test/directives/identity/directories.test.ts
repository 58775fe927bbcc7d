import test from "ava";
import { decide } from "../../../src/directives/index.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Unit } from "../../../src/host/types.js";
import { file, outcome, type Situation } from "../context.js";
import { onMachine } from "./machine.js";

// So that it stays what it is.
const user: Partial<Unit> = { user: "www" };
const needsRoot: Fact = { kind: "outside", operation: "kill" };

/** The lines of a drop-in with adopted advice that have to do with directories. */
function lines(given: Situation): string[] {
  const decisions = decide(onMachine({ ...given, adoptAdvice: true }));
  return [
    ...[
      "StateDirectory",
      "CacheDirectory",
      "LogsDirectory",
      "RuntimeDirectory",
      "ConfigurationDirectory",
    ].flatMap((name) => [name, `${name}Mode`]),
    "RuntimeDirectoryPreserve",
    "ReadWritePaths",
  ]
    .flatMap((name) => outcome(decisions, name))
    .filter((line) => line.includes("=") && !line.endsWith("="));
}

const root = (...facts: Fact[]): Situation => ({ facts: [needsRoot, ...facts] });

const table: Readonly<Record<string, readonly [Situation, readonly string[]]>> = {
  "a directory of root's for a root service, with its mode": [
    root(file("create", "/var/lib/thing/a")),
    ["StateDirectory=thing", "StateDirectoryMode=0750"],
  ],
  "only the part of it that is written": [
    root(file("create", "/var/cache/thing/a"), file("create", "/var/lib/thing/sub/a")),
    ["StateDirectory=thing/sub", "StateDirectoryMode=0750", "CacheDirectory=thing"],
  ],
  "none in a directory that bears the name of others": [
    {
      ...root(file("create", "/var/lib/other/sub/a")),
      host: { files: { "/var/lib/other/sub": { type: "directory", mode: 0o755, uid: 0, gid: 0 } } },
    },
    ["ReadWritePaths=/var/lib/other/sub"],
  ],
  "one that the service makes itself in a shared directory": [
    root(file("create", "/run/thing", "directory"), file("create", "/run/thing/x", "file")),
    ["RuntimeDirectory=thing"],
  ],
  "configuration that is written": [root(file("create", "/etc/thing/a")), ["ConfigurationDirectory=thing"]],
  "a directory of the unit's own user": [
    { unit: user, facts: [file("create", "/var/lib/of-www/a")] },
    ["StateDirectory=of-www"],
  ],
  "not one of another owner, whose files systemd would give away": [
    root(file("create", "/var/lib/of-www/a")),
    ["ReadWritePaths=/var/lib/of-www"],
  ],
  "not one of another group": [root(file("create", "/var/log/thing/a")), ["ReadWritePaths=/var/log/thing"]],
  "not two of different modes": [
    root(file("create", "/var/lib/thing/a"), file("create", "/var/lib/other/a")),
    ["ReadWritePaths=/var/lib/other", "ReadWritePaths=/var/lib/thing"],
  ],
  "no file in /run itself": [root(file("create", "/run/thing.pid", "file")), ["ReadWritePaths=/run"]],
  "no single file": [root(file("write", "/var/lib/thing.db")), ["ReadWritePaths=/var/lib/thing.db"]],
  "none that the service removes": [
    root(file("create", "/run/thing/x", "file"), file("delete", "/run/thing")),
    ["ReadWritePaths=/run"],
  ],
  "none in which others have files that would be removed": [
    root(file("create", "/run/thing/x", "file"), file("read", "/run/thing/of-others")),
    ["ReadWritePaths=-/run/thing"],
  ],
  "a runtime directory whose files are read at the next start, which therefore stay": [
    root(file("create", "/run/thing/state", "file"), file("read", "/run/thing/state")),
    ["RuntimeDirectory=thing", "RuntimeDirectoryPreserve=yes"],
  ],
  "a runtime directory in which only a PID file and a stale socket were found": [
    root(
      file("create", "/run/thing/x.pid", "file"),
      file("read", "/run/thing/x.pid"),
      file("create", "/run/thing/socket", "socket"),
      file("read", "/run/thing/socket", "socket"),
      file("delete", "/run/thing/socket"),
    ),
    ["RuntimeDirectory=thing"],
  ],
  "none that the vendor keeps read-only": [
    { ...root(file("create", "/var/lib/thing/a")), unit: { properties: { ProtectSystem: "strict" } } },
    [],
  ],
  "one more than the vendor's, of the same mode": [
    {
      ...root(file("create", "/var/lib/thing/a")),
      unit: { properties: { StateDirectory: "vendor", StateDirectoryMode: "0750" } },
    },
    ["StateDirectory=thing"],
  ],
  "none of another mode than the vendor's": [
    {
      ...root(file("create", "/var/lib/thing/a")),
      unit: { properties: { StateDirectory: "vendor", StateDirectoryMode: "0700" } },
    },
    ["ReadWritePaths=/var/lib/thing"],
  ],
  "no name that systemd would read otherwise": [
    {
      ...root(file("create", "/var/lib/a:b/x")),
      host: { files: { "/var/lib/a:b": { type: "directory", mode: 0o755, uid: 0, gid: 0 } } },
    },
    ["ReadWritePaths=/var/lib/a:b"],
  ],
};

for (const [title, [given, expected]] of Object.entries(table)) {
  test(`systemd is given ${title}`, (t) => {
    t.deepEqual(lines(given), expected);
  });
}

test("without --adopt-advice the same lines are advice, and ReadWritePaths= stays", (t) => {
  const decisions = decide(onMachine(root(file("create", "/var/lib/thing/a"))));
  const state = decisions.find(({ directive }) => directive === "StateDirectory");
  t.is(state?.decision === "withheld" && state.reason, "operator");
  t.deepEqual(state?.advice?.[0]?.lines, ["StateDirectory=thing", "StateDirectoryMode=0750"]);
  t.deepEqual(outcome(decisions, "ReadWritePaths"), ["ReadWritePaths=", "ReadWritePaths=/var/lib/thing"]);
});

test("files in /run itself come with the line for a directory of their own, which is never adopted", (t) => {
  for (const adoptAdvice of [false, true]) {
    const context = onMachine({ ...root(file("create", "/run/thing.pid", "file")), adoptAdvice });
    const runtime = decide(context).find(({ directive }) => directive === "RuntimeDirectory");
    t.deepEqual(
      outcome(
        [runtime].flatMap((one) => one ?? []),
        "RuntimeDirectory",
      ),
      ["operator"],
    );
    t.deepEqual(runtime?.advice?.[0]?.lines, ["RuntimeDirectory=thing"]);
    t.regex(runtime?.advice?.[0]?.text ?? "", /PIDFile=/);
  }
});

test("a thousand directories are not listed", (t) => {
  const paths = Array.from({ length: 1000 }, (_, i) => `/var/lib/n${i}`);
  const files = Object.fromEntries(
    paths.map((path) => [path, { type: "directory", mode: 0o755, uid: 0, gid: 0 }] as const),
  );
  const started = process.cpuUsage().user;
  const decisions = decide(
    onMachine({
      ...root(...paths.map((path) => file("create", `${path}/x`))),
      host: { files },
      adoptAdvice: true,
    }),
  );
  t.deepEqual(outcome(decisions, "StateDirectory"), ["unsafe"]);
  t.true(process.cpuUsage().user - started < 2_000_000);
});
