import test from "ava";
import { profile } from "./cli.run.js";

const mistakes: readonly (readonly [what: string, args: readonly string[], line: string])[] = [
  [
    "neither a trace nor a unit is given",
    ["import"],
    "profile: import needs traces, or --unit UNIT (--help shows examples)",
  ],
  [
    "a unit and traces are given",
    ["import", "--unit", "redis", "trace.log"],
    "profile: import --unit reads the sandbox of an installed unit: it does not go with traces",
  ],
  [
    "a unit is to have another user than it has",
    ["import", "--unit", "redis", "--uid", "33"],
    "profile: import --unit reads the sandbox of an installed unit: it does not go with --uid",
  ],
  [
    "a unit is checked against two profiles",
    ["check", "--against-unit", "redis", "a.json", "b.json"],
    "profile: check --against-unit compares one profile with the unit of this system: it does not go with a second profile",
  ],
  [
    "a unit is checked with rules for growth",
    ["check", "--against-unit", "redis", "--allow", "rules.json", "a.json"],
    "profile: check --against-unit compares one profile with the unit of this system: it does not go with --allow",
  ],
  [
    "a baseline is checked against nothing",
    ["check", "a.json"],
    "profile: check needs a baseline and a candidate, or --against-unit UNIT and one profile",
  ],
];

for (const [what, args, line] of mistakes) {
  test(`when ${what} then one line says so and the exit code is 2`, async (t) => {
    t.deepEqual(await profile(args), { exitCode: 2, stdout: "", stderr: line });
  });
}
