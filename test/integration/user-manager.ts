/** A command that a user learns without being root, and that the systemd of that user runs under what was learned. */
import type { ExecutionContext } from "ava";
import { type Machine, projectPath, type Suite } from "./machine.js";
import { journalCursor, refusalsIn } from "./units.js";
import { type MachineTest, withMachine } from "./with-machine.js";

const user = "alice";
const home = `/home/${user}`;
const server = "/opt/fixtures/user-manager/server.py";
const unit = "visits.service";
const units = `${home}/.config/systemd/user`;
/** What the service says, and what its manager says of it. */
const journal = [`_SYSTEMD_USER_UNIT=${unit}`, "+", `USER_UNIT=${unit}`];
const profile = `${home}/profiles/python3.profile.json`;

export function testUserManager(suite: Suite): void {
  const testOn = withMachine(suite);
  testService(testOn);
  testUsage(testOn);
}

function testService(testOn: MachineTest): void {
  testOn(
    "a command works as a service of its user's manager under the drop-in that he learned",
    async (t, machine) => {
      await startManager(machine);
      await machine.copyDirectory(projectPath("test/fixtures/user-manager"), "/opt/fixtures/user-manager");
      const dropIn = await learn(t, machine);
      await asUser(machine, `mkdir -p ${units}/${unit}.d && cat >${units}/${unit}`, serviceOf(server));
      t.deepEqual(await start(machine), { usr: "EACCES", tmp: "allowed", personality: "allowed" });
      t.is(await complaints(machine), "");

      for (const [posture, text] of [
        ["strict", dropIn],
        ["isolated", await asUser(machine, `profile synthesize --user --posture isolated ${profile}`)],
      ] as const) {
        await asUser(machine, `cat >${units}/${unit}.d/50-profile.conf`, `${text}\n`);
        await asUser(machine, "systemctl --user daemon-reload");
        t.is(await complaints(machine), "", `${posture}: systemd-analyze verify complains`);
        const cursor = await journalCursor(machine);
        const seen = await start(machine);
        t.deepEqual(seen, { usr: "EROFS", tmp: "allowed", personality: "EPERM" }, posture);
        await checkConfinement(t, machine);
        await asUser(machine, `systemctl --user stop ${unit}`);
        t.is(await property(machine, "Result"), "success", posture);
        t.deepEqual(await refusalsIn(machine, journal, cursor), [], posture);
      }
    },
  );
}

function testUsage(testOn: MachineTest): void {
  testOn("--user says in one line what it cannot learn", async (t, machine) => {
    for (const [command, message] of [
      ["profile run --user ssh.service", /^profile: .*cannot be learned yet.*$/],
      ["profile run --user -- true", /^profile: --user learns a command as the user who will run it.*$/],
    ] as const) {
      const { exitCode, stderr, stdout } = await machine.exec(command);
      t.is(exitCode, 2, command);
      t.regex(stderr.trim(), message);
      t.is(stdout, "");
    }
  });
}

/** A user and his manager, without a login: pam_systemd, which would tell it its directory, is not in every system. */
async function startManager(machine: Machine): Promise<void> {
  await machine.succeed(["useradd", "--create-home", "--shell", "/bin/sh", user]);
  await machine.writeFile(
    "/etc/systemd/system/user@.service.d/environment.conf",
    "[Service]\nEnvironment=XDG_RUNTIME_DIR=/run/user/%i\n",
  );
  await machine.succeed(["systemctl", "daemon-reload"]);
  await machine.succeed(`systemctl start user@$(id --user ${user}).service`);
}

/** Runs a command of the shell as the user, in his home directory; what it printed. */
async function asUser(machine: Machine, command: string, input = ""): Promise<string> {
  const shell = ["sh", "-euc", `cd; export XDG_RUNTIME_DIR=/run/user/$(id -u); ${command}`];
  return machine.succeed(["runuser", "-u", user, "--", "env", `HOME=${home}`, ...shell], { input });
}

async function learn(t: ExecutionContext, machine: Machine): Promise<string> {
  const soak = "curl -sS localhost:8790 && curl -sS localhost:8790";
  await asUser(machine, `profile run --user --out profiles --soak '${soak}' -- python3 ${server}`);
  const dropIn = await asUser(machine, "cat profiles/python3.conf");
  const [, written = ""] = dropIn.split("\n");
  t.true(written.startsWith(`# Written for the user manager of systemd ${machine.systemd}, `), written);
  t.is(await asUser(machine, `profile synthesize --user ${profile}`), dropIn);
  t.notRegex(dropIn, /^(?:IPAddress|Device|SocketBind|RestrictNetworkInterfaces|User|DynamicUser)/m);
  return dropIn;
}

const serviceOf = (path: string): string => `[Service]\nExecStart=python3 ${path}\n`;

/** What the service answers, once it is up and counts its visits. */
async function start(machine: Machine): Promise<object> {
  await asUser(machine, `systemctl --user daemon-reload && systemctl --user restart ${unit}`);
  const get = (path: string): Promise<string> =>
    machine.succeed([
      "curl",
      "-sS",
      "--retry",
      "20",
      "--retry-connrefused",
      "--retry-delay",
      "1",
      `localhost:8790/${path}`,
    ]);
  const [before, after] = [Number(await get("")), Number(await get(""))];
  if (after !== before + 1) {
    throw new Error(`the service counted ${before}, ${after}`);
  }
  return { usr: await get("usr"), tmp: await get("tmp"), personality: await get("personality") };
}

/** The kernel's view of the main process. */
async function checkConfinement(t: ExecutionContext, machine: Machine): Promise<void> {
  const pid = await property(machine, "MainPID");
  const status = await machine.readFile(`/proc/${pid}/status`);
  t.regex(status, /^NoNewPrivs:\t1$/m);
  t.regex(status, /^CapBnd:\t0+$/m);
  for (const namespace of ["user", "mnt", "ipc", "uts"]) {
    const [own, host] = [`/proc/${pid}/ns/${namespace}`, `/proc/1/ns/${namespace}`];
    t.not(await machine.succeed(["readlink", own]), await machine.succeed(["readlink", host]), namespace);
  }
}

async function property(machine: Machine, name: string): Promise<string> {
  return asUser(machine, `systemctl --user show --value --property ${name} ${unit}`);
}

async function complaints(machine: Machine): Promise<string> {
  return asUser(machine, `systemd-analyze --user verify --man=no ${unit} 2>&1`);
}
