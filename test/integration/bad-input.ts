/** Bad input and hosts that cannot: one clear line, the right exit code, nothing changed. */
import type { ExecutionContext } from "ava";
import type { Machine, Outcome } from "./machine.js";
import { leftovers, property, unitState } from "./units.js";
import type { MachineTest } from "./with-machine.js";

/** Exit codes of `profile`. */
const badUsage = 2;
const hostCannot = 3;
const serviceFailed = 4;

/** The command said one line on standard error that fits the pattern, and nothing on standard output. */
function refused(t: ExecutionContext, outcome: Outcome, exitCode: number, pattern: RegExp): void {
  t.is(outcome.exitCode, exitCode, outcome.stderr);
  t.is(outcome.stdout, "");
  t.regex(outcome.stderr, pattern);
  t.is(outcome.stderr.split("\n").length, 1, `more than one line:\n${outcome.stderr}`);
}

const out = ["--out", "/root/bad-input"] as const;

/** A service in the machine for one test; its state must be the same before and after. */
async function untouched(
  t: ExecutionContext,
  machine: Machine,
  unit: string,
  body: () => Promise<void>,
): Promise<void> {
  const before = await unitState(machine, unit);
  await body();
  t.deepEqual(await unitState(machine, unit), before);
  t.is(await leftovers(machine, unit), "");
}

export function testBadInput(testOn: MachineTest): void {
  testOn("an unknown unit exits 2", async (t, machine) => {
    const run = await machine.exec(["profile", "run", "no-such.service", "--soak", "true", ...out]);
    refused(t, run, badUsage, /no-such\.service/);
  });

  testOn("a masked unit exits 2", async (t, machine) => {
    await machine.succeed(["systemctl", "mask", "redis-server"]);
    const run = await machine.exec(["profile", "run", "redis-server.service", "--soak", "true", ...out]);
    await machine.succeed(["systemctl", "unmask", "redis-server"]);
    refused(t, run, badUsage, /redis-server\.service.*masked|masked.*redis-server\.service/);
  });

  testOn("a unit that fails to start exits 4 and stays as it was", async (t, machine) => {
    const unit = "example-broken.service";
    await machine.writeFile(
      `/etc/systemd/system/${unit}`,
      "[Service]\nType=notify\nExecStart=/bin/sh -c 'exit 9'\n",
    );
    await machine.succeed(["systemctl", "daemon-reload"]);
    await untouched(t, machine, unit, async () => {
      const run = await machine.exec(["profile", "run", unit, "--soak", "true", ...out]);
      t.is(run.exitCode, serviceFailed, run.stderr);
      t.regex(run.stderr, /example-broken\.service/);
    });
  });

  testOn("a soak that exits 1 exits 4, and the partial profile is written", async (t, machine) => {
    const unit = "nginx.service";
    await machine.succeed(["systemctl", "start", unit]);
    await untouched(t, machine, unit, async () => {
      const run = await machine.exec(["profile", "run", unit, "--soak", "exit 1", ...out]);
      t.is(run.exitCode, serviceFailed, run.stderr);
      t.regex(run.stderr, /soak.*1/);
    });
    const { facts } = JSON.parse(await machine.readFile(`/root/bad-input/${unit}.profile.json`)) as {
      facts: unknown[];
    };
    t.true(facts.length > 0);
  });

  testOn("without root it exits 3", async (t, machine) => {
    await machine.succeed(["systemctl", "start", "nginx"]);
    await untouched(t, machine, "nginx.service", async () => {
      const asDaemon = ["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups"];
      const run = await machine.exec([
        ...asDaemon,
        "profile",
        "run",
        "nginx",
        "--soak",
        "true",
        "--out",
        "/tmp/out",
      ]);
      refused(t, run, hostCannot, /root/);
    });
  });

  testOn("without strace it exits 3", async (t, machine) => {
    await machine.succeed(["systemctl", "start", "nginx"]);
    await machine.succeed(["mv", "/usr/bin/strace", "/usr/bin/strace.away"]);
    try {
      await untouched(t, machine, "nginx.service", async () => {
        const run = await machine.exec(["profile", "run", "nginx", "--soak", "true", ...out]);
        refused(t, run, hostCannot, /strace/);
      });
    } finally {
      await machine.succeed(["mv", "/usr/bin/strace.away", "/usr/bin/strace"]);
    }
  });

  for (const [what, path] of [
    ["a directory", "/etc"],
    ["a binary", "/bin/true"],
    ["an empty file", "/dev/null"],
    ["a file that is not there", "/no/such/trace"],
  ] as const) {
    testOn(`import of ${what} exits 2`, async (t, machine) => {
      const run = await machine.exec(["profile", "import", path, "-o", "/root/bad-input/import.json"]);
      refused(t, run, badUsage, new RegExp(path));
      t.is((await machine.exec(["test", "-e", "/root/bad-input/import.json"])).exitCode, 1);
    });
  }

  testOn("a second profiler on the same unit is refused", async (t, machine) => {
    await machine.succeed(["systemctl", "start", "nginx"]);
    const soak =
      "profile run nginx --soak true --out /root/second 2>/root/second.err; echo $? >/root/second.status";
    const run = await machine.exec(["profile", "run", "nginx", "--soak", soak, ...out]);
    t.is(run.exitCode, 0, run.stderr);
    t.is((await machine.readFile("/root/second.status")).trim(), String(hostCannot));
    t.is((await machine.readFile("/root/second.err")).split("\n").length, 1);
    t.is(await property(machine, "nginx", "ActiveState"), "active");
  });
}
