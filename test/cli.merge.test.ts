import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import test from "ava";
import { formatProfile } from "../src/profile/format.js";
import { mergeProfiles } from "../src/profile/merge.js";
import type { Profile } from "../src/profile/types.js";
import { cli, profile, temporaryDirectory } from "./cli.run.js";
import { sampleProfile } from "./profile/sample.js";

/** The sample, learned again at another time and with other facts. */
function learnedAgain(change: Partial<Profile> = {}): Profile {
  const [run] = sampleProfile.runs;
  if (run === undefined) throw new TypeError("the sample has a run");
  const started = "2026-03-01T00:00:00.000Z";
  return { ...sampleProfile, runs: [{ ...run, started, id: "00000000000000ff" }], ...change };
}

function store(directory: string, name: string, content: Profile): string {
  const path = join(directory, name);
  writeFileSync(path, formatProfile(content));
  return path;
}

test("when profiles are merged then the profile is printed and how many runs saw what is told", async (t) => {
  const directory = temporaryDirectory(t);
  const other = learnedAgain({ evidence: {} });
  const paths = [store(directory, "a.json", sampleProfile), store(directory, "b.json", other)];
  const { exitCode, stdout, stderr } = await profile(["merge", ...paths]);
  t.is(exitCode, 0);
  t.is(`${stdout}\n`, formatProfile(mergeProfiles([sampleProfile, other])));
  t.is(
    stderr,
    [
      "demo.service: 18 facts of 2 runs on 1 host",
      "  x86-64, systemd 252, Linux 6.1.0: 2 runs",
      "seen in every run: 0 facts; in some only: 1; without evidence: 17",
      "  1 of 2 runs: maps memory writable and executable",
    ].join("\n"),
  );
});

test("when the output is one of the inputs then it becomes the union, also when that is done again", async (t) => {
  const directory = temporaryDirectory(t);
  const a = store(directory, "a.json", sampleProfile);
  const b = store(directory, "b.json", learnedAgain());
  for (let again = 0; again < 2; again++) {
    const { exitCode, stdout } = await profile(["merge", a, b, "-o", a]);
    t.like({ exitCode, stdout }, { exitCode: 0, stdout: "" });
    t.is(readFileSync(a, "utf8"), formatProfile(mergeProfiles([sampleProfile, learnedAgain()])));
  }
  t.deepEqual(readdirSync(directory), ["a.json", "b.json"]);
});

test("when JSON is asked for then it says what the written profile is made of", async (t) => {
  const directory = temporaryDirectory(t);
  const a = store(directory, "a.json", sampleProfile);
  const { stdout, stderr, exitCode } = await profile(["merge", "--json", a, "-", "-o", a], {
    input: formatProfile(learnedAgain()),
  });
  t.like({ exitCode, stderr }, { exitCode: 0, stderr: "" });
  t.like(JSON.parse(stdout), {
    unit: "demo.service",
    facts: 18,
    runs: 2,
    architectures: ["x86-64"],
    always: 1,
  });
});

test("when profiles are of instances of one template then they are merged as the template", async (t) => {
  const directory = temporaryDirectory(t);
  const of = (name: string, base: Profile): Profile => ({ ...base, unit: { ...base.unit, name } });
  const paths = [
    store(directory, "a.json", of("demo@a.service", sampleProfile)),
    store(directory, "b.json", of("demo@b.service", learnedAgain())),
  ];
  const merged = await profile(["merge", "--as", "demo@.service", ...paths]);
  t.is((JSON.parse(merged.stdout) as Profile).unit.name, "demo@.service");
  const refused = await profile(["merge", ...paths]);
  t.like(refused, {
    exitCode: 2,
    stdout: "",
    stderr: `profile: profiles of demo@a.service (${paths[0] ?? ""}) and demo@b.service (${paths[1] ?? ""}) cannot be merged: --as demo@.service merges instances of one template`,
  });
});

const refusals: readonly (readonly [title: string, args: readonly string[], message: RegExp])[] = [
  ["JSON without a file for the profile", ["--json", "a.json"], /--json prints what .* needs -o FILE$/],
  ["standard input twice", ["-", "-"], /standard input can be read only once$/],
  [
    "profiles of two units",
    ["a.json", "other.json", "-o", "out.json"],
    /demo\.service \(a\.json\) and other\.service \(other\.json\) cannot be merged, only those of one unit$/,
  ],
  [
    "a template that is none",
    ["--as", "demo.service", "a.json"],
    /--as demo\.service: it takes a template, for example demo@\.service$/,
  ],
  [
    "a profile of no instance",
    ["--as", "demo@.service", "a.json"],
    /a\.json is of demo\.service, which is no instance of demo@\.service$/,
  ],
  [
    "a profile that is not there",
    ["a.json", "none.json", "-o", "out.json"],
    /cannot read none\.json: no such file or directory$/,
  ],
  ["an output that is a directory", ["a.json", "-o", "."], /cannot write \.: it is a directory$/],
];

for (const [title, args, message] of refusals) {
  test(`when merge is given ${title} then that is refused in one line and nothing is written`, async (t) => {
    const directory = temporaryDirectory(t);
    store(directory, "a.json", sampleProfile);
    const { unit } = sampleProfile;
    store(directory, "other.json", { ...sampleProfile, unit: { ...unit, name: "other.service" } });
    const { exitCode, stdout, stderr } = await profile(["merge", ...args], { cwd: directory });
    t.like({ exitCode, stdout }, { exitCode: 2, stdout: "" });
    t.regex(stderr, message);
    t.is(stderr.split("\n").length, 1);
    t.deepEqual(readdirSync(directory), ["a.json", "other.json"]);
  });
}

const good = formatProfile(sampleProfile);

const broken: readonly (readonly [title: string, make: (path: string) => void, message: RegExp])[] = [
  [
    "a directory",
    (path) => {
      mkdirSync(path);
    },
    /cannot read .*: it is a directory$/,
  ],
  [
    "empty",
    (path) => {
      writeFileSync(path, "");
    },
    /is empty, not a profile$/,
  ],
  [
    "compressed",
    (path) => {
      writeFileSync(path, gzipSync(good));
    },
    /it is compressed by gzip: uncompress it first$/,
  ],
  [
    "UTF-16",
    (path) => {
      writeFileSync(path, `\ufeff${good}`, "utf16le");
    },
    /it is text in UTF-16: save it as UTF-8$/,
  ],
  [
    "Latin-1",
    (path) => {
      writeFileSync(path, good.replace("demo.conf", "d\u00e9mo.conf"), "latin1");
    },
    /it is not UTF-8 at line \d+, column \d+$/,
  ],
  [
    "full of NUL bytes",
    (path) => {
      writeFileSync(path, Buffer.alloc(4096));
    },
    /it is not JSON at line 1, column 1$/,
  ],
  [
    "huge",
    (path) => {
      writeFileSync(path, "");
      truncateSync(path, 300 * 1024 * 1024);
    },
    /it is larger than 256 MiB$/,
  ],
  [
    "nested without end",
    (path) => {
      writeFileSync(path, "[".repeat(200_000));
    },
    /it is not JSON at line 1, column 200001$/,
  ],
  [
    "edited twice",
    (path) => {
      writeFileSync(path, good.replace('"user": ""', '"user": "",\n"user": ""'));
    },
    /line \d+, column 1: "user" is there twice in unit, first at line \d+, column 5$/,
  ],
  [
    "misspelt",
    (path) => {
      writeFileSync(path, good.replace("syscall", "sycsall"));
    },
    /line \d+, column \d+: facts\[\d+\]\.kind: expected one of .* \(Did you mean "syscall"\?\)$/,
  ],
  [
    "hostile",
    (path) => {
      writeFileSync(path, good.replace('"user": ""', '"user": "\\u001b[2J\\nprofile: done"'));
    },
    /found "\\u001b\[2J\\nprofile: done"$/,
  ],
];

const verbs: readonly (readonly string[])[] = [
  ["synthesize", "bad.json"],
  ["explain", "bad.json", "ptrace"],
  ["check", "good.json", "bad.json"],
  ["check", "bad.json", "good.json"],
  ["merge", "good.json", "bad.json", "-o", "good.json"],
];

for (const [index, [title, make, message]] of broken.entries()) {
  test(`when a profile is ${title} then a verb only says so, in one line`, async (t) => {
    const directory = temporaryDirectory(t);
    make(join(directory, "bad.json"));
    writeFileSync(join(directory, "good.json"), good);
    // By turns, because each start of the program takes its time.
    const args = verbs[index % verbs.length] ?? [];
    const { exitCode, stdout, stderr } = await profile(args, { cwd: directory });
    t.like({ exitCode, stdout }, { exitCode: 2, stdout: "" }, args.join(" "));
    t.regex(stderr, /^profile: .*bad\.json/);
    t.regex(stderr, message);
    t.notRegex(stderr, /[\u0000-\u001f\u007f-\u009f]/);
    t.deepEqual(readdirSync(directory), ["bad.json", "good.json"]);
    t.is(readFileSync(join(directory, "good.json"), "utf8"), good);
  });
}

test("when an editor began the file with a byte order mark then it is read all the same", async (t) => {
  const { exitCode, stdout } = await profile(["merge", "-"], { input: `\ufeff${good}` });
  t.is(exitCode, 0);
  t.is(`${stdout}\n`, good);
});

test("when a merge is killed while it writes then the old file is there or the new one, and what is left is hidden", async (t) => {
  const directory = temporaryDirectory(t);
  const facts = Array.from(
    { length: 50_000 },
    (_, i) => ({ kind: "file", access: "write", path: `/srv/d${i}/${"x".repeat(100)}` }) as const,
  );
  const big = store(directory, "big.json", mergeProfiles([{ ...sampleProfile, facts }]));
  const out = store(directory, "out.json", sampleProfile);
  const written = formatProfile(mergeProfiles([{ ...sampleProfile, facts }]));
  for (const delay of [0, 10]) {
    const child = spawn(process.execPath, [cli, "merge", big, "-o", out], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const isWriting = (): boolean => readdirSync(directory).some((name) => isPartial(directory, name));
    while (child.exitCode === null && !isWriting()) await sleep(1);
    await sleep(delay);
    child.kill("SIGKILL");
    await ended;
    t.true([good, written].includes(readFileSync(out, "utf8")));
    for (const name of readdirSync(directory).filter((one) => !["big.json", "out.json"].includes(one)))
      t.regex(name, /^\.out\.json\.[0-9a-f]{12}\.tmp$/);
    writeFileSync(out, good);
  }
  t.is((await profile(["merge", big, "-o", out])).exitCode, 0);
  t.is(readFileSync(out, "utf8"), written);
});

/** A temporary file in which something is already written. */
function isPartial(directory: string, name: string): boolean {
  return name.endsWith(".tmp") && (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0) > 0;
}
