import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { checkWritable, describeFileError } from "../../src/output/files.js";

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

test("when an error has no better words then its own are used", (t) => {
  t.is(describeFileError(new Error("odd")), "odd");
  t.is(describeFileError("odd"), "odd");
});
