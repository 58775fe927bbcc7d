/** A service in two releases, and many small ones: what the next release needs more is found, ranked and explained. */
import type { ExecutionContext } from "ava";
import type { Machine, Suite } from "./machine.js";
import { asArm64 } from "./releases/architecture.js";
import { atLeast, byRank, expectGrowth, hasShape } from "./releases/expectations.js";
import {
  change,
  check,
  checkReleases,
  factsIn,
  install,
  learn,
  profileIn,
  profileOf,
  readProfile,
} from "./releases/learning.js";
import { type Expected, type Twist, twists } from "./releases/twists.js";
import { releases, withMachine } from "./with-machine.js";

export function testReleases(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("ten runs of one release on fresh machines give the same facts", learnTenTimes);
  testOn("2.0 needs more than 1.0: found, ranked and explained", checkSecondRelease);
  testOn("2.0-harmless needs no more than 1.0", checkHarmlessRelease);
  testOn("1.0 against 2.0: what can be taken back", checkTakeBack);
  testOn("2.0 passes as long as its growth is accepted, and never beyond the ceiling", checkRules);
  testOn("run --baseline answers as check does", runAgainstBaseline);
  testOn("the same release on another architecture needs no more", checkArchitecture);
  for (const twist of twists) {
    testOn(`check ends with ${twist.verdict} for a release that ${twist.does}`, (t, machine) =>
      checkTwist(t, machine, twist),
    );
  }
}

async function learnTenTimes(t: ExecutionContext, machine: Machine): Promise<void> {
  const first = await factsIn(machine, await profileOf(t, machine, "1.0"));
  await install(machine, "1.0");
  for (let run = 2; run <= 10; run++) {
    await learn(t, machine, "/root/releases/again");
    t.deepEqual(await factsIn(machine, profileIn("/root/releases/again")), first, `run ${run}`);
  }
}

async function checkSecondRelease(t: ExecutionContext, machine: Machine): Promise<void> {
  const comparison = await checkReleases(t, machine, "1.0", "2.0", 1);
  t.is(comparison.verdict, "more");
  for (const expected of secondRelease) expectGrowth(t, comparison, expected);
  t.deepEqual(byRank(comparison.growth), comparison.growth, "the most severe come first");
}

const secondRelease: readonly Expected[] = [
  {
    fact: { kind: "socket", family: "AF_INET", type: "SOCK_RAW" },
    severity: "low",
  },
  {
    fact: { kind: "capability", capability: "CAP_NET_RAW" },
    severity: "high",
    directive: "CapabilityBoundingSet",
  },
  {
    fact: { kind: "file", access: "create", path: "/srv/example-release/export.csv" },
    severity: "medium",
    directive: "ReadWritePaths",
  },
  {
    fact: { kind: "file", access: "execute", path: "/usr/local/libexec/example-release/inspect" },
    severity: "low",
  },
  {
    fact: { kind: "elevation", by: "file-capabilities" },
    severity: "high",
    directive: "NoNewPrivileges",
  },
  {
    fact: { kind: "personality", persona: "PER_LINUX|ADDR_NO_RANDOMIZE" },
    severity: "medium",
    directive: "LockPersonality",
  },
];

async function checkHarmlessRelease(t: ExecutionContext, machine: Machine): Promise<void> {
  const comparison = await checkReleases(t, machine, "1.0", "2.0-harmless", 0);
  t.deepEqual(comparison.growth, []);
  t.deepEqual(comparison.tolerated, []);
  t.not(comparison.covered.length, 0);
}

async function checkTakeBack(t: ExecutionContext, machine: Machine): Promise<void> {
  const comparison = await checkReleases(t, machine, "2.0", "1.0", 0);
  t.is(comparison.verdict, "less");
  for (const { fact } of secondRelease) {
    t.true(
      comparison.gone.some((gone) => hasShape(gone.fact, fact)),
      `not gone: ${JSON.stringify(fact)}`,
    );
  }
  const directives = comparison.takeBack.map(({ directive }) => directive);
  for (const directive of ["CapabilityBoundingSet", "NoNewPrivileges", "ReadWritePaths", "LockPersonality"]) {
    t.true(directives.includes(directive), `${directive}= could be tightened`);
  }
}

/** What 2.0 needs more, as an allow file accepts it. */
const accepted = [
  { fact: { kind: "socket", type: "SOCK_RAW" } },
  { fact: { kind: "capability", capability: "CAP_NET_RAW" } },
  { fact: { kind: "elevation", path: "/usr/local/libexec/**" } },
  { fact: { kind: "personality" } },
  { fact: { kind: "syscall", name: "personality" } },
  { fact: { kind: "file", path: ["/srv/example-release/**", "/usr/local/libexec/**"] } },
  { fact: { kind: "file", access: "read", path: "/var/lib/example-inspected" } },
  { setting: "AmbientCapabilities", to: "CAP_NET_RAW" },
];

async function checkRules(t: ExecutionContext, machine: Machine): Promise<void> {
  const [old, next] = [await profileOf(t, machine, "1.0"), await profileOf(t, machine, "2.0")];
  const allowUntil = async (expires: string): Promise<string> => {
    const path = `/root/releases/allow-${expires}.json`;
    const allow = accepted.map((rule) => ({ ...rule, reason: "2.0 is on trial", expires }));
    await machine.writeFile(path, JSON.stringify({ schema: 1, allow }));
    return path;
  };
  const ceiling = "/root/releases/ceiling.json";
  const never = [{ fact: { kind: "capability", capability: "CAP_NET_RAW" }, reason: "it reads all traffic" }];
  await machine.writeFile(ceiling, JSON.stringify({ schema: 1, never }));

  const allowed = ["--allow", await allowUntil("2100-01-01")];
  const passed = await check(t, machine, old, next, 0, allowed);
  t.deepEqual(passed.growth, []);
  t.not(passed.accepted.length, 0);
  const lapsed = await check(t, machine, old, next, 1, ["--allow", await allowUntil("2020-01-01")]);
  t.is(lapsed.lapsed.length, passed.accepted.length);
  const exceeded = await check(t, machine, old, next, 1, [...allowed, "--ceiling", ceiling]);
  // By what the service did, and by what its unit gives it.
  t.deepEqual([...new Set(exceeded.violations.map(({ reason }) => reason))], ["it reads all traffic"]);
}

async function runAgainstBaseline(t: ExecutionContext, machine: Machine): Promise<void> {
  const old = await profileOf(t, machine, "1.0");
  for (const [release, soak, verdict] of [
    ["2.0", "soak.sh", 1],
    ["2.0-harmless", "soak.sh", 0],
    ["1.0", "half-soak.sh", 5],
  ] as const) {
    await install(machine, release);
    const run = ["--soak", `${releases}/${soak}`, "--baseline", old];
    await learn(t, machine, `/root/releases/against-${release}`, { run, verdict });
  }
}

/** Two profiles of one release from two kinds of machines, and the growth of 2.0 on top of that. */
async function checkArchitecture(t: ExecutionContext, machine: Machine): Promise<void> {
  const elsewhere = "/root/releases/arm64.profile.json";
  const old = await profileOf(t, machine, "1.0");
  for (const [release, verdict] of [
    ["1.0", 0],
    ["2.0", 1],
  ] as const) {
    const profile = await readProfile(machine, await profileOf(t, machine, release));
    await machine.writeFile(elsewhere, JSON.stringify(asArm64(profile)));
    const { growth } = await check(t, machine, old, elsewhere, verdict);
    const calls = growth.flatMap(({ fact }) => (fact.kind === "syscall" ? [fact.name] : []));
    t.deepEqual(
      calls.filter((name) => name !== "personality"),
      [],
    );
  }
}

async function checkTwist(t: ExecutionContext, machine: Machine, twist: Twist): Promise<void> {
  const { keepsState, run, verdict, finds = [], unitChange } = twist;
  const old = await profileOf(t, machine, "1.0");
  await install(machine, "1.0");
  await change(machine, twist);
  await learn(t, machine, "/root/releases/twist", {
    ...(run !== undefined && { run }),
    fresh: keepsState !== true,
  });
  const comparison = await check(t, machine, old, profileIn("/root/releases/twist"), verdict);
  for (const expected of finds) expectGrowth(t, comparison, expected);
  if (unitChange !== undefined) {
    const found = comparison.unitChanges.find(({ setting }) => setting === unitChange.setting);
    t.true(
      found?.direction === "more" && atLeast(found.severity, unitChange.severity),
      JSON.stringify(found),
    );
  }
  if (verdict === 0) t.deepEqual([...comparison.growth, ...comparison.tolerated], []);
  if (verdict === 5) t.not(comparison.inconclusive.length, 0);
}
