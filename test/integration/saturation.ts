/** A service that does some things seldom: what a soak misses is made visible, and one that goes on finds it. */
import type { ExecutionContext } from "ava";
import type { Profile, Run } from "../../src/profile/types.js";
import type { Machine, Outcome, Suite } from "./machine.js";
import { services, withMachine } from "./with-machine.js";

const unit = "example-rare.service";
const soak = ["--soak", `${services}/rare/soak.sh`];

export function testSaturation(suite: Suite): void {
  const testOn = withMachine(suite);

  testOn(
    "a soak that misses something says that it is too short, and what nobody exercised",
    async (t, machine) => {
      const { outcome, run, dropIn, wrote } = await learn(t, machine, soak);
      t.regex(
        outcome.stderr,
        /^saturation: the soak of \S+ s is too short to tell what another hour would show/m,
      );
      t.regex(
        outcome.stderr,
        /^not exercised: SIGUSR1 \(it has a handler .*\), port 7921 \(nobody connected to it\)$/m,
      );
      t.regex(dropIn, /\(not exercised: SIGUSR1,\s+(?:# )?port\s+(?:# )?7921\)/);
      t.deepEqual(run?.saturation?.signals, ["SIGUSR1"]);
      t.is(run?.saturation?.whole.chance, null);
      t.deepEqual(wrote, ["requests"]);
    },
  );

  testOn(
    "a soak that is repeated until it is saturated finds what one request in twenty does",
    async (t, machine) => {
      const { outcome, run, wrote } = await learn(t, machine, [
        ...soak,
        "--until-saturated",
        "--duration",
        "4m",
      ]);
      t.deepEqual(wrote, ["digest", "requests"]);
      t.is(run?.soak?.until, "saturation", outcome.stderr);
      t.true((run?.saturation?.repetitions ?? 0) >= 60);
      t.true((run?.saturation?.next ?? 1) <= 0.06, String(run?.saturation?.next));
      t.regex(
        outcome.stderr,
        /^ {2}last new fact after .* \((creates|writes) \/var\/lib\/example-rare\/digest\)$/m,
      );
      t.regex(outcome.stderr, /^not exercised: SIGUSR1 /m);
    },
  );

  testOn("a soak that is not saturated when its time is over says so", async (t, machine) => {
    const { outcome, run } = await learn(t, machine, [...soak, "--until-saturated=1%", "--duration", "2s"]);
    t.is(run?.soak?.until, "duration");
    t.regex(outcome.stderr, /^not saturated: the soak was over before it was$/m);
  });

  testOn("a signal that was sent is not missed", async (t, machine) => {
    // It listens when it has its handler; before, the signal would kill it.
    const command = `${services}/rare/soak.sh && kill -USR1 "$MAINPID" && sleep 0.5`;
    const { outcome, wrote } = await learn(t, machine, ["--soak", command]);
    t.deepEqual(wrote, ["dump", "requests"]);
    t.regex(outcome.stderr, /^not exercised: port 7921 /m);
  });
}

interface LearnedRare {
  readonly outcome: Outcome;
  readonly run: Run | undefined;
  readonly dropIn: string;
  /** Names of the files below /var/lib/example-rare that it made. */
  readonly wrote: readonly string[];
}

async function learn(
  t: ExecutionContext,
  machine: Machine,
  options: readonly string[],
): Promise<LearnedRare> {
  await machine.succeed(`rm -rf /var/lib/example-rare && ${services}/rare/install.sh`);
  await machine.exec(["systemctl", "reset-failed", unit]);
  const outcome = await machine.exec(
    ["profile", "run", unit, ...options, "--no-verify", "--out", "/root/rare"],
    {
      timeout: 280,
    },
  );
  t.is(outcome.exitCode, 0, outcome.stderr);
  const { facts, runs } = JSON.parse(await machine.readFile(`/root/rare/${unit}.profile.json`)) as Profile;
  const made = facts.flatMap((fact) => (fact.kind === "file" && fact.access === "create" ? [fact.path] : []));
  const wrote = made.flatMap((path) => /^\/var\/lib\/example-rare\/(.*)$/.exec(path)?.[1] ?? []);
  const dropIn = await machine.readFile(`/root/rare/${unit}.conf`);
  return { outcome, run: runs[0], dropIn, wrote: wrote.sort() };
}
