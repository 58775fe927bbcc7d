import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { readProfile } from "../../src/profile/document.js";
import { writeProfile } from "../../src/profile/write.js";
import { sampleProfile } from "./sample.js";

function temporaryDirectory(t: { teardown(clean: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), "profile-write-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  return directory;
}

test("when a profile is written then everyone may read it, directories are made, and nothing else is left", async (t) => {
  const directory = join(temporaryDirectory(t), "a", "b");
  const path = join(directory, "demo.profile.json");
  const mask = process.umask(0o077);
  await writeProfile(path, sampleProfile).finally(() => process.umask(mask));
  t.is(statSync(path).mode & 0o7777, 0o644);
  t.deepEqual(readdirSync(directory), ["demo.profile.json"]);
  t.deepEqual(await readProfile(path), sampleProfile);
});

test("when a profile is written again then readers of the old one still have it whole", async (t) => {
  const path = join(temporaryDirectory(t), "demo.profile.json");
  writeFileSync(path, "old");
  chmodSync(path, 0o600);
  const before = statSync(path).ino;
  await writeProfile(path, sampleProfile);
  t.not(statSync(path).ino, before);
  t.is(statSync(path).mode & 0o7777, 0o644);
});

test("when the place is a symbolic link then the link is replaced and not what it leads to", async (t) => {
  const directory = temporaryDirectory(t);
  const [path, victim] = [join(directory, "demo.profile.json"), join(directory, "victim")];
  writeFileSync(victim, "untouched");
  symlinkSync(victim, path);
  await writeProfile(path, sampleProfile);
  t.is(readFileSync(victim, "utf8"), "untouched");
});

test("when a profile cannot be written then the reason is told and no temporary file is left", async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "taken"));
  const taken = await t.throwsAsync(writeProfile(join(directory, "taken"), sampleProfile), {
    instanceOf: ProfileError,
  });
  t.is(taken.message, `cannot write ${directory}/taken: it is a directory`);
  t.is(taken.exitCode, 2);
  writeFileSync(join(directory, "file"), "");
  const below = await t.throwsAsync(writeProfile(join(directory, "file", "x"), sampleProfile), {
    instanceOf: ProfileError,
  });
  t.is(below.message, `cannot write ${directory}/file/x: a part of the path is not a directory`);
  t.deepEqual(readdirSync(directory).sort(), ["file", "taken"]);
});

test("when directories cannot be made, as in /proc, then writing fails and does not hang", async (t) => {
  const error = await t.throwsAsync(writeProfile("/proc/x/y/demo.profile.json", sampleProfile), {
    instanceOf: ProfileError,
  });
  t.regex(error.message, /^cannot write \/proc\/x\/y\/demo\.profile\.json: /);
});
