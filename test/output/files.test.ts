import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { checkWritable, describeFileError, writeFileAtomically } from "../../src/output/files.js";

test("when a directory is there or can be made then it is writable, and nothing is made", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "profile-files-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  await checkWritable(directory);
  await checkWritable(join(directory, "a", "b"));
  t.deepEqual(readdirSync(directory), []);
  writeFileSync(join(directory, "file"), "");
  for (const path of [join(directory, "file"), join(directory, "file", "x")]) {
    const error = await t.throwsAsync(checkWritable(path), { instanceOf: ProfileError });
    t.is(error.message, `cannot write in ${path}: a part of the path is not a directory`);
  }
});

test("when a pipe or what leads to one is to be written then it is refused and not replaced", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "profile-files-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  const [pipe, link] = [join(directory, "pipe"), join(directory, "link")];
  execFileSync("mkfifo", [pipe]);
  symlinkSync("pipe", link);
  for (const path of [pipe, link]) {
    const error = await t.throwsAsync(writeFileAtomically(path, "new"), { instanceOf: ProfileError });
    t.is(error.message, `cannot write ${path}: it is a device or a pipe, and no file`);
  }
  t.true(lstatSync(pipe).isFIFO());
  t.deepEqual(readdirSync(directory), ["link", "pipe"]);
});

test("when a directory is to be written then that is refused, and nothing is left in it", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "profile-files-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  const error = await t.throwsAsync(writeFileAtomically(directory, ""), { instanceOf: ProfileError });
  t.is(error.message, `cannot write ${directory}: it is a directory`);
  t.deepEqual(readdirSync(directory), []);
});

test("when an error has no better words then its own are used", (t) => {
  t.is(describeFileError(new Error("odd")), "odd");
  t.is(describeFileError("odd"), "odd");
});
