import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, testProp } from "@fast-check/ava";
import test, { type ExecutionContext } from "ava";
import { atLeast, findProgram, findStrace, parseVersion } from "../../src/tracers/find.js";

/** A directory with executables `name: script`, removed after the test. */
async function programs(t: ExecutionContext, scripts: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "find-"));
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, name), 0o755);
  }
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test("without strace on PATH the message says how to install it", async (t) => {
  const error = await t.throwsAsync(findStrace({ PATH: "/nonexistent" }));
  t.like(error, { exitCode: 3 });
  t.regex(error.message, /^strace is not on PATH; .*apt install strace.*dnf install strace\)$/);
});

test("a strace older than 5.0 is refused", async (t) => {
  const PATH = await programs(t, { strace: "echo 'strace -- version 4.26'" });
  const error = await t.throwsAsync(findStrace({ PATH }));
  t.like(error, { exitCode: 3 });
  t.regex(error.message, /^strace 4\.26 is too old, 5\.0 is needed; /);
});

test("a strace that is broken is named", async (t) => {
  const PATH = await programs(t, { strace: "exit 127" });
  t.like(await t.throwsAsync(findStrace({ PATH })), { exitCode: 3 });
  const other = await programs(t, { strace: "echo something else" });
  t.regex((await t.throwsAsync(findStrace({ PATH: other }))).message, /does not tell its version/);
});

test("a program is found like execvp finds it", async (t) => {
  const directory = await programs(t, { tool: "", plain: "" });
  await chmod(join(directory, "plain"), 0o644);
  await mkdir(join(directory, "folder"));
  const PATH = `/nonexistent:${directory}`;
  t.is(await findProgram("tool", { PATH }), join(directory, "tool"));
  t.is(await findProgram(join(directory, "tool"), { PATH: "" }), join(directory, "tool"));
  t.is(await findProgram("plain", { PATH }), undefined);
  t.is(await findProgram("folder", { PATH }), undefined);
  t.is(await findProgram("", { PATH }), undefined);
});

test("versions are read from what strace -V prints", (t) => {
  t.deepEqual(parseVersion("strace -- version 6.1\nCopyright"), { major: 6, minor: 1 });
  t.deepEqual(parseVersion("strace -- version 5.10.0.12.3ab\n"), { major: 5, minor: 10 });
  t.is(parseVersion("busybox"), undefined);
});

testProp(
  "versions are ordered by their numbers",
  [fc.nat(9), fc.nat(99), fc.nat(9), fc.nat(99)],
  (t, a, b, c, d) => {
    t.is(atLeast({ major: a, minor: b }, { major: c, minor: d }), a * 100 + b >= c * 100 + d);
  },
);
