/** The same service learned many times gives the same facts, byte by byte: else no one could review what changed. */
import type { ExecutionContext } from "ava";
import type { Machine, Suite } from "./machine.js";
import { cleanUp, prepare, scenarios } from "./scenarios.js";
import { services, withMachine } from "./with-machine.js";

/**
 * How often each is learned. Between them they fork workers that die, draw random names and ports, have threads, are
 * signalled, and are asked by clients in an order that is not theirs to choose.
 */
const times: Readonly<Record<string, number>> = {
  forking: 10,
  "dynamic-user": 3,
  nginx: 3,
  "redis-server": 3,
  workers: 3,
};

export function testStability(suite: Suite): void {
  const testOn = withMachine(suite);
  for (const [name, scenario] of scenarios()) {
    const count = times[name];
    if (count === undefined) continue;
    testOn(`${scenario.unit} learned ${count} times gives the same facts`, async (t, machine) => {
      try {
        await prepare(machine, name, scenario);
        const learned: (readonly string[])[] = [];
        for (let run = 0; run < count; run++) learned.push(await learn(t, machine, name, scenario.unit));
        t.true((learned[0] ?? []).length > 50, "hardly anything was learned");
        t.deepEqual(unsteady(learned), []);
      } finally {
        await cleanUp(machine, scenario);
      }
    });
  }
}

/** The facts of one run, each as it stands in the profile. */
async function learn(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  unit: string,
): Promise<readonly string[]> {
  // More starts than StartLimitBurst= allows.
  await machine.exec(["systemctl", "reset-failed", unit]);
  const command = [
    "profile",
    "run",
    unit,
    "--no-verify",
    "--soak",
    `${services}/${name}/soak.sh`,
    "--out",
    "/root/profiles",
  ];
  const run = await machine.exec(command);
  t.is(run.exitCode, 0, run.stderr);
  const profile = await machine.readFile(`/root/profiles/${unit}.profile.json`);
  const { facts } = JSON.parse(profile) as { readonly facts: readonly unknown[] };
  return facts.map((fact) => JSON.stringify(fact));
}

/** Facts that not all runs have found: `2 of 3: …`. */
function unsteady(runs: readonly (readonly string[])[]): string[] {
  return [...new Set(runs.flat())].flatMap((fact) => {
    const seen = runs.filter((facts) => facts.includes(fact)).length;
    return seen === runs.length ? [] : [`${seen} of ${runs.length}: ${fact}`];
  });
}
