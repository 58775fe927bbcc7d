/** What is deployed works or is taken back; what is reverted is as it was before; a canary sees and denies nothing. */
import type { ExecutionContext } from "ava";
import type { Machine, Suite } from "./machine.js";
import { leftovers, property, unitState } from "./units.js";
import { withMachine } from "./with-machine.js";

const unit = "nginx.service";
const directory = `/etc/systemd/system/${unit}.d`;
const dropIn = `${directory}/50-profile.conf`;
const learned = `/root/profiles/${unit}.profile.json`;
const healthy = "curl --silent --fail --max-time 2 --output /dev/null http://127.0.0.1/";

/** Seconds within which a unit is back when the profiler was killed. */
const grace = 10;

interface StoredFact {
  readonly kind: string;
  readonly name?: string;
  readonly access?: string;
  readonly path?: string;
}

/** Learns nginx once. */
async function learn(t: ExecutionContext, machine: Machine): Promise<void> {
  const { exitCode } = await machine.exec(["test", "-e", learned]);
  if (exitCode === 0) return;
  await machine.succeed(["systemctl", "start", unit]);
  const soak = `${healthy}; curl --silent --output /dev/null http://127.0.0.1/none`;
  const run = await machine.exec([
    "profile",
    "run",
    unit,
    "--no-verify",
    "--soak",
    soak,
    "--out",
    "/root/profiles",
  ]);
  t.is(run.exitCode, 0, run.stderr);
}

/** Writes the profile without some of its facts. */
async function without(machine: Machine, path: string, gone: (fact: StoredFact) => boolean): Promise<void> {
  const profile = JSON.parse(await machine.readFile(learned)) as { readonly facts: readonly StoredFact[] };
  const facts = profile.facts.filter((fact) => !gone(fact));
  if (facts.length === profile.facts.length) throw new Error("no such fact was learned");
  await machine.writeFile(path, JSON.stringify({ ...profile, facts }));
}

/** Everything that is deployed, with its contents. */
function deployed(machine: Machine): Promise<string> {
  return machine.succeed(
    `find ${directory} /var/lib/sandbox-profiler ! -type d -exec sha256sum {} + 2>/dev/null | sort || true`,
  );
}

async function assertUntouched(
  t: ExecutionContext,
  machine: Machine,
  body: () => Promise<void>,
): Promise<void> {
  const before = { files: await deployed(machine), unit: await unitState(machine, unit) };
  await body();
  t.deepEqual({ files: await deployed(machine), unit: await unitState(machine, unit) }, before);
  t.is(await leftovers(machine, unit), "");
  await machine.succeed(healthy);
}

function apply(...options: readonly string[]): readonly string[] {
  return ["profile", "apply", unit, learned, "--watch", "1s", ...options];
}

export function testDeploy(suite: Suite): void {
  const testOn = withMachine(suite);

  testOn("an applied drop-in is in force, and a revert leaves no byte of it", async (t, machine) => {
    await learn(t, machine);
    await assertUntouched(t, machine, async () => {
      const applied = await machine.exec(apply("--health", healthy));
      t.is(applied.exitCode, 0, applied.stderr);
      t.regex(applied.stderr, /NOT PROVED/);
      t.is(await property(machine, unit, "DropInPaths"), dropIn);
      t.is(await property(machine, unit, "NoNewPrivileges"), "yes");
      t.is(await leftovers(machine, unit), "");
      await machine.succeed(healthy);
      t.is(await machine.succeed("stat -c %a /var/lib/sandbox-profiler"), "700");
      const reverted = await machine.exec(["profile", "revert", unit]);
      t.is(reverted.exitCode, 0, reverted.stderr);
      t.is((await machine.exec(["profile", "revert", unit])).exitCode, 2);
    });
  });

  testOn("a drop-in that was there before comes back with a revert", async (t, machine) => {
    await learn(t, machine);
    const byHand = `# Sandbox of ${unit}, learned by profile (sandbox-profiler) long ago.\n[Service]\nPrivateTmp=yes\n`;
    await machine.writeFile(dropIn, byHand);
    await machine.succeed(["systemctl", "daemon-reload"]);
    await machine.succeed(["systemctl", "restart", unit]);
    await assertUntouched(t, machine, async () => {
      t.is((await machine.exec(apply())).exitCode, 0);
      t.is(await property(machine, unit, "NoNewPrivileges"), "yes");
      t.is((await machine.exec(["profile", "revert", unit])).exitCode, 0);
    });
    await machine.succeed(`rm -r ${directory}; systemctl daemon-reload; systemctl restart ${unit}`);
  });

  testOn("what is not ours is not replaced", async (t, machine) => {
    await learn(t, machine);
    await machine.writeFile(dropIn, "[Service]\nPrivateTmp=yes\n");
    await machine.succeed(["systemctl", "daemon-reload"]);
    const foreign = await machine.exec(apply());
    t.is(foreign.exitCode, 2);
    t.is(
      foreign.stderr.trim().split("\n").at(-1),
      `profile: ${dropIn} is not a drop-in of profile: rename or remove it first`,
    );
    await machine.succeed(`rm -r ${directory}; systemctl daemon-reload`);
    const other = await machine.exec(["profile", "apply", "dbus.service", learned]);
    t.is(other.exitCode, 2);
    t.regex(other.stderr, /is of nginx\.service, not of dbus\.service/);
  });

  testOn("a service that does not come back is rolled back by itself", async (t, machine) => {
    await learn(t, machine);
    await without(
      machine,
      "/root/tight.json",
      ({ kind, access, path }) =>
        kind === "file" && access !== "read" && path?.startsWith("/var/log") === true,
    );
    await assertUntouched(t, machine, async () => {
      const applied = await machine.exec(["profile", "apply", unit, "/root/tight.json", "--watch", "1s"]);
      t.is(applied.exitCode, 1, applied.stderr);
      t.regex(applied.stdout, /^nginx\.service: rolled back, .*did not restart/);
    });
  });

  testOn(
    "a service that runs and does not serve is rolled back for the call that it is refused",
    async (t, machine) => {
      await learn(t, machine);
      // Without it the workers cannot be started, and nginx goes on.
      await without(
        machine,
        "/root/idle.json",
        ({ kind, name }) => kind === "syscall" && name === "socketpair",
      );
      await assertUntouched(t, machine, async () => {
        const command = ["profile", "apply", unit, "/root/idle.json", "--watch", "1s"];
        const refused = await machine.exec(command);
        t.is(refused.exitCode, 1, refused.stderr);
        t.regex(
          refused.stdout,
          /rolled back, .*: SystemCallFilter= refuses socketpair\(2\) to nginx \(\d times?\)/,
        );
      });
    },
  );

  testOn("a service that is not healthy is rolled back", async (t, machine) => {
    await learn(t, machine);
    await assertUntouched(t, machine, async () => {
      const unhealthy = await machine.exec([
        ...apply("--health", "exit 3", "--health-timeout", "1s"),
        "--json",
      ]);
      t.is(unhealthy.exitCode, 1, unhealthy.stderr);
      const { outcome, why } = JSON.parse(unhealthy.stdout) as {
        readonly outcome: string;
        readonly why: string;
      };
      t.deepEqual([outcome, why], ["rolled-back", "the health command failed: exit status 3"]);
    });
  });

  testOn(
    `a profiler that is killed while it applies leaves the unit as it was within ${grace} s`,
    async (t, machine) => {
      await learn(t, machine);
      await assertUntouched(t, machine, async () => {
        const milliseconds = await machine.succeed(`
        profile apply ${unit} ${learned} --watch 60s >/root/killed.log 2>&1 &
        until grep -q watching /root/killed.log || ! kill -0 $!; do sleep 0.05; done
        [ "$(systemctl show --value -p NoNewPrivileges ${unit})" = yes ]
        kill -KILL $!
        start=$(date +%s%N)
        restored() { [ "$(systemctl is-active ${unit})" = active ] && [ -z "$(ls /run/sandbox-profiler/units)" ]; }
        until restored || [ $(( ($(date +%s%N) - start) / 1000000000 )) -gt 30 ]; do sleep 0.1; done
        echo $(( ($(date +%s%N) - start) / 1000000 ))`);
        // Other machines have instances, too.
        const own = "sandbox-profiler-$(readlink /proc/self/ns/pid | tr -dc 0-9)-";
        t.is(await machine.succeed(`ls /sys/kernel/tracing/instances | grep -c "${own}" || true`), "0");
        t.true(Number(milliseconds) <= grace * 1000, `took ${milliseconds} ms`);
      });
    },
  );

  testOn("a service that does not run is confined, and said to be untried", async (t, machine) => {
    await learn(t, machine);
    await machine.succeed(["systemctl", "stop", unit]);
    const applied = await machine.exec([...apply(), "--json"]);
    t.is(applied.exitCode, 0, applied.stderr);
    t.is((JSON.parse(applied.stdout) as { readonly outcome: string }).outcome, "untried");
    t.is(await property(machine, unit, "ActiveState"), "inactive");
    t.is((await machine.exec(["profile", "revert", unit])).exitCode, 0);
    t.is(await deployed(machine), "");
    await machine.succeed(["systemctl", "start", unit]);
  });

  testOn("a canary reports the call that a profile lacks, and denies nothing", async (t, machine) => {
    await learn(t, machine);
    await without(machine, "/root/blind.json", ({ kind, name }) => kind === "syscall" && name === "sendfile");
    await assertUntouched(t, machine, async () => {
      const applied = await machine.exec([
        "profile",
        "apply",
        "--canary",
        unit,
        "/root/blind.json",
        "--watch",
        "1s",
      ]);
      t.is(applied.exitCode, 0, applied.stderr);
      t.is(await property(machine, unit, "NoNewPrivileges"), "no");
      await machine.succeed(healthy);
      await machine.succeed(healthy);
      const seen = await machine.exec(["profile", "canary", unit, "--json", "-o", "/root/seen.json"]);
      t.is(seen.exitCode, 1, seen.stderr);
      const { calls } = JSON.parse(seen.stdout) as {
        readonly calls: readonly {
          readonly call: string;
          readonly count: number;
          readonly programs: readonly { readonly exe: string }[];
        }[];
      };
      t.deepEqual(
        calls.map(({ call }) => call),
        ["sendfile"],
      );
      t.true((calls[0]?.count ?? 0) >= 2);
      t.deepEqual(
        calls[0]?.programs.map(({ exe }) => exe),
        ["/usr/sbin/nginx"],
      );
      // What was seen makes the profile whole again, and a canary of that has nothing to report.
      await machine.succeed("profile merge /root/blind.json /root/seen.json -o /root/whole.json");
      await machine.succeed(["profile", "apply", "--canary", unit, "/root/whole.json", "--watch", "1s"]);
      await machine.succeed(healthy);
      const silent = await machine.exec(["profile", "canary", unit]);
      t.is(silent.exitCode, 0, silent.stdout);
      await machine.succeed(["profile", "revert", unit]);
      await machine.succeed(["profile", "revert", unit]);
    });
    t.is((await machine.exec(["profile", "canary", unit])).exitCode, 2);
  });
}
