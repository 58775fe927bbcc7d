import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { statusField, threads, tracerOf } from "../../src/tracers/process.js";
import { attachStrace, namesArchitectures, runUnderStrace, traceOptions } from "../../src/tracers/strace.js";
import { traced } from "./tracing.js";

const directory = mkdtempSync(join(tmpdir(), "strace-"));
test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function traceFile(): string {
  const path = join(directory, `${files++}`);
  writeFileSync(path, "");
  return path;
}

/** A process that waits on its standard input; killed after the test. */
function waiting(
  t: ExecutionContext,
  program: string,
  args: readonly string[] = [],
): { child: ChildProcess; pid: number } {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
  t.teardown(() => child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error(`${program} does not start`);
  return { child, pid: child.pid };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

test("the options ask for changes of architecture as soon as strace can name them", (t) => {
  const old = { path: "strace", setpriv: undefined, version: { major: 5, minor: 5 } };
  const recent = { ...old, version: { major: 5, minor: 6 } };
  t.false(traceOptions(old, "f").includes("quiet=attach"));
  t.true(traceOptions(recent, "f").includes("quiet=attach"));
  t.deepEqual([namesArchitectures(old), namesArchitectures(recent)], [false, true]);
});

traced(
  "an attached process is traced from then on, and runs on untraced when it is detached",
  async (t, strace) => {
    const { child, pid } = waiting(t, "cat");
    const file = traceFile();
    const tracer = await attachStrace(pid, file, strace);
    t.is(tracerOf(pid), tracer.pid);
    child.stdin?.write("hello");
    await until(() => /^\d+ \d+\.\d+ write\(1<[^ ]+>, "hello", 5\) += 5$/m.test(readFileSync(file, "utf8")));
    const end = await tracer.detach();
    t.true(end.detached);
    t.is(tracerOf(pid), 0);
    t.regex(statusField(pid, "State") ?? "", /^[SR]/);
    child.stdin?.end();
  },
);

traced("all threads of a process are attached", async (t, strace) => {
  const { pid } = waiting(t, process.execPath, ["-e", "process.stdin.resume()"]);
  await until(() => threads(pid).length > 4);
  const tracer = await attachStrace(pid, traceFile(), strace);
  t.deepEqual(new Set(threads(pid).map(tracerOf)), new Set([tracer.pid]));
  await tracer.detach();
});

traced("when the tracer is killed its end says so and the process survives", async (t, strace) => {
  const { pid } = waiting(t, "cat");
  const tracer = await attachStrace(pid, traceFile(), strace);
  process.kill(tracer.pid, "SIGKILL");
  t.like(await tracer.ended, { signal: "SIGKILL", detached: false });
  t.is(tracerOf(pid), 0);
});

traced(
  "a tracer that was killed has not detached, even if it is asked to before its end is known",
  async (t, strace) => {
    const { pid } = waiting(t, "cat");
    const tracer = await attachStrace(pid, traceFile(), strace);
    process.kill(tracer.pid, "SIGKILL");
    t.like(await tracer.detach(), { signal: "SIGKILL", detached: false });
  },
);

traced("when the process ends by itself strace ends well", async (t, strace) => {
  const { child, pid } = waiting(t, "cat");
  const tracer = await attachStrace(pid, traceFile(), strace);
  child.stdin?.end();
  t.like(await tracer.ended, { code: 0, signal: null, detached: false });
});

traced(
  "a process that is gone or traced by another cannot be attached, and the message says which",
  async (t, strace) => {
    // Larger than the largest pid (PID_MAX_LIMIT, include/linux/threads.h).
    const gone = await t.throwsAsync(attachStrace(4194305, traceFile(), strace));
    t.like(gone, { exitCode: 4 });
    t.regex(gone.message, /process 4194305 could not be traced/);
    const { pid } = waiting(t, "cat");
    const first = await attachStrace(pid, traceFile(), strace);
    t.like(await t.throwsAsync(attachStrace(pid, traceFile(), strace)), { exitCode: 3 });
    await first.detach();
  },
);

traced(
  "a command's exit status is strace's, its first line is its execve and its pid is its own",
  async (t, strace) => {
    const file = traceFile();
    const { tracer, pid } = await runUnderStrace(["sh", "-c", "exit 7"], file, strace);
    t.like(await tracer.ended, { code: 7, signal: null });
    t.true(readFileSync(file, "utf8").startsWith(`${pid} `));
    t.regex(readFileSync(file, "utf8"), /^\d+ \d+\.\d+ execve\("/);
  },
);

traced(
  "a command runs in its directory, in another session than ours, with arguments that look like options",
  async (t, strace) => {
    const file = traceFile();
    const { tracer } = await runUnderStrace(
      ["sh", "-c", 'test "$PWD" = / && test "$1" = --help', "-", "--help"],
      file,
      strace,
      {
        cwd: "/",
      },
    );
    t.like(await tracer.ended, { code: 0 });
  },
);

traced("a command in a terminal sees one", async (t, strace) => {
  const file = traceFile();
  const { tracer, pid } = await runUnderStrace(
    ["sh", "-c", "test -t 0 && test -t 1 && exit 5"],
    file,
    strace,
    { pty: true },
  );
  t.is(typeof pid, "number");
  t.like(await tracer.ended, { code: 5, signal: null });
});
