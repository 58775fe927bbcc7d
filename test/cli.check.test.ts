import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { calls } from "./directives/context.js";
import { profile, temporaryDirectory } from "./cli.run.js";
import { profileOf, usual } from "./comparison/sample.js";
import { formatProfile } from "../src/profile/format.js";

const old = formatProfile(profileOf(usual));
const grown = formatProfile(profileOf([...usual, ...calls("ptrace")]));
const short = formatProfile(profileOf(usual, { run: { phases: ["start"] } }));

/** The profiles as files, and what `profile check` makes of them. */
function files(t: { teardown(clean: () => void): void }) {
  const directory = temporaryDirectory(t);
  for (const [name, text] of Object.entries({ old, grown, short })) {
    writeFileSync(join(directory, `${name}.json`), text);
  }
  const check = (args: readonly string[], input = "") =>
    profile(["check", ...args], { cwd: directory, input });
  return { directory, check };
}

const verdicts: readonly (readonly [candidate: string, exitCode: number, verdict: string])[] = [
  ["old.json", 0, "same"],
  ["grown.json", 1, "more"],
  ["short.json", 5, "inconclusive"],
];

for (const [candidate, exitCode, verdict] of verdicts) {
  test(`when the candidate is ${verdict} then the exit code is ${exitCode}`, async (t) => {
    const { check } = files(t);
    const text = await check(["old.json", candidate]);
    t.like(text, { exitCode, stderr: "" });
    t.regex(text.stdout.split("\n")[0] ?? "", /thing\.service/);
    const json = await check(["--json", "old.json", candidate]);
    t.is(json.exitCode, exitCode);
    t.like(JSON.parse(json.stdout), { verdict, exitCode, unit: "thing.service" });
  });
}

test("when only what is more severe fails then the rest is tolerated, and what rules accept is named", async (t) => {
  const { directory, check } = files(t);
  const uname = formatProfile(profileOf([...usual, ...calls("uname")]));
  t.is((await check(["--fail-on", "medium", "old.json", "-"], uname)).exitCode, 0);
  t.is((await check(["old.json", "-"], uname)).exitCode, 1);
  t.is((await check(["--fail-on", "high", "old.json", "short.json"])).exitCode, 5);
  writeFileSync(
    join(directory, "allowed.json"),
    JSON.stringify({
      schema: 1,
      allow: [{ fact: { kind: "syscall" }, reason: "a debugger", expires: "2999-01-01" }],
    }),
  );
  const { exitCode, stdout } = await check(["--allow", "allowed.json", "old.json", "grown.json"]);
  t.is(exitCode, 0);
  t.regex(stdout, /a debugger/);
});

test("when the candidate is standard input then it is read there", async (t) => {
  const { check } = files(t);
  t.is((await check(["old.json", "-"], grown)).exitCode, 1);
  t.is((await check(["-", "old.json"], grown)).exitCode, 0);
});

const trace = [
  '1 execve("/usr/bin/thing", ["thing"], 0x7ffe /* 0 vars */) = 0',
  "1 brk(NULL) = 0x5581",
  '1 openat(AT_FDCWD, "/etc/thing", O_RDONLY) = -1 ENOENT (No such file or directory)',
  "1 ptrace(PTRACE_TRACEME) = 0",
  "1 exit_group(0) = ?",
  "1 +++ exited with 0 +++",
  "",
].join("\n");

test("when the candidate is a log of strace then it is imported, from a file or from standard input", async (t) => {
  const { directory, check } = files(t);
  writeFileSync(join(directory, "thing.strace"), trace);
  for (const candidate of ["thing.strace", "-"]) {
    const { exitCode, stdout } = await check(["--json", "old.json", candidate], trace);
    t.is(exitCode, 1);
    const { growth } = JSON.parse(stdout) as { growth: { fact: unknown }[] };
    t.true(growth.some(({ fact }) => JSON.stringify(fact).includes('"ptrace"')));
  }
});

test("when reports are asked for then all are written, whatever is printed", async (t) => {
  const { directory, check } = files(t);
  const reports = ["json", "markdown", "junit", "sarif", "github", "text"];
  const args = reports.flatMap((format) => ["-o", `${format}=out/report.${format}`]);
  const { exitCode, stdout } = await check([...args, "old.json", "grown.json"]);
  t.is(exitCode, 1);
  t.true(stdout.startsWith("thing.service "));
  t.deepEqual(readdirSync(join(directory, "out")).sort(), reports.map((format) => `report.${format}`).sort());
  t.is(readFileSync(join(directory, "out/report.text"), "utf8"), `${stdout}\n`);
  t.like(JSON.parse(readFileSync(join(directory, "out/report.sarif"), "utf8")), { version: "2.1.0" });
});

const refused: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
  ["both are standard input", ["-", "-"], /^profile: standard input can be read only once$/],
  ["a file is not there", ["old.json", "none.json"], /^profile: cannot read none\.json: no such file/],
  ["a report has no known format", ["-o", "pdf=x", "old.json", "old.json"], /the formats are text, json/],
  ["a report has no file", ["-o", "sarif", "old.json", "old.json"], /Write it like sarif=FILE/],
  ["a severity is not known", ["--fail-on", "none", "old.json", "old.json"], /Allowed choices are any/],
  [
    "two formats are asked for",
    ["--json", "--format", "sarif", "old.json", "old.json"],
    /cannot be used with/,
  ],
  ["rules are not there", ["--allow", "none.json", "old.json", "old.json"], /none\.json/],
  [
    "a report cannot be written",
    ["-o", "sarif=old.json/report", "old.json", "grown.json"],
    /^profile: cannot write old\.json\/report: /,
  ],
];

for (const [what, args, message] of refused) {
  test(`when ${what} then one line says so and the exit code is 2`, async (t) => {
    const { directory, check } = files(t);
    const { exitCode, stderr } = await check(args);
    t.is(exitCode, 2);
    t.regex(stderr, message);
    t.is(stderr.split("\n").length, 1);
    t.false(existsSync(join(directory, "sarif")));
  });
}

test("when a profile has a leftover of a merge then it is called a profile that is not JSON", async (t) => {
  const { directory, check } = files(t);
  writeFileSync(join(directory, "merged.json"), `<<<<<<< HEAD\n${old}`);
  const { exitCode, stderr } = await check(["old.json", "merged.json"]);
  t.is(exitCode, 2);
  t.regex(stderr, /^profile: merged\.json is not a profile: it is not JSON at line 1, column 1$/);
});
