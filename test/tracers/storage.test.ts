import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { TraceStorage } from "../../src/tracers/storage.js";

const directory = mkdtempSync(join(tmpdir(), "storage-"));
/** Without a run-time directory of our own, traces lie in the one for temporary files, where nothing is removed. */
async function hasRuntimeDirectory(): Promise<boolean> {
  const storage = await TraceStorage.open(undefined);
  const path = await storage.create("main");
  await storage.close();
  return dirname(path).includes("/trace-");
}

const inRuntimeDirectory = (await hasRuntimeDirectory()) ? test : test.skip;

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a trace can be read by its owner alone and is gone when it is not to be kept", async (t) => {
  const storage = await TraceStorage.open(undefined);
  const file = await storage.create("main");
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(statSync(dirname(file)).mode & 0o777, 0o700);
  await storage.close();
  t.false(existsSync(dirname(file)));
});

test("a label cannot lead out of the directory, and traces to keep replace those of the run before", async (t) => {
  const keep = join(directory, "keep", "deep");
  for (const run of ["first", "second"]) {
    const storage = await TraceStorage.open(keep);
    writeFileSync(await storage.create("../../x"), run);
    await storage.create("a".repeat(300));
    await storage.close();
  }
  t.deepEqual(readdirSync(keep).sort(), [".._.._x.strace", `${"a".repeat(200)}.strace`]);
});

inRuntimeDirectory("what a killed profiler left is removed, what another one uses is not", async (t) => {
  const first = await TraceStorage.open(undefined);
  const own = dirname(await first.create("main"));
  const abandoned = join(dirname(own), "trace-4194305-abcdef");
  mkdirSync(abandoned);
  const second = await TraceStorage.open(undefined);
  t.false(existsSync(abandoned));
  t.true(existsSync(own));
  await Promise.all([first.close(), second.close()]);
});
