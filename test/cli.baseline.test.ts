import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { formatProfile } from "../src/profile/format.js";
import { profile, temporaryDirectory } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";
import { traced } from "./tracers/tracing.js";

const learn = (cwd: string, script: string, ...options: string[]) =>
  profile(["run", "--no-pty", "--target-systemd", "257", ...options, "--", "sh", "-c", script], { cwd });

traced("when a command needs what its baseline has then the exit code is 0", async (t) => {
  const cwd = temporaryDirectory(t);
  await learn(cwd, "true", "--out", "old");
  const { exitCode, stderr } = await learn(cwd, "true", "--baseline", "old/sh.profile.json");
  t.is(exitCode, 0, stderr);
  t.deepEqual(readdirSync(join(cwd, "profiles")).sort(), ["sh.conf", "sh.profile.json"]);
});

traced("when a command needs more then it is told what, and the exit code is 1", async (t) => {
  const cwd = temporaryDirectory(t);
  await learn(cwd, "true", "--out", "old");
  const { exitCode, stderr } = await learn(cwd, "mkdir new", "--baseline", "old/sh.profile.json");
  t.is(exitCode, 1);
  t.regex(stderr, /creates .*\/new/);
});

traced(
  "when the baseline lies where the profile would go then it stays, also when asked again",
  async (t) => {
    const cwd = temporaryDirectory(t);
    await learn(cwd, "true");
    const baseline = join(cwd, "profiles", "sh.profile.json");
    const before = readFileSync(baseline, "utf8");
    symlinkSync(baseline, join(cwd, "link.json"));
    for (const name of ["profiles/sh.profile.json", "link.json"]) {
      const { exitCode, stderr } = await learn(cwd, "mkdir -p new", "--baseline", name);
      t.is(exitCode, 1);
      t.regex(stderr, /^wrote profiles\/sh\.candidate\.profile\.json\nwrote profiles\/sh\.candidate\.conf$/m);
      t.is(readFileSync(baseline, "utf8"), before);
    }
    t.deepEqual(readdirSync(join(cwd, "profiles")).sort(), [
      "sh.candidate.conf",
      "sh.candidate.profile.json",
      "sh.conf",
      "sh.profile.json",
    ]);
  },
);

traced("when growth is allowed then the exit code is 0, and when that has lapsed it is 1", async (t) => {
  const cwd = temporaryDirectory(t);
  await learn(cwd, "true", "--out", "old");
  const allow = (expires: string): string => {
    const rules = ["file", "syscall", "capability", "creation"].map((kind) => ({
      fact: { kind },
      reason: "planned",
      expires,
    }));
    writeFileSync(join(cwd, "allow.json"), JSON.stringify({ schema: 1, allow: rules }));
    return "allow.json";
  };
  const again = (expires: string) =>
    learn(cwd, "mkdir -p new", "--baseline", "old/sh.profile.json", "--allow", allow(expires));
  const accepted = await again("9999-12-31");
  t.is(accepted.exitCode, 0, accepted.stderr);
  t.regex(accepted.stderr, /planned/);
  t.is((await again("2020-01-01")).exitCode, 1);
});

traced("when a document is asked for then the comparison is in it", async (t) => {
  const cwd = temporaryDirectory(t);
  await learn(cwd, "true", "--out", "old");
  const { stdout } = await learn(cwd, "mkdir new", "--baseline", "old/sh.profile.json", "--json");
  const document = JSON.parse(stdout) as { exitCode: number; check: { verdict: string }; ceiling: null };
  t.like(document, { exitCode: 1, check: { verdict: "more" }, ceiling: null });
});

traced("when a run with a baseline fails then the exit code is 4", async (t) => {
  const cwd = temporaryDirectory(t);
  await learn(cwd, "true", "--out", "old");
  t.is((await learn(cwd, "mkdir new; exit 7", "--baseline", "old/sh.profile.json")).exitCode, 4);
});

const mistakes: readonly (readonly [title: string, options: readonly string[], message: RegExp])[] = [
  ["the baseline is missing", ["--baseline", "none.json"], /^profile: cannot read none\.json: no such file/],
  [
    "rules have no baseline",
    ["--allow", "x.json"],
    /^profile: --allow is about growth beyond a baseline: give one/,
  ],
  [
    "a threshold has no baseline",
    ["--fail-on", "high"],
    /^profile: --fail-on is about growth beyond a baseline/,
  ],
  [
    "the threshold is unknown",
    ["--baseline", "b.json", "--fail-on", "low"],
    /Allowed choices are any, medium, high/,
  ],
  [
    "the rules are broken",
    ["--baseline", "b.json", "--allow", "b.json"],
    /^profile: b\.json is not an allow file: /,
  ],
  [
    "input is wanted twice",
    ["--baseline", "-", "--ceiling", "-"],
    /^profile: standard input can be read only once$/,
  ],
];

for (const [title, options, message] of mistakes) {
  test(`when ${title} then nothing is run, and one line says so`, async (t) => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, "b.json"), formatProfile(sampleProfile));
    const { exitCode, stderr } = await learn(cwd, "touch ran", ...options);
    t.is(exitCode, 2);
    t.regex(stderr, message);
    t.is(stderr.split("\n").length, 1);
    t.false(existsSync(join(cwd, "ran")));
  });
}
