import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { Session } from "../../src/learning/session.js";
import { tracerOf } from "../../src/tracers/process.js";
import { traced } from "../tracers/tracing.js";

const directory = mkdtempSync(join(tmpdir(), "session-"));
test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

let directories = 0;
/** A session that keeps its traces in a directory of its own; closed after the test. */
async function open(t: ExecutionContext): Promise<{ session: Session; traces: string }> {
  const traces = join(directory, `${directories++}`);
  const session = await Session.open({ keepTraces: traces });
  t.teardown(() => session.close());
  return { session, traces };
}

/** A shell that reads commands from its standard input; killed after the test. */
function shell(t: ExecutionContext): { pid: number; say: (line: string) => void } {
  const child = spawn("sh", { stdio: ["pipe", "ignore", "ignore"] });
  t.teardown(() => child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error("sh does not start");
  return { pid: child.pid, say: (line) => child.stdin.write(`${line}\n`) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

traced(
  "an attached process is let go of when the session ends, and its trace is kept on request",
  async (t) => {
    const { session, traces } = await open(t);
    const { pid } = shell(t);
    await session.attach(pid, { label: "main", begins: "at-once" });
    t.not(tracerOf(pid), 0);
    await session.finish();
    t.is(tracerOf(pid), 0);
    t.deepEqual(readdirSync(traces), ["main.strace"]);
  },
);

traced("two processes with the same label are kept apart", async (t) => {
  const { session, traces } = await open(t);
  await session.attach(shell(t).pid, { label: "a/b", begins: "at-once" });
  await session.attach(shell(t).pid, { label: "a/b", begins: "at-once" });
  t.deepEqual((await session.finish()).incomplete, []);
  t.deepEqual(readdirSync(traces).sort(), ["a_b-2.strace", "a_b.strace"]);
});

traced("a tracer that dies before what it traced makes the evidence incomplete", async (t) => {
  const { session, traces } = await open(t);
  const { pid, say } = shell(t);
  await session.attach(pid, { label: "main", begins: "at-once" });
  say("true");
  await until(() => readFileSync(join(traces, "main.strace"), "utf8").includes("\n"));
  process.kill(tracerOf(pid), "SIGKILL");
  await until(() => tracerOf(pid) === 0);
  const { incomplete } = await session.finish();
  t.regex(incomplete[0] ?? "", /^main: strace ended by SIGKILL before what it traced \(1 still running\)$/);
});

traced("what a process did before a phase began is evidence of the phase before", async (t) => {
  const { session } = await open(t);
  const { pid, say } = shell(t);
  const [first, second] = [join(directory, "in-soak"), join(directory, "in-stop")];
  await session.attach(pid, { label: "main", begins: "at-once" });
  await session.phase("soak");
  say(`echo >${first}`);
  await until(() => readdirSync(directory).includes("in-soak"));
  await session.phase("stop");
  say(`echo >${second}`);
  await until(() => readdirSync(directory).includes("in-stop"));
  const { evidence } = await session.finish();
  const phaseOf = (path: string): (string | undefined)[] =>
    Object.entries(evidence)
      .filter(([id]) => id.includes(path) && id.includes('"create"'))
      .map(([, { phase }]) => phase);
  t.deepEqual([phaseOf(first), phaseOf(second)], [["soak"], ["stop"]]);
});

traced("a soak is sampled by its repetitions, also while it goes on", async (t) => {
  const { session } = await open(t);
  const { pid, say } = shell(t);
  await session.attach(pid, { label: "main", begins: "at-once" });
  await session.phase("soak", "repetition");
  for (const name of ["one", "two", "three"]) {
    await session.repeat();
    say(`echo >>${join(directory, "each")}; echo >${join(directory, `only-${name}`)}`);
    await until(() => readdirSync(directory).includes(`only-${name}`));
  }
  const now = await session.saturation();
  t.like(now, { by: "repetition", repetitions: 3, units: 3 });
  session.endSaturated();
  await session.phase("stop");
  const { saturation, saturated } = await session.finish();
  t.true(saturated);
  t.like(saturation, { by: "repetition", repetitions: 3, units: 3, every: saturation?.every ?? 0 });
  t.true((saturation?.classes.writes.seen ?? 0) >= 4);
});

traced("a program that waits has settled; one that works has not", async (t) => {
  const { session } = await open(t);
  const { pid, say } = shell(t);
  await session.attach(pid, { label: "main", begins: "at-once" });
  t.true(await session.settle(50, 10_000));
  say("while :; do kill -0 $$; done");
  t.false(await session.settle(200, 600));
});

traced("a process that is gone is named", async (t) => {
  const { session } = await open(t);
  t.like(await t.throwsAsync(session.attach(4194305, { label: "main" })), { exitCode: 4 });
});
