/** Baselines of vendor units: the sandbox of Debian's redis against what the project itself learned of it. */
import type { ExecutionContext } from "ava";
import type { UnitCheck } from "../../src/baselines/types.js";
import type { Comparison } from "../../src/comparison/types.js";
import type { Fact } from "../../src/facts/types.js";
import type { Machine, Outcome, Suite } from "./machine.js";
import { withMachine } from "./with-machine.js";

const unit = "redis-server.service";
const learned = `/root/baselines/${unit}.profile.json`;
const baseline = "/root/baselines/unit.json";
const dropIn = `/run/systemd/system/${unit}.d/90-test.conf`;

const soak = "redis-benchmark -q -n 500 -c 4 >/dev/null && redis-cli set a b && redis-cli save";

/** What a drop-in takes away, the only directive that then refuses something, and what it refuses. */
interface Cut {
  readonly what: string;
  readonly lines: readonly string[];
  readonly directive: string;
  readonly refuses: (fact: Fact) => boolean;
}

const cuts: readonly Cut[] = [
  {
    what: "a call",
    lines: ["SystemCallFilter=~setsockopt"],
    directive: "SystemCallFilter",
    refuses: (fact) => fact.kind === "syscall" && fact.name === "setsockopt",
  },
  {
    what: "a path",
    lines: ["ReadWritePaths=", "ReadWritePaths=-/var/lib/redis"],
    directive: "ReadWritePaths",
    refuses: (fact) => fact.kind === "file" && fact.path.startsWith("/var/log/redis/"),
  },
  {
    what: "an address family",
    lines: ["RestrictAddressFamilies=", "RestrictAddressFamilies=AF_INET AF_UNIX"],
    directive: "RestrictAddressFamilies",
    refuses: (fact) => fact.kind === "socket" && fact.family === "AF_INET6",
  },
  {
    what: "the configuration",
    lines: ["InaccessiblePaths=/etc/redis"],
    directive: "InaccessiblePaths",
    refuses: (fact) => fact.kind === "file" && fact.path.startsWith("/etc/redis"),
  },
];

export function testBaselines(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("redis works in the sandbox that Debian gives it, and a check says so", acceptShipped);
  for (const cut of cuts) {
    testOn(`a drop-in that takes ${cut.what} away is told, and nothing else`, (t, machine) =>
      refuse(t, machine, cut),
    );
  }
  testOn("a drop-in that gives more is told, with the lines that take it back", tellLooser);
  testOn("systemd's own units can be read, also where they may not be stopped", readOthers);
}

async function acceptShipped(t: ExecutionContext, machine: Machine): Promise<void> {
  const run = await machine.exec(["profile", "run", unit, "--soak", soak, "--out", "/root/baselines"], {
    timeout: 240,
  });
  t.is(run.exitCode, 0, run.stderr);
  const imported = await machine.exec(["profile", "import", "--unit", "redis-server", "-o", baseline]);
  t.is(imported.exitCode, 0, imported.stderr);
  t.regex(imported.stderr, /^redis-server\.service: \d+ facts that its sandbox lets through$/m);
  const check = await machine.exec(["profile", "check", baseline, learned]);
  t.is(check.exitCode, 0, check.stdout);
  const against = await checkUnit(machine);
  t.is(against.outcome.exitCode, 0);
  t.is(against.found.verdict, "looser");
  t.deepEqual(against.found.sources, []);
}

/** Both ways of asking say the same. */
async function refuse(t: ExecutionContext, machine: Machine, cut: Cut): Promise<void> {
  await withDropIn(machine, cut.lines, async () => {
    const { outcome, found } = await checkUnit(machine);
    t.is(outcome.exitCode, 1);
    t.deepEqual(
      found.directives.filter(({ refused }) => refused.length > 0).map(({ directive }) => directive),
      [cut.directive],
    );
    const [worst] = found.directives;
    t.true(
      worst?.refused.every(({ fact }) => cut.refuses(fact)),
      JSON.stringify(worst?.refused),
    );
    t.deepEqual(found.sources, [`${dropIn} counts as part of ${unit}`]);
    await machine.succeed(["profile", "import", "--unit", unit, "-o", baseline]);
    const check = await machine.exec(["profile", "check", "--json", baseline, learned]);
    t.is(check.exitCode, 1);
    const { growth } = JSON.parse(check.stdout) as Comparison;
    t.deepEqual(
      [...new Set(growth.flatMap(({ settings }) => settings.map(({ directive }) => directive)))],
      [cut.directive],
    );
    t.true(growth.length > 0 && growth.every(({ fact }) => cut.refuses(fact)), check.stdout);
  });
}

async function tellLooser(t: ExecutionContext, machine: Machine): Promise<void> {
  const lines = ["CapabilityBoundingSet=CAP_SYS_ADMIN CAP_NET_RAW", "ProtectHome=no"];
  await withDropIn(machine, lines, async () => {
    const { outcome, found } = await checkUnit(machine);
    t.is(outcome.exitCode, 0);
    const about = (name: string) => found.directives.find(({ directive }) => directive === name);
    t.deepEqual(about("CapabilityBoundingSet")?.opens, ["CAP_NET_RAW", "CAP_SYS_ADMIN"]);
    t.deepEqual(about("CapabilityBoundingSet")?.lines, ["CapabilityBoundingSet="]);
    t.deepEqual(about("ProtectHome")?.lines, ["ProtectHome=yes"]);
    await machine.succeed(["profile", "import", "--unit", unit, "-o", baseline]);
    t.is((await machine.exec(["profile", "check", baseline, learned])).exitCode, 0);
  });
}

async function readOthers(t: ExecutionContext, machine: Machine): Promise<void> {
  for (const name of ["systemd-journald", "systemd-logind", "dbus"]) {
    const { exitCode, stdout, stderr } = await machine.exec(["profile", "import", "--unit", name]);
    t.is(exitCode, 0, stderr);
    t.true(stdout.includes('"tracer": "unit"'), name);
  }
  const unknown = await machine.exec(["profile", "import", "--unit", "no-such-unit"]);
  t.is(unknown.exitCode, 2);
  t.is(unknown.stderr.trim(), "profile: unknown unit no-such-unit.service");
}

interface Checked {
  readonly outcome: Outcome;
  readonly found: UnitCheck;
}

async function checkUnit(machine: Machine): Promise<Checked> {
  const outcome = await machine.exec(["profile", "check", "--json", "--against-unit", unit, learned]);
  return { outcome, found: JSON.parse(outcome.stdout) as UnitCheck };
}

async function withDropIn(
  machine: Machine,
  lines: readonly string[],
  body: () => Promise<void>,
): Promise<void> {
  await machine.writeFile(dropIn, ["[Service]", ...lines, ""].join("\n"));
  await machine.succeed(["systemctl", "daemon-reload"]);
  try {
    await body();
  } finally {
    await machine.succeed(`rm ${dropIn} && systemctl daemon-reload`);
  }
}
