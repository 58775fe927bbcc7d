/** A service in two releases, and many small ones: what the next release needs more is found, ranked and explained. */
import type { ExecutionContext } from "ava";
import type { Comparison, Growth } from "../../src/comparison/types.js";
import { severities } from "../../src/comparison/types.js";
import type { Fact } from "../../src/facts/types.js";
import type { Profile } from "../../src/profile/types.js";
import type { Machine, Outcome, Suite } from "./machine.js";
import { asArm64 } from "./releases/architecture.js";
import { type Expected, type Shape, type Twist, twists } from "./releases/twists.js";
import { releases, withMachine } from "./with-machine.js";

const unit = "example-release.service";
const wholeSoak = ["--soak", `${releases}/soak.sh`];
const known = new Set<string>();

export function testReleases(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("ten runs of one release on fresh machines give the same facts", learnTenTimes);
  testOn("2.0 needs more than 1.0: found, ranked and explained", checkSecondRelease);
  testOn("2.0-harmless needs no more than 1.0", checkHarmlessRelease);
  testOn("1.0 against 2.0: what can be taken back", checkTakeBack);
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
  const { keepsState, run = wholeSoak, verdict, finds = [], unitChange } = twist;
  const old = await profileOf(t, machine, "1.0");
  await install(machine, "1.0");
  await change(machine, twist);
  await learn(t, machine, "/root/releases/twist", { run, fresh: keepsState !== true });
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

/** Learns a release from beginning to end on a fresh machine, once. @returns the path of its profile */
async function profileOf(t: ExecutionContext, machine: Machine, release: string): Promise<string> {
  const directory = `/root/releases/${release}`;
  if (!known.has(release)) {
    await install(machine, release);
    await learn(t, machine, directory);
    known.add(release);
  }
  return profileIn(directory);
}

async function checkReleases(
  t: ExecutionContext,
  machine: Machine,
  old: string,
  next: string,
  verdict: number,
): Promise<Comparison> {
  return check(t, machine, await profileOf(t, machine, old), await profileOf(t, machine, next), verdict);
}

function profileIn(directory: string): string {
  return `${directory}/${unit}.profile.json`;
}

async function readProfile(machine: Machine, path: string): Promise<Profile> {
  return JSON.parse(await machine.readFile(path)) as Profile;
}

async function factsIn(machine: Machine, path: string): Promise<readonly string[]> {
  return (await readProfile(machine, path)).facts.map((fact) => JSON.stringify(fact));
}

async function install(machine: Machine, release: string): Promise<void> {
  await machine.succeed([`${releases}/install.sh`, release]);
}

/** Turns the installed release into one that differs in this. */
async function change(machine: Machine, { act, start, unit: edits = {}, setup }: Twist): Promise<void> {
  const directory = "/usr/local/lib/example-release";
  const extra = `def start():\n${indent(start)}\n\n\ndef act():\n${indent(act)}\n`;
  await machine.writeFile(`${directory}/extra.py`, extra);
  const path = `/etc/systemd/system/${unit}`;
  const lines = (await machine.readFile(path)).split("\n").flatMap((line) => {
    const value = edits[line.slice(0, line.indexOf("=") + 1)];
    return value === undefined ? [line] : value === "" ? [] : [value];
  });
  await machine.writeFile(path, lines.join("\n"));
  await machine.succeed(["systemctl", "daemon-reload"]);
  if (setup !== undefined) await machine.succeed(setup);
}

function indent(text = "pass"): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}

async function learn(
  t: ExecutionContext,
  machine: Machine,
  directory: string,
  { run = wholeSoak, fresh = true }: { readonly run?: readonly string[]; readonly fresh?: boolean } = {},
): Promise<void> {
  await machine.exec(["systemctl", "stop", unit]);
  if (fresh) await machine.succeed(["rm", "-rf", "/var/lib/example-release", "/var/log/example-release"]);
  const { exitCode, stderr } = await machine.exec(["profile", "run", unit, ...run, "--out", directory], {
    timeout: 240,
  });
  t.is(exitCode, 0, stderr);
}

async function check(
  t: ExecutionContext,
  machine: Machine,
  old: string,
  candidate: string,
  verdict: number,
): Promise<Comparison> {
  const outcome: Outcome = await machine.exec(["profile", "check", "--json", old, candidate]);
  t.is(outcome.exitCode, verdict, `${outcome.stderr}\n${outcome.stdout}`);
  return JSON.parse(outcome.stdout) as Comparison;
}

/** It is among the growth, severe enough, witnessed, explained, and names the line that changes. */
function expectGrowth(
  t: ExecutionContext,
  { growth }: Comparison,
  { fact, severity, directive }: Expected,
): void {
  const found = growth.find((grown) => hasShape(grown.fact, fact));
  if (found === undefined) {
    t.fail(`not found: ${JSON.stringify(fact)} in ${growth.map(({ text }) => text).join("; ")}`);
    return;
  }
  t.true(atLeast(found.severity, severity), `${found.text} is ${found.severity}, not ${severity}`);
  t.regex(found.gain, /^[A-Z].*\.$/);
  t.not(found.evidence?.example ?? "", "", `${found.text}: no example`);
  t.not(found.evidence?.process ?? "", "", `${found.text}: no process`);
  const directives = found.settings.map((setting) => setting.directive);
  if (directive !== undefined)
    t.true(directives.includes(directive), `${found.text}: ${directives.join(" ")}`);
}

function hasShape(fact: Fact, shape: Shape): boolean {
  return Object.entries(shape).every(([member, value]) => Reflect.get(fact, member) === value);
}

function atLeast(severity: string, least: string): boolean {
  const ranks: readonly string[] = severities;
  return ranks.indexOf(severity) >= ranks.indexOf(least);
}

function byRank(growth: readonly Growth[]): readonly Growth[] {
  return growth.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}
