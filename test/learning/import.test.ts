import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { factId } from "../../src/facts/set.js";
import { importTraces } from "../../src/learning/import.js";
import { Session } from "../../src/learning/session.js";
import { findProgram } from "../../src/tracers/find.js";
import { traced } from "../tracers/tracing.js";

const execFileAsync = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), "import-"));
/**
 * Programs that do something to files, and what each run of them needs to be there. All of them make the same calls in each
 * run: no `&` and `wait` in the shell, since dash calls rt_sigsuspend(2) only if the child has not ended by then.
 */
const programs: readonly (readonly string[])[] = [
  [
    "sh",
    "-c",
    "echo x >f; cat f | tr x y >>g; mkdir d; cd d; touch h; mv h i; rm i; cd ..; rmdir d; (echo z >>g); echo y >>g",
  ],
  ["cp", "-a", "src", "copy"],
  ["tar", "cf", "archive", "src"],
  ["python3", "-S", "-c", "import os; os.rename('src/a', 'src/b'); os.chmod('src/b', 0o600); os.getpid()"],
  ["sqlite3", "db", "create table t (x); insert into t values (1);"],
];

const installed = new Set<string>();
for (const [name = ""] of programs) if ((await findProgram(name)) !== undefined) installed.add(name);

test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function fileOf(content: string | Buffer, name = `${files++}`): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const exit = "17 exit_group(0) = ?\n17 +++ exited with 0 +++\n";
const exec = '17 execve("/usr/bin/tool", ["tool"], 0x7ffe /* 9 vars */) = 0\n';

for (const [what, content, message] of [
  ["an empty file", "", /is empty, not a trace$/],
  ["a binary", Buffer.from("\x7fELF\0\0"), /is binary data, not a trace/],
  ["other text", "root:x:0:0:root:/root:/bin/bash\n", /is not a trace: it has no line/],
  ["a trace without a call", "17 +++ exited with 0 +++\n", /is not a trace: it has no line/],
] as const) {
  test(`${what} is refused in one line`, async (t) => {
    const error = await t.throwsAsync(importTraces([fileOf(content)]));
    t.like(error, { exitCode: 2 });
    t.regex(error.message, message);
    t.false(error.message.includes("\n"));
  });
}

test("a directory, a file that is not there and one that may not be read are refused by name", async (t) => {
  t.regex((await t.throwsAsync(importTraces([directory]))).message, / is a directory, not a trace$/);
  const missing = await t.throwsAsync(importTraces([join(directory, "mis\nsing")]));
  t.like(missing, { exitCode: 2 });
  t.regex(missing.message, /mis\\x0asing cannot be read: there is no such file$/);
  t.regex((await t.throwsAsync(importTraces(["/dev/null"]))).message, /is not a regular file/);
  t.like(await t.throwsAsync(importTraces([])), { exitCode: 2 });
  const path = fileOf(exec);
  t.regex((await t.throwsAsync(importTraces([path, path]))).message, /is given twice$/);
});

test("the unit has the name of the program, which cannot leave its directory", async (t) => {
  t.is((await importTraces([fileOf(exec)])).unit.name, "tool");
  t.is((await importTraces([fileOf(exec)], { name: "my" })).unit.name, "my");
  for (const hostile of ["/bin/..", "/bin/.", "/bin/\\33[2J", "/"]) {
    const { unit } = await importTraces([fileOf(exec.replace("/usr/bin/tool", hostile))]);
    t.regex(unit.name, /^[\w@:+-][\w.@:+-]*$/, hostile);
  }
});

test("what cannot be known is asked aloud or reported, never guessed", async (t) => {
  const said: string[] = [];
  const trace = `${exec}17 chdir("sub") = 0\n17 unlink("x") = 0\n17 +++ exited with 0 +++\n`;
  const learned = await importTraces([fileOf(trace)], { progress: (line) => said.push(line) });
  t.regex(
    said.join("\n"),
    /does not say who ran the command: assuming (?:root|you, uid \d+); --uid says otherwise$/,
  );
  const deletes = learned.facts.ofKind("file").filter(({ access }) => access === "delete");
  t.deepEqual(deletes, []);
  const blind = learned.facts.ofKind("blind-spot").map(({ cause }) => cause);
  t.true(learned.incomplete.length > 0 || blind.includes("unreadable-path"));

  const told = await importTraces([fileOf(trace)], { cwd: "/srv", uid: 0 });
  t.true(told.facts.has({ kind: "file", access: "delete", path: "/srv/sub/x" }));
});

test("a directory is assumed aloud where the files of the trace are found there, and the profile records it", async (t) => {
  const said: string[] = [];
  const progress = (line: string): void => void said.push(line);
  const found = `${exec}17 openat(AT_FDCWD, "package.json", O_RDONLY) = 3\n${exit}`;
  const here = await importTraces([fileOf(found)], { uid: 0, progress });
  t.deepEqual(here.assumed, [`the command was started in ${process.cwd()}`]);
  t.regex(
    said.join("\n"),
    /does not say where the command was started: assuming \/.*; --cwd says otherwise$/,
  );
  t.true(here.facts.has({ kind: "file", access: "read", path: join(process.cwd(), "package.json") }));
  t.deepEqual(here.incomplete, []);

  const elsewhere = await importTraces([fileOf(found.replace("package", "no-such"))], { uid: 0 });
  t.deepEqual(elsewhere.assumed, []);
  t.regex(elsewhere.incomplete.join(), /relative paths such as no-such.json .*--cwd tells it/);
});

test("nothing is assumed where the trace tells it, or needs no directory", async (t) => {
  for (const [lines, path] of [
    ['17 openat(AT_FDCWD, "/a", O_RDONLY) = 3\n', "/a"],
    ['17 chdir("/srv") = 0\n17 openat(AT_FDCWD, "a", O_RDONLY) = 3\n', "/srv/a"],
    ['17 openat(AT_FDCWD, "a", O_RDONLY) = 3\n17 getcwd("/opt", 4096) = 5\n', "/opt/a"],
    ['17 openat(AT_FDCWD</opt>, "a", O_RDONLY) = 3</opt/a>\n', "/opt/a"],
  ] as const) {
    const { assumed, facts, incomplete } = await importTraces([fileOf(exec + lines + exit)], { uid: 0 });
    t.deepEqual({ assumed, incomplete }, { assumed: [], incomplete: [] }, lines);
    t.true(facts.has({ kind: "file", access: "read", path }), lines);
  }
});

test("a trace without its beginning, or without some calls, is incomplete", async (t) => {
  const attached = await importTraces([fileOf('17 unlink("/a") = 0\n')], { uid: 0 });
  t.regex(attached.incomplete.join(), /begins in a running program/);
  const filtered = await importTraces([fileOf(`${exec}17 +++ exited with 0 +++\n`)], { uid: 0 });
  t.regex(filtered.incomplete.join(), /does not show every system call/);
  t.deepEqual((await importTraces([fileOf(exec + exit)], { uid: 0 })).incomplete, []);
});

test("the user is the one that the program was told", async (t) => {
  const said: string[] = [];
  const trace = `${exec}17 geteuid() = 4294967\n17 +++ exited with 0 +++\n`;
  const learned = await importTraces([fileOf(trace)], { progress: (line) => said.push(line) });
  t.is(learned.unit.user, "4294967");
  t.deepEqual(said, []);
  t.is((await importTraces([fileOf(trace)], { uid: 0 })).unit.user, "");
});

test("a trace that was cut, and lines that are none, make the evidence incomplete", async (t) => {
  const cut = await importTraces([fileOf(`${exec}17 openat(AT_FDCWD, "/etc/ho`)]);
  t.true(cut.incomplete.some((reason) => reason.includes("the last line is cut off")));
  const odd = await importTraces([fileOf(`${exec}strange \x1b[2J line\n17 +++ exited with 0 +++\n`)]);
  t.true(
    odd.incomplete.some((reason) =>
      /1 of 3 lines .* not understood, line 2: strange \\x1b\[2J line$/.test(reason),
    ),
  );
});

test("start and duration are those of the trace when it tells them", async (t) => {
  const lines = [
    '1700000000.250000 execve("/bin/a", [], NULL) = 0',
    "1700000002.750000 +++ exited with 0 +++",
  ];
  const learned = await importTraces([fileOf(lines.map((line) => `9 ${line}\n`).join(""))]);
  t.is(learned.started, "2023-11-14T22:13:20.250Z");
  t.is(learned.duration, 2.5);
});

test("several traces give the facts of all of them", async (t) => {
  const one = fileOf(`${exec}17 unlink("/a/b") = 0\n`);
  const two = fileOf(`${exec}17 unlink("/c/d") = 0\n`);
  const both = await importTraces([one, two]);
  const union = (await importTraces([one])).facts.union((await importTraces([two])).facts);
  t.deepEqual([...both.facts], [...union]);
  const id = factId({ kind: "file", access: "delete", path: "/c/d" });
  t.is(both.evidence[id]?.count, 1);
});

test("standard input is a trace too", async (t) => {
  const module = new URL("../../src/learning/import.js", import.meta.url);
  const program = `const { importTraces } = await import(${JSON.stringify(module)});
    console.log((await importTraces(["-"])).unit.name);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(exec);
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8")) output += String(text);
  t.is(output, "tool\n");
});

/** Options that people trace with. The first program is tried with all of them, each other one with one. */
const forms = [["-f"], ["-f", "-y"], ["-f", "-yy", "-tt", "-T"], ["-f", "-r", "-s", "500"], ["-ff", "-ttt"]];

for (const [index, argv] of programs.entries()) {
  const name = argv[0] ?? "";
  const title = `the facts of ${name} are the same live and from anybody's trace`;
  if (!installed.has(name)) {
    test.skip(`${title} (not tried: it is not installed)`, () => undefined);
    continue;
  }
  traced(title, async (t, strace) => {
    t.timeout(120_000);
    const cwd = join(directory, `work-${files++}`);
    prepare(cwd);
    const session = await Session.open();
    const live = await session.run(argv, { label: "live", cwd }).then(async (command) => {
      t.deepEqual(await command.done, { code: 0, signal: undefined });
      return session.finish();
    });
    t.deepEqual(live.incomplete, []);
    t.true(live.facts.size > 20);
    for (const form of index === 0 ? forms : forms.slice(index, index + 1)) {
      prepare(cwd);
      const traces = join(directory, `trace-${files++}`);
      mkdirSync(traces);
      await execFileAsync(strace.path, [...form, "-o", join(traces, "t"), "--", ...argv], { cwd });
      const paths = readdirSync(traces).map((name) => join(traces, name));
      const imported = await importTraces(paths, { cwd });
      t.deepEqual([...imported.facts], [...live.facts], form.join(" "));
      t.deepEqual(imported.incomplete, [], form.join(" "));
    }
  });
}

function prepare(cwd: string): void {
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(join(cwd, "src", "sub"), { recursive: true });
  writeFileSync(join(cwd, "src", "a"), "a");
  symlinkSync("a", join(cwd, "src", "link"));
}

/** A minute and a half in which a file is read all the time, another one once, and a counted call in all of the second half. */
function longTrace(time: (seconds: number) => string): string {
  const seconds = Array.from({ length: 90 }, (_, i) => i);
  const lines = seconds.flatMap((second) => [
    `17 ${time(second)}openat(AT_FDCWD, "/etc/often", O_RDONLY) = 3`,
    ...(second === 40 ? [`17 ${time(second)}openat(AT_FDCWD, "/etc/once", O_RDONLY) = 3`] : []),
    ...(second > 45 ? [`17 ${time(second)}getpid() = 17`] : []),
  ]);
  return `17 ${time(0)}${exec.slice(3)}${lines.join("\n")}\n17 ${time(90)}exit_group(0) = ?\n`;
}

test("an imported trace with times is sampled by them", async (t) => {
  const trace = fileOf(longTrace((second) => `${1_700_000_000 + second}.250000 `));
  const { saturation } = await importTraces([trace], { uid: 0, cwd: "/" });
  t.like(saturation, { by: "time", seconds: 90, units: 46 });
  // The execve and what it brought, the file that was opened once, and the end.
  t.true((saturation?.classes.reads.seen ?? 0) >= 2);
  t.is(typeof saturation?.whole.chance, "number");
});

test("an imported trace without times, or several at once, tell nothing of what more would show", async (t) => {
  const timeless = fileOf(longTrace(() => ""));
  t.is((await importTraces([timeless], { uid: 0, cwd: "/" })).saturation, undefined);
  const both = [1, 2].map((n) =>
    fileOf(longTrace((second) => `${n}700000${String(second).padStart(3, "0")}.0 `)),
  );
  t.is((await importTraces(both, { uid: 0, cwd: "/" })).saturation, undefined);
});
