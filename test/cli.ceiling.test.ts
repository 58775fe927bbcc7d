import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import { formatProfile } from "../src/profile/format.js";
import { parseAllowRules } from "../src/rules/allow.js";
import { parseCeiling } from "../src/rules/ceiling.js";
import { profile, temporaryDirectory } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";
import { traced } from "./tracers/tracing.js";

/** A ceiling below `directory`. */
function ceiling(directory: string, fact: object): string {
  const path = join(directory, "ceiling.json");
  writeFileSync(path, JSON.stringify({ schema: 1, never: [{ fact, reason: "not here" }] }));
  return path;
}

test("when the examples of the documentation are read then they are right", (t) => {
  const text = (name: string) => readFileSync(join("docs", "examples", name), "utf8");
  t.true(parseCeiling(text("ceiling.json"), "ceiling.json").rules.length > 10);
  t.true(parseAllowRules(text("allow.json"), "allow.json").rules.length > 3);
});

for (const name of ["allow", "ceiling"]) {
  test(`when an editor knows the schema of ${name} files then it finds the example right, and a typing error wrong`, (t) => {
    const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      read(`schema/${name}.schema.json`),
    );
    const example = read(`docs/examples/${name}.json`);
    t.true(validate(example), JSON.stringify(validate.errors));
    t.false(validate(JSON.parse(JSON.stringify(example).replace('"kind":', '"knid":'))));
    t.false(validate(JSON.parse(JSON.stringify(example).replace('"modify"', '"modfy"'))));
  });
}

test("when a ceiling is wrong then nothing is run, and one line says where", async (t) => {
  const cwd = temporaryDirectory(t);
  const path = ceiling(cwd, { kind: "capability", capability: "CAP_SYS_ADMN" });
  const { exitCode, stderr } = await profile(["run", "--no-pty", "--ceiling", path, "--", "touch", "ran"], {
    cwd,
  });
  t.is(exitCode, 2);
  t.regex(
    stderr,
    /^profile: .*ceiling\.json is not a ceiling: line 1, column \d+: .*\(Did you mean "CAP_SYS_ADMIN"\?\)$/,
  );
  t.false(existsSync(join(cwd, "ran")));
});

traced(
  "when a command exceeds the ceiling then it is learned, told why, and the exit code is 1",
  async (t) => {
    const cwd = temporaryDirectory(t);
    const path = ceiling(cwd, { kind: "file", access: "modify", path: `${cwd}/forbidden/**` });
    const args = ["run", "--no-pty", "--ceiling", path, "--", "mkdir", "-p", "forbidden/x"];
    const { exitCode, stderr } = await profile(args, { cwd });
    t.is(exitCode, 1);
    t.regex(
      stderr,
      /^mkdir and .*ceiling\.json: 2 privileges above the ceiling\n {2}never: not here\n {4}creates /m,
    );
    t.deepEqual(readdirSync(join(cwd, "profiles")).sort(), ["mkdir.conf", "mkdir.profile.json"]);
  },
);

traced("when a document is asked for then what the ceiling found is in it", async (t) => {
  const cwd = temporaryDirectory(t);
  const path = ceiling(cwd, { kind: "file", access: "execute" });
  const { exitCode, stdout } = await profile(["run", "--no-pty", "--json", "--ceiling", path, "--", "true"], {
    cwd,
  });
  const document = JSON.parse(stdout) as { exitCode: number; ceiling: { violations: { reason: string }[] } };
  t.is(exitCode, 1);
  t.is(document.exitCode, 1);
  t.is(document.ceiling.violations[0]?.reason, "not here");
});

test("when a merge exceeds the ceiling then nothing is written, and the exit code is 1", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "demo.json"), formatProfile(sampleProfile));
  const path = ceiling(cwd, { kind: "memory" });
  const { exitCode, stderr } = await profile(["merge", "demo.json", "-o", "out.json", "--ceiling", path], {
    cwd,
  });
  t.is(exitCode, 1);
  t.regex(
    stderr,
    /1 privilege above the ceiling\n {2}never: not here\n {4}maps memory writable and executable/,
  );
  t.false(existsSync(join(cwd, "out.json")));
  const printed = await profile(["merge", "demo.json", "--ceiling", path], { cwd });
  t.like(printed, { exitCode: 1, stdout: "" });
  const other = ceiling(cwd, { kind: "ipc" });
  t.is((await profile(["merge", "demo.json", "-o", "out.json", "--ceiling", other], { cwd })).exitCode, 0);
  t.true(existsSync(join(cwd, "out.json")));
});

test("when a merge has standard input for a profile and the ceiling then that is refused", async (t) => {
  const { exitCode, stderr } = await profile(["merge", "-", "--ceiling", "-"]);
  t.is(exitCode, 2);
  t.is(stderr, "profile: standard input can be read only once");
});
