/** `--adopt-advice`: a root service works as a user that systemd makes up, and as root again when the drop-in is gone. */
import type { ExecutionContext } from "ava";
import type { Machine, Suite } from "./machine.js";
import { journalCursor, property, refusals } from "./units.js";
import { services, withMachine } from "./with-machine.js";

const unit = "example-adoptable.service";
const fixture = `${services}/adoptable`;
const dropIn = `/etc/systemd/system/${unit}.d/50-profile.conf`;
const profile = `/root/profiles/${unit}.profile.json`;

const adopted = [
  "DynamicUser=yes",
  "SupplementaryGroups=adm",
  "AmbientCapabilities=CAP_NET_BIND_SERVICE",
  "StateDirectory=example-adoptable",
  "StateDirectoryMode=0750",
  "RuntimeDirectory=example-adoptable",
];

/** Users that systemd makes up (systemd.exec(5), DynamicUser=). */
const [firstDynamicUid, lastDynamicUid] = [61_184, 65_519];

export function testAdoption(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("a root service that needs not be root works under DynamicUser= with its own directories", adopt);
}

async function adopt(t: ExecutionContext, machine: Machine): Promise<void> {
  await machine.succeed([`${fixture}/install.sh`]);
  await machine.succeed(["systemctl", "start", unit]);
  const run = await machine.exec(
    ["profile", "run", unit, "--adopt-advice", "--soak", `${fixture}/soak.sh`, "--out", "/root/profiles"],
    { timeout: 240 },
  );
  t.is(run.exitCode, 0, run.stderr);
  t.regex(run.stderr, /^adopted advice: DynamicUser=yes, /m);
  const lines = run.stdout.split("\n");
  t.deepEqual(
    adopted.filter((line) => !lines.includes(line)),
    [],
    run.stdout,
  );

  const advised = await machine.succeed(["profile", "synthesize", profile]);
  t.deepEqual(
    adopted.filter((line) => !advised.includes(`#     ${line}`)),
    [],
    "without --adopt-advice the same lines are advice",
  );
  t.regex(advised, /^ReadWritePaths=-?\/run\/example-adoptable$/m);

  await machine.succeed(["mkdir", "-p", `/etc/systemd/system/${unit}.d`]);
  await machine.writeFile(dropIn, run.stdout);
  await machine.succeed(["systemctl", "daemon-reload"]);
  const cursor = await journalCursor(machine);
  await exercise(t, machine);
  t.is(await property(machine, unit, "DynamicUser"), "yes");
  t.deepEqual(await refusals(machine, unit, cursor), [], "the journal speaks of refusals");

  // Learned again, also without the option, it stays who it is: its files are that user's by now.
  const again = await machine.exec(
    ["profile", "run", unit, "--soak", `${fixture}/soak.sh`, "--out", "/root/profiles"],
    { timeout: 240 },
  );
  t.is(again.exitCode, 0, again.stderr);
  const kept = again.stdout.split("\n");
  t.deepEqual(
    adopted.filter((line) => !kept.includes(line)),
    [],
    again.stdout,
  );
  await machine.writeFile(dropIn, again.stdout);
  await machine.succeed(["systemctl", "daemon-reload"]);
  await exercise(t, machine);
  t.deepEqual(await refusals(machine, unit, cursor), [], "the journal speaks of refusals");

  await machine.succeed(["rm", "-r", `/etc/systemd/system/${unit}.d`]);
  await machine.succeed(["systemctl", "daemon-reload"]);
  await machine.succeed(["systemctl", "restart", unit]);
  t.is(await uidOf(machine), 0);
  await machine.succeed([`${fixture}/functional.sh`]);
  await machine.succeed(["systemctl", "stop", unit]);
}

/** Restart, reload and restart again; what it had stored as root is still there. */
async function exercise(t: ExecutionContext, machine: Machine): Promise<void> {
  for (const step of ["restart", "reload", "restart"]) {
    const { exitCode, stderr } = await machine.exec(["systemctl", step, unit]);
    const works = await machine.exec([`${fixture}/functional.sh`]);
    const log = await machine.succeed(`journalctl --no-pager -o cat -n 15 -u ${unit}`);
    t.deepEqual([exitCode, works.exitCode], [0, 0], `${step}: ${stderr}\n${works.stderr}\n${log}`);
    const uid = await uidOf(machine);
    t.true(uid >= firstDynamicUid && uid <= lastDynamicUid, `it runs as ${uid}`);
  }
}

async function uidOf(machine: Machine): Promise<number> {
  const pid = await property(machine, unit, "MainPID");
  return Number(await machine.succeed(`awk '/^Uid:/ { print $2 }' /proc/${pid}/status`));
}
