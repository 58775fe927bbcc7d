import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { formatProfile } from "../src/profile/format.js";
import { profile, temporaryDirectory } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";

/** Refused before anything is asked of systemd. */
const refused: readonly (readonly [title: string, args: readonly string[], line: string])[] = [
  [
    "a soak is given and left out",
    ["demo", "PROFILE", "--lifecycle", "start", "--soak", "true"],
    "profile: --soak and --duration are for the phase soak, which --lifecycle leaves out",
  ],
  [
    "nothing may be written, and where to is said",
    ["demo", "PROFILE", "--no-repair", "--out", "results"],
    "profile: --no-repair writes nothing, so that --out is of no use",
  ],
  [
    "standard input is to be two things",
    ["demo", "-", "--drop-in", "-"],
    "profile: standard input can be read only once",
  ],
  [
    "there is no such profile",
    ["demo", "MISSING"],
    "profile: cannot read MISSING: no such file or directory",
  ],
];

for (const [title, args, line] of refused) {
  test(`when ${title} then one line says so and the exit code is 2`, async (t) => {
    const directory = temporaryDirectory(t);
    const [path, missing] = [join(directory, "demo.profile.json"), join(directory, "missing.json")];
    writeFileSync(path, formatProfile(sampleProfile));
    const places = new Map([
      ["PROFILE", path],
      ["MISSING", missing],
    ]);
    const { exitCode, stdout, stderr } = await profile([
      "verify",
      ...args.map((arg) => places.get(arg) ?? arg),
    ]);
    t.is(stderr, line.replace("MISSING", missing));
    t.is(stdout, "");
    t.is(exitCode, 2);
  });
}

test("when no profile is named then the one of the unit is looked for where run writes it", async (t) => {
  const { exitCode, stderr } = await profile(["verify", "demo"], { cwd: temporaryDirectory(t) });
  t.regex(stderr, /^profile: cannot read profiles\/demo\.service\.profile\.json: no such file or directory$/);
  t.is(exitCode, 2);
});
