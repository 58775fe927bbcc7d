/**
 * The profiles of profiles/ are learned again: on the system that they were learned on nothing may be new, and on the next
 * release of Debian what is new is what profiles/README.md explains.
 */
import { readFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { type Machine, projectPath, type Suite } from "./machine.js";
import { services, withMachine } from "./with-machine.js";

/** A row of profiles/services. */
interface Service {
  readonly unit: string;
  readonly fixture: string;
  readonly packages: readonly string[];
}

/** What this test reads of `profile check --json`. */
interface Report {
  readonly verdict: string;
  readonly growth: readonly { readonly text: string }[];
}

const known = readServices(readFileSync(projectPath("profiles/services"), "utf8"));
const explained = readGrowth(readFileSync(projectPath("profiles/README.md"), "utf8"));

/** Where the committed profiles are in a machine. */
const committed = "/opt/fixtures/profiles";

export function testProfiles(suite: Suite): void {
  const packages = known.flatMap((service) => service.packages);
  const testOn = withMachine(suite, packages);
  for (const service of known) {
    const { unit } = service;
    const title =
      suite === "bookworm"
        ? `${unit} needs nothing beyond its profile in profiles/`
        : `${unit} needs beyond its profile in profiles/ what its README explains`;
    testOn(title, async (t, machine) => {
      await machine.writeFile(`${committed}/${unit}.profile.json`, readProfile(unit));
      await learn(t, machine, service);
      const report = await check(t, machine, unit);
      t.deepEqual(
        report.growth.map(({ text }) => text).sort(),
        suite === "bookworm" ? [] : [...(explained.get(unit) ?? [])].sort(),
      );
    });
  }
}

function readProfile(unit: string): string {
  return readFileSync(projectPath(`profiles/${unit}.profile.json`), "utf8");
}

/** As scripts/learn-profiles does it, and in the same order. */
async function learn(t: ExecutionContext, machine: Machine, { unit, fixture }: Service): Promise<void> {
  const directory = `${services}/${fixture}`;
  await machine.succeed(`[ ! -e ${directory}/install.sh ] || ${directory}/install.sh`);
  await machine.succeed(["systemctl", "start", unit]);
  const command = [
    "profile",
    "run",
    unit,
    "--no-verify",
    "--soak",
    `${directory}/soak.sh`,
    "--out",
    "/root/profiles",
  ];
  const run = await machine.exec(command, { timeout: 240 });
  t.is(run.exitCode, 0, run.stderr);
  await machine.succeed(["systemctl", "stop", unit]);
}

/** The exit status is that of the report: 1 with growth, 0 without. */
async function check(t: ExecutionContext, machine: Machine, unit: string): Promise<Report> {
  const learned = `/root/profiles/${unit}.profile.json`;
  const { stdout, stderr, exitCode } = await machine.exec([
    "profile",
    "check",
    "--json",
    `${committed}/${unit}.profile.json`,
    learned,
  ]);
  t.true([0, 1].includes(exitCode), `profile check: exit ${exitCode}\n${stdout}\n${stderr}`);
  const report = JSON.parse(stdout) as Report;
  t.is(exitCode, report.growth.length === 0 ? 0 : 1, stdout);
  return report;
}

function readServices(text: string): readonly Service[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [unit = "", fixture = "", ...packages] = line.split(/\s+/);
      return { unit, fixture, packages };
    });
}

/** The first column of the tables below `## UNIT` headings of the README: what is new on Debian 13. */
function readGrowth(text: string): ReadonlyMap<string, readonly string[]> {
  const growth = new Map<string, string[]>();
  let unit = "";
  for (const line of text.split("\n")) {
    unit = /^## (\S+\.service)$/.exec(line)?.[1] ?? unit;
    const fact = /^\| `([^`]+)` +\|/.exec(line)?.[1];
    if (fact === undefined) continue;
    growth.set(unit, [...(growth.get(unit) ?? []), fact]);
  }
  return growth;
}
