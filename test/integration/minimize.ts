/** What --minimize takes away and leaves, on a service that asks for more than it needs and on one that does not. */
import type { ExecutionContext } from "ava";
import type { Profile } from "../../src/profile/types.js";
import type { Machine, Suite } from "./machine.js";
import { leftovers, property, unitState } from "./units.js";
import { services, withMachine } from "./with-machine.js";

export function testMinimize(suite: Suite): void {
  const testOn = withMachine(suite);

  testOn(
    "what a service asks for and does without is taken away, and the rest is told to be needed",
    async (t, machine) => {
      const profile = await minimize(
        t,
        machine,
        "wishful",
        "example-wishful.service",
        `${services}/wishful/soak.sh`,
      );
      t.deepEqual(verdictsOn(profile), {
        CAP_CHOWN: "unneeded",
        CAP_NET_BIND_SERVICE: "needed",
        CAP_SETGID: "needed",
        CAP_SETUID: "needed",
        CAP_SYS_NICE: "unneeded",
      });
      const before = await boundingSet(machine, "example-wishful.service", profile, { verdicts: {} });
      t.deepEqual(before, "CAP_CHOWN CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID CAP_SYS_NICE".split(" "));
      const dropIn = await machine.readFile("/root/minimize/example-wishful.service.conf");
      t.regex(
        dropIn.replaceAll("\n# ", " "),
        /Proved by a run under these settings on systemd \d+: start, soak, restart, stop;/,
      );
      t.notRegex(dropIn, /AF_NETLINK$|^SystemCallFilter=.*setpriority/m);
      const asked = await machine.succeed([
        "profile",
        "explain",
        "/root/minimize/example-wishful.service.profile.json",
        "CAP_CHOWN",
      ]);
      t.regex(asked, /have it: refused by CapabilityBoundingSet=/);
      t.regex(asked, /not needed: it is refused, and the service works without/);
      // Its functional test asks for the bounding set too.
      await confine(machine, "wishful", "example-wishful.service", dropIn);
    },
  );

  testOn("nginx keeps what it needs to serve, and works under what is left", async (t, machine) => {
    // A worker that cannot give root up ends, and whoever has connected waits.
    const soak = "curl --silent --show-error --fail --max-time 3 http://127.0.0.1/";
    const profile = await minimize(t, machine, "nginx", "nginx.service", soak);
    const { CAP_CHOWN: _, ...verdicts } = verdictsOn(profile);
    t.deepEqual(verdicts, {
      CAP_DAC_OVERRIDE: "needed",
      CAP_NET_BIND_SERVICE: "needed",
      CAP_SETGID: "needed",
      CAP_SETUID: "needed",
    });
    const dropIn = await machine.readFile("/root/minimize/nginx.service.conf");
    await confine(machine, "nginx", "nginx.service", dropIn);
  });
}

async function minimize(
  t: ExecutionContext,
  machine: Machine,
  name: string,
  unit: string,
  soak: string,
): Promise<Profile> {
  await machine.succeed(`${services}/${name}/install.sh && systemctl start ${unit}`);
  const before = await unitState(machine, unit);
  const run = await machine.exec(
    ["profile", "run", unit, "--soak", soak, "--minimize", "--out", "/root/minimize"],
    { timeout: 280 },
  );
  t.is(run.exitCode, 0, run.stderr);
  t.regex(run.stderr, /^minimized: \d+ of \d+ privileges taken away/m);
  t.deepEqual(await unitState(machine, unit), before, "the unit is not as it was");
  t.is(await leftovers(machine, unit), "", "the profiler left files behind");
  return JSON.parse(await machine.readFile(`/root/minimize/${unit}.profile.json`)) as Profile;
}

/** By capability. */
function verdictsOn({ facts, verdicts = {} }: Profile): Record<string, string> {
  const used = facts.filter((fact) => fact.kind === "capability");
  const entries = Object.entries(verdicts).flatMap(([id, verdict]) => {
    const name = used.find(({ capability }) => id.includes(`"${capability}"`))?.capability;
    return name === undefined ? [] : [[name, verdict] as const];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the drop-in of the profile with these changes would leave. */
async function boundingSet(
  machine: Machine,
  unit: string,
  profile: Profile,
  changes: Partial<Profile>,
): Promise<string[]> {
  await machine.writeFile("/root/minimize/changed.json", JSON.stringify({ ...profile, ...changes }));
  const dropIn = await machine.succeed(["profile", "synthesize", "/root/minimize/changed.json"]);
  await install(machine, unit, dropIn);
  const names = await property(machine, unit, "CapabilityBoundingSet");
  return names.toUpperCase().split(" ").sort();
}

async function install(machine: Machine, unit: string, dropIn: string): Promise<void> {
  await machine.succeed(["mkdir", "-p", `/etc/systemd/system/${unit}.d`]);
  await machine.writeFile(`/etc/systemd/system/${unit}.d/50-profile.conf`, `${dropIn}\n`);
  await machine.succeed(["systemctl", "daemon-reload"]);
}

/** Runs the functional test, which is not the soak, under the drop-in. */
async function confine(machine: Machine, name: string, unit: string, dropIn: string): Promise<void> {
  await install(machine, unit, dropIn);
  await machine.succeed(["systemctl", "restart", unit]);
  await machine.succeed([`${services}/${name}/functional.sh`]);
  await machine.succeed(
    `systemctl stop ${unit}; rm -r /etc/systemd/system/${unit}.d; systemctl daemon-reload`,
  );
}
