import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { learnCommand } from "../../src/learning/command.js";
import { statusField } from "../../src/tracers/process.js";
import { traced } from "../tracers/tracing.js";

const directory = mkdtempSync(join(tmpdir(), "command-"));
test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function newPath(): string {
  return join(directory, `${files++}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

/** Traces take as long as they take on a busy machine. */
test.beforeEach((t) => {
  t.timeout(60_000);
});

traced("a command that ends well is a soak without failure, of a plain unit with its name", async (t) => {
  const learned = await learnCommand({ argv: ["true"], pty: false });
  t.is(learned.failure, undefined);
  t.deepEqual(learned.phases, ["soak"]);
  t.deepEqual(learned.incomplete, []);
  t.like(learned.unit, { name: "true", installed: false, type: "simple", rootDirectory: "" });
  t.is(learned.unit.user === "", process.getuid?.() === 0);
  t.true(learned.duration > 0);
});

traced("a command that fails says how", async (t) => {
  t.is(
    (await learnCommand({ argv: ["sh", "-c", "exit 7"], pty: false })).failure,
    "sh: exited with status 7",
  );
  t.is(
    (await learnCommand({ argv: ["sh", "-c", "kill -9 $$"], pty: false })).failure,
    "sh: was ended by SIGKILL",
  );
});

traced("a command that does not exist, or is no program, is bad input", async (t) => {
  for (const name of ["no-such-command", "/etc/passwd", "/", ""]) {
    const error = await t.throwsAsync(learnCommand({ argv: [name] }));
    t.like(error, { exitCode: 2 }, name);
  }
});

traced("a server is soaked and then ended, which is no failure", async (t) => {
  const ended = newPath();
  const server = `trap 'echo >${ended}; exit 3' TERM; sleep 1000 & wait`;
  const learned = await learnCommand({ argv: ["sh", "-c", server], soak: { duration: 0.2 }, pty: false });
  t.is(learned.failure, undefined);
  t.deepEqual(learned.phases, ["start", "soak", "stop"]);
  t.is(readFileSync(ended, "utf8"), "\n");
});

traced("processes that the command left in the background are ended too", async (t) => {
  const pidFile = newPath();
  await learnCommand({
    argv: ["sh", "-c", `sleep 1000 & echo $! >${pidFile}`],
    soak: { duration: 0.1 },
    pty: false,
  });
  t.false(isRunning(Number(readFileSync(pidFile, "utf8"))));
});

traced("a soak command that fails, and a server that fails during the soak, are failures", async (t) => {
  const soak = await learnCommand({ argv: ["sleep", "100"], soak: { command: "exit 9" }, pty: false });
  t.regex(soak.failure ?? "", /^sleep: .*soak command.*9$/);
  const server = await learnCommand({ argv: ["sh", "-c", "exit 4"], soak: { duration: 100 }, pty: false });
  t.is(server.failure, "sh: exited with status 4");
});

/** `profile run -- sh -c SCRIPT` in a process of its own, to which signals can be sent. */
function learning(script: string): {
  child: ChildProcess;
  result: Promise<unknown>;
  exit: Promise<unknown[]>;
} {
  const module = new URL("../../src/learning/command.js", import.meta.url);
  const program = `
    const { learnCommand } = await import(${JSON.stringify(module)});
    const progress = (said) => process.send({ said });
    const { failure, phases } = await learnCommand({ argv: ["sh", "-c", ${JSON.stringify(script)}], progress })
      .catch(({ message, exitCode }) => ({ failure: exitCode + " " + message }));
    process.send({ failure, phases });
    process.disconnect();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const result = once(child, "message").then(([message]) => message as unknown);
  return { child, result, exit: once(child, "exit") };
}

traced("processes that the command leaves behind are told of, and Ctrl-C ends them", async (t) => {
  const path = newPath();
  const { child, result } = learning(`(${waiting(path)}) & until test -s ${path}; do sleep .01; done`);
  const told = once(child, "message");
  t.deepEqual(await told, [
    { said: "the command has ended but left 1 process running; Ctrl-C ends the learning" },
    undefined,
  ]);
  const end = once(child, "message");
  child.kill("SIGINT");
  t.deepEqual(await end, [{ phases: ["soak", "stop"] }, undefined]);
  t.truthy(await result);
  await until(() => !isRunning(Number(readFileSync(path, "utf8"))));
});

/** A script that tells its process id in `path` and then waits. */
function waiting(path: string): string {
  return `echo $$ >${path}.new; mv ${path}.new ${path}; exec sleep 1000`;
}

function isThere(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

/** A zombie has ended; in a container there may be nobody who reaps it. */
function isRunning(pid: number): boolean {
  return !/^Z|^$/.test(statusField(pid, "State") ?? "");
}

traced("Ctrl-C ends the command, and what was seen counts", async (t) => {
  const path = newPath();
  const { child, result } = learning(waiting(path));
  await until(() => isThere(path));
  child.kill("SIGINT");
  t.deepEqual(await result, { phases: ["soak", "stop"] });
  await until(() => !isRunning(Number(readFileSync(path, "utf8"))));
  t.pass();
});

traced("SIGTERM ends the command and the run", async (t) => {
  const path = newPath();
  const { child, result } = learning(waiting(path));
  await until(() => isThere(path));
  child.kill("SIGTERM");
  t.deepEqual(await result, { failure: "143 ended by SIGTERM" });
  await until(() => !isRunning(Number(readFileSync(path, "utf8"))));
  t.pass();
});

traced(
  "a profiler that is killed takes command and tracer with it",
  async (t) => {
    const path = newPath();
    const { child, result, exit } = learning(waiting(path));
    result.catch(() => undefined);
    await until(() => isThere(path));
    child.kill("SIGKILL");
    await exit;
    await until(() => !isRunning(Number(readFileSync(path, "utf8"))));
    t.pass();
  },
  ({ setpriv }) => (setpriv === undefined ? "setpriv is missing" : undefined),
);
