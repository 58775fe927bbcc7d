/** Each service of test/fixtures/services is learned during its soak, and must work under what was learned. */
import type { ExecutionContext } from "ava";
import type { Verification } from "../../src/verification/types.js";
import type { Machine, Suite } from "./machine.js";
import { cleanUp, prepare, type Scenario, scenarios } from "./scenarios.js";
import { complaints, exposure, journalCursor, leftovers, property, refusals, unitState } from "./units.js";
import { services, withMachine } from "./with-machine.js";

export function testServices(suite: Suite): void {
  const testOn = withMachine(suite);
  for (const [name, scenario] of scenarios()) {
    testOn(
      `${name}: ${scenario.unit} works under the drop-in that was learned from it`,
      async (t, machine) => {
        try {
          await prepare(machine, name, scenario);
          const learned = await learn(t, machine, name, scenario);
          await proveAgain(t, machine, name, scenario);
          if (scenario.twice === true) {
            await learnAgain(t, machine, name, scenario, learned);
          }
          await confine(t, machine, scenario, learned);
          await exercise(t, machine, name, scenario);
          for (const posture of ["isolated", "compatible"]) {
            await changePosture(t, machine, scenario, posture);
            await exercise(t, machine, name, scenario);
          }
        } finally {
          await cleanUp(machine, scenario);
        }
      },
    );
  }
}

/** The next release is learned where the drop-in of this one is installed: that must not be seen in the result. */
async function learnAgain(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  scenario: Scenario,
  learned: Learned,
): Promise<void> {
  const { unit } = scenario;
  // The one hides what the service may not do, the other what it may not see.
  for (const posture of ["strict", "isolated"]) {
    const profile = `/root/profiles/${unit}.profile.json`;
    const dropIn = await machine.succeed(["profile", "synthesize", "--posture", posture, profile]);
    await machine.writeFile(dropInPath(unit), `${dropIn}\n`);
    await machine.succeed(["systemctl", "daemon-reload"]);
    await machine.succeed(["systemctl", scenario.startedBefore === false ? "try-restart" : "restart", unit]);
    const again = await learn(t, machine, name, scenario, ["--no-verify"]);
    t.deepEqual(again.facts, learned.facts, `learned again under ${posture}, other facts were found`);
    t.deepEqual(again.unit, learned.unit, `learned again under ${posture}, the unit looked different`);
    t.is(
      settings(again.dropIn),
      settings(learned.dropIn),
      `learned again under ${posture}, it gave another drop-in`,
    );
    t.deepEqual(again.printed, learned.printed);
    t.is((await machine.readFile(dropInPath(unit))).trimEnd(), dropIn);
  }
  await machine.succeed(["rm", dropInPath(unit)]);
  await machine.succeed(["systemctl", "daemon-reload"]);
}

/** The lines of a drop-in without comments: they say whether it was proved, and how. */
function settings(dropIn: string): string {
  return dropIn.replaceAll(/^#.*\n/gm, "");
}

/** Nothing that a later, different functional test needs is denied; what was proved is written into profile and drop-in. */
async function proveAgain(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  { unit }: Scenario,
): Promise<void> {
  const dropIn = await machine.readFile(`/root/profiles/${unit}.conf`);
  t.regex(dropIn, /^# Proved by a run under these settings on systemd \d+: /m);
  const functional = `${services}/${name}/functional.sh`;
  const run = await machine.exec(
    `profile verify ${unit} /root/profiles/${unit}.profile.json --no-repair --soak ${functional} --json`,
    { timeout: 240 },
  );
  t.is(run.exitCode, 0, `profile verify ${unit}:\n${run.stdout}\n${run.stderr}`);
  const { verification } = JSON.parse(run.stdout) as { readonly verification: Verification };
  t.deepEqual(verification.denials, [], "refused in the functional test");
  t.is(verification.verdict, "verified");
}

interface Learned {
  readonly dropIn: string;
  readonly facts: readonly unknown[];
  readonly unit: unknown;
  /** What `profile run` printed as exposure before and after. */
  readonly printed: { readonly before: number; readonly after: number };
}

async function learn(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  { unit }: Scenario,
  more: readonly string[] = [],
): Promise<Learned> {
  const before = await unitState(machine, unit);
  const soak = `${services}/${name}/soak.sh`;
  const run = await machine.exec(
    ["profile", "run", unit, "--soak", soak, "--out", "/root/profiles", ...more],
    {
      timeout: 240,
    },
  );
  t.is(run.exitCode, 0, `profile run ${unit}:\n${run.stderr}`);
  if (more.length === 0) t.notRegex(run.stderr, /refused:/, "facts that learning missed were refused");
  t.deepEqual(await unitState(machine, unit), before, "the unit is not as it was before it was learned");
  t.is(await leftovers(machine, unit), "", "the profiler left files behind");
  const dropIn = await machine.readFile(`/root/profiles/${unit}.conf`);
  t.is(run.stdout.trimEnd(), dropIn.trimEnd(), "the drop-in on standard output is not the one in the file");
  const profile = JSON.parse(await machine.readFile(`/root/profiles/${unit}.profile.json`)) as {
    readonly facts: readonly unknown[];
    readonly unit: unknown;
  };
  const [, printedBefore, printedAfter] = /exposure (\d+\.\d) → (\d+\.\d)/.exec(run.stderr) ?? [];
  return {
    dropIn,
    facts: profile.facts,
    unit: profile.unit,
    printed: { before: Number(printedBefore), after: Number(printedAfter) },
  };
}

/** Installs the drop-in; what systemd says of the unit before and after agrees with what the profiler said. */
async function confine(
  t: ExecutionContext,
  machine: Machine,
  scenario: Scenario,
  learned: Learned,
): Promise<void> {
  const { unit } = scenario;
  const [vendorComplaints, vendorExposure] = [await complaints(machine, unit), await exposure(machine, unit)];
  await machine.succeed(["mkdir", "-p", `/etc/systemd/system/${unit}.d`]);
  await machine.writeFile(dropInPath(unit), learned.dropIn);
  await machine.succeed(["systemctl", "daemon-reload"]);
  t.deepEqual(
    await complaints(machine, unit),
    vendorComplaints,
    "systemd-analyze verify complains of the drop-in",
  );
  const confined = await exposure(machine, unit);
  t.deepEqual(learned.printed, { before: vendorExposure, after: confined });
  t.log(`${unit}: exposure ${vendorExposure} → ${confined}`);
  if (scenario.exposure !== undefined) {
    t.is(vendorExposure, scenario.exposure.before);
    t.true(confined <= scenario.exposure.atMost, `exposure is ${confined}`);
  }
  if (scenario.hardenedByVendor === true) {
    t.true(confined <= vendorExposure, `the vendor's ${vendorExposure} became ${confined}`);
  }
}

/** Puts another drop-in of the same profile in place of the first one. */
async function changePosture(
  t: ExecutionContext,
  machine: Machine,
  { unit }: Scenario,
  posture: string,
): Promise<void> {
  const before = await complaints(machine, unit);
  const profile = `/root/profiles/${unit}.profile.json`;
  const dropIn = await machine.succeed(["profile", "synthesize", "--posture", posture, profile]);
  await machine.writeFile(dropInPath(unit), `${dropIn}\n`);
  await machine.succeed(["systemctl", "daemon-reload"]);
  t.deepEqual(await complaints(machine, unit), before, `systemd-analyze verify complains of ${posture}`);
  t.log(`${unit}: ${posture}: exposure ${await exposure(machine, unit)}`);
}

const dropInPath = (unit: string) => `/etc/systemd/system/${unit}.d/50-profile.conf`;

/** Through restart, reload, restart and stop, with a functional test that is not the soak. */
async function exercise(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  scenario: Scenario,
): Promise<void> {
  const { unit } = scenario;
  const cursor = await journalCursor(machine);
  const functional = `${services}/${name}/functional.sh`;
  const steps = [
    ["systemctl", "restart", unit],
    [functional],
    ...(scenario.reload === true ? [["systemctl", "reload", unit], [functional]] : []),
    ["systemctl", "restart", unit],
    [functional],
    ["systemctl", "stop", unit],
  ];
  for (const step of steps) {
    // Three postures in a row are more starts than StartLimitBurst= allows.
    await machine.exec(["systemctl", "reset-failed", unit]);
    const { exitCode, stdout, stderr } = await machine.exec(step);
    if (exitCode !== 0) {
      const journal = await machine.succeed(
        `journalctl --no-pager -o cat -u ${unit} --after-cursor='${cursor}'`,
      );
      t.fail(
        `${step.join(" ")}: exit ${exitCode}\n${stdout}\n${stderr}\n${journal.split("\n").slice(-15).join("\n")}`,
      );
      return;
    }
  }
  t.deepEqual(await refusals(machine, unit, cursor), [], "the journal speaks of refusals");
  t.is(await property(machine, unit, "Result"), "success");
}
