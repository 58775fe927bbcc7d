/** What is learned is rated no worse than what an expert would write by hand, and all of it works. */
import type { ExecutionContext } from "ava";
import type { Machine, Suite } from "./machine.js";
import { projectPath } from "./machine.js";
import { exposure, journalCursor, refusals } from "./units.js";
import { services, withMachine } from "./with-machine.js";
import { readFileSync } from "node:fs";

interface Service {
  /** Directory of test/fixtures/services. */
  readonly fixture: string;
  readonly unit: string;
  /** The vendor's sandbox leaves nothing that an empty file system would change in the rating. */
  readonly saturated?: true;
}

const rated: readonly Service[] = [
  { fixture: "nginx", unit: "nginx" },
  { fixture: "redis-server", unit: "redis-server", saturated: true },
  { fixture: "http-root", unit: "example-http" },
];

export function testHandWritten(suite: Suite): void {
  const testOn = withMachine(suite);
  for (const service of rated) {
    testOn(`${service.unit}: learned no worse than written by hand`, async (t, machine) => {
      const { fixture, unit, saturated } = service;
      await machine.succeed(
        `[ ! -e ${services}/${fixture}/install.sh ] || ${services}/${fixture}/install.sh`,
      );
      // The first start of all may prepare what later ones find.
      await machine.succeed(["systemctl", "start", unit]);
      const shipped = await exposure(machine, unit);
      const byHand = readFileSync(projectPath(`test/fixtures/hand-written/${unit}.conf`), "utf8");
      const hand = await confine(t, machine, service, byHand);
      const strict = await confine(t, machine, service, await learn(t, machine, service, "strict"));
      const isolated = await confine(t, machine, service, await learn(t, machine, service, "isolated"));
      t.log(`${unit}: shipped ${shipped}, by hand ${hand}, strict ${strict}, isolated ${isolated}`);
      t.true(strict <= hand, `strict is rated ${strict}, written by hand ${hand}`);
      const isLower = saturated === true ? isolated <= strict : isolated < strict;
      t.true(isLower, `isolated is rated ${isolated}, strict ${strict}`);
    });
  }
}

async function learn(
  t: ExecutionContext,
  machine: Machine,
  { fixture, unit }: Service,
  posture: "strict" | "isolated",
): Promise<string> {
  const soak = `${services}/${fixture}/soak.sh`;
  const out = `/root/hand-written/${posture}`;
  const run = await machine.exec(
    ["profile", "run", unit, "--no-verify", "--posture", posture, "--soak", soak, "--out", out],
    { timeout: 240 },
  );
  t.is(run.exitCode, 0, `profile run ${unit}:\n${run.stderr}`);
  return run.stdout;
}

/** The exposure of the unit with the drop-in, under which its functional test passes; without it again afterwards. */
async function confine(
  t: ExecutionContext,
  machine: Machine,
  { fixture, unit }: Service,
  dropIn: string,
): Promise<number> {
  const directory = `/etc/systemd/system/${unit}.service.d`;
  await machine.writeFile(`${directory}/50-confined.conf`, dropIn);
  await machine.succeed(`systemctl daemon-reload; systemctl reset-failed '${unit}*'`);
  const cursor = await journalCursor(machine);
  const works = await machine.exec(`systemctl restart ${unit} && ${services}/${fixture}/functional.sh`);
  const refused = await refusals(machine, `${unit}.service`, cursor);
  t.is(works.exitCode, 0, `${works.stdout}\n${works.stderr}\n${refused.join("\n")}\n${dropIn}`);
  const level = await exposure(machine, unit);
  await machine.succeed(`systemctl stop ${unit}; rm -r ${directory}; systemctl daemon-reload`);
  return level;
}
