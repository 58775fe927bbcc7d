import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { FactSet } from "../../src/facts/set.js";
import { fromLearned, parseProfile, readProfile } from "../../src/profile/document.js";
import { hostOf } from "../../src/profile/hosts.js";
import { formatProfile } from "../../src/profile/format.js";
import { mergeProfiles } from "../../src/profile/merge.js";
import type { Saturation } from "../../src/saturation/types.js";
import { sampleProfile } from "./sample.js";

function messageOf(text: string): string {
  try {
    parseProfile(text, "demo.profile.json");
  } catch (error) {
    return error instanceof ProfileError && error.exitCode === 2
      ? error.message
      : `not a ProfileError: ${String(error)}`;
  }
  return "accepted";
}

/** The sample with one member set, as text. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const document = structuredClone(sampleProfile) as unknown;
  let place = document as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) place = place[step] as typeof place;
  place[path.at(-1) ?? ""] = value;
  return JSON.stringify(document);
}

test("when a profile with every kind of fact is written and read then it is the same", (t) => {
  t.deepEqual(parseProfile(formatProfile(sampleProfile), "x"), sampleProfile);
});

test("when facts are shuffled and doubled by hand then they are read sorted and once", (t) => {
  const facts = [...sampleProfile.facts, ...sampleProfile.facts].reverse();
  t.deepEqual(parseProfile(JSON.stringify({ ...sampleProfile, facts }), "x").facts, sampleProfile.facts);
});

test("when a merge conflict is left in a profile then its line and column are told", (t) => {
  const lines = formatProfile(sampleProfile).split("\n");
  lines.splice(17, 0, "<<<<<<< HEAD");
  t.is(
    messageOf(lines.join("\n")),
    "demo.profile.json is not a profile: it is not JSON at line 18, column 1",
  );
});

test("when the text ends early then the end is told", (t) => {
  t.is(
    messageOf('{\n  "schema": 1,'),
    "demo.profile.json is not a profile: it is not JSON at line 2, column 15",
  );
});

test("when the file is empty then that is said", (t) => {
  t.is(messageOf(" \n"), "demo.profile.json is empty, not a profile");
});

test("when the JSON is something else then that is said", (t) => {
  t.is(messageOf('{"name": "x"}'), 'demo.profile.json is not a profile: it has no "schema" version');
  t.is(messageOf("[1]"), 'demo.profile.json is not a profile: it has no "schema" version');
  t.is(messageOf("null"), 'demo.profile.json is not a profile: it has no "schema" version');
});

test("when the schema is newer then it is called newer, whatever else differs", (t) => {
  t.is(
    messageOf('{"schema": 7, "future": true}'),
    "demo.profile.json has schema version 7, this program knows up to 3: use a newer sandbox-profiler",
  );
});

for (const version of ["0", "-1", "1.5", '"2"', "null", "[2]", "true"]) {
  test(`when the schema version is ${version} then it is none`, (t) => {
    t.regex(
      messageOf(`{\n  "schema": ${version}}`),
      /^demo\.profile\.json is not a valid profile: line 2, column 13: schema: expected a version from 1 to 3, found ["-\w.]+(?: \w+)?$/,
    );
  });
}

test("when the schema version is beyond all numbers then it is no version, or a newer one", (t) => {
  t.regex(messageOf('{"schema": 1e99}'), /has schema version 1e\+99, this program knows up to 3/);
  t.regex(messageOf('{"schema": 1e999}'), /expected a version from 1 to 3, found Infinity$/);
});

/** What is wrong and where, of the sample with one member set. */
function complaint(path: readonly (string | number)[], value: unknown): string {
  return messageOf(changed(path, value)).replace("demo.profile.json is not a valid profile: ", "");
}

const anyBind = sampleProfile.facts.findIndex(({ kind }) => kind === "bind");
const anyFile = sampleProfile.facts.findIndex(({ kind }) => kind === "file");
const anyCapability = sampleProfile.facts.findIndex(({ kind }) => kind === "capability");
const [anyEvidence = ""] = Object.keys(sampleProfile.evidence);

const complaints: readonly (readonly [title: string, readonly (string | number)[], unknown, string])[] = [
  ["of another type", ["unit", "name"], 3, "unit.name: expected a string, found 3"],
  [
    "a number for an object",
    ["hosts", 0, "files", "/etc/demo.conf"],
    1,
    'hosts[0].files["/etc/demo.conf"]: expected an object, found 1',
  ],
  ["below zero", ["runs", 0, "duration"], -1, "runs[0].duration: expected at least 0, found -1"],
  [
    "above its limit",
    ["facts", anyBind, "port"],
    65536,
    `facts[${anyBind}].port: expected at most 65535, found 65536`,
  ],
  [
    "no whole number",
    ["facts", anyBind, "port"],
    80.5,
    `facts[${anyBind}].port: expected a whole number, found 80.5`,
  ],
  [
    "larger than a user id",
    ["hosts", 0, "files", "/", "uid"],
    2 ** 32,
    'hosts[0].files["/"].uid: expected at most 4294967295, found 4294967296',
  ],
  ["not known", ["hosts", 0, "kernal"], "6.1", "hosts[0].kernal is not a known member"],
  ["missing", ["unit", "properties"], undefined, "unit.properties is missing"],
  [
    "a misspelt choice",
    ["facts", anyFile, "access"],
    "creat",
    `facts[${anyFile}].access: expected one of read, missing, write, create, delete, replace or 3 more, found "creat" (Did you mean "create"?)`,
  ],
  [
    "a misspelt kind",
    ["facts", 2, "kind"],
    "files",
    'facts[2].kind: expected one of syscall, file, rename, socket, bind, connect or 18 more, found "files" (Did you mean "file"?)',
  ],
  [
    "a misspelt capability",
    ["facts", anyCapability, "capability"],
    "CAP_NET_BIN_SERVICE",
    `facts[${anyCapability}].capability: expected one of CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_KILL or 35 more, found "CAP_NET_BIN_SERVICE" (Did you mean "CAP_NET_BIND_SERVICE"?)`,
  ],
  [
    "a relative path",
    ["facts", anyFile, "path"],
    "var/lib",
    `facts[${anyFile}].path: expected an absolute path without \`.\`, \`..\`, \`//\` or a slash at the end, found "var/lib"`,
  ],
  [
    "a path with ..",
    ["facts", anyFile, "path"],
    "/var/../etc",
    `facts[${anyFile}].path: expected an absolute path without \`.\`, \`..\`, \`//\` or a slash at the end, found "/var/../etc"`,
  ],
  [
    "hostile",
    ["facts", anyFile, "access"],
    "\u001b[2J\n",
    `facts[${anyFile}].access: expected one of read, missing, write, create, delete, replace or 3 more, found "\\u001b[2J\\n"`,
  ],
  [
    "very long",
    ["facts", anyFile, "access"],
    "x".repeat(1e6),
    `facts[${anyFile}].access: expected one of read, missing, write, create, delete, replace or 3 more, found "${"x".repeat(59)}…"`,
  ],
  [
    "a time that is no time",
    ["runs", 0, "started"],
    "yesterday",
    'runs[0].started: expected a time such as 2026-01-02T03:04:05.678Z, found "yesterday"',
  ],
  [
    "a time elsewhere",
    ["runs", 0, "started"],
    "2026-01-02T03:04:05+02:00",
    'runs[0].started: expected a time in UTC, which ends in Z, found "2026-01-02T03:04:05+02:00"',
  ],
  [
    "a list for a table",
    ["hosts", 0, "users"],
    ["root"],
    "hosts[0].users: expected an object, found an array",
  ],
  [
    "two lines where one is written",
    ["unit", "user"],
    "a\nb",
    'unit.user: expected text of one line without control characters, found "a\\nb"',
  ],
  ["no host", ["hosts"], [], "hosts: expected at least one element, found an array"],
  [
    "a host that is not there",
    ["runs", 0, "host"],
    1,
    "runs[0].host: 1 is none of the 1 host, which count from 0",
  ],
  [
    "a run that is not there",
    ["evidence", anyEvidence, "runs"],
    "0-1",
    `evidence[${JSON.stringify(anyEvidence)}].runs: 1 is none of the 1 run, which count from 0`,
  ],
  [
    "a range that falls",
    ["evidence", anyEvidence, "runs"],
    "1-0",
    `evidence[${JSON.stringify(anyEvidence)}].runs: "1-0" is not in rising order`,
  ],
  [
    "no range",
    ["evidence", anyEvidence, "runs"],
    "",
    `evidence[${JSON.stringify(anyEvidence)}].runs: expected indices of runs such as 0-2,5, found ""`,
  ],
];

for (const [title, path, value, message] of complaints) {
  test(`when a member is ${title} then that is told in one line`, (t) => {
    t.is(complaint(path, value).replace(/^line 1, column \d+: /, ""), message);
  });
}

test("when a call has a name that every object of JavaScript knows then it is refused", (t) => {
  const index = sampleProfile.facts.findIndex(({ kind }) => kind === "syscall");
  for (const name of ["constructor", "__proto__", "toString"])
    t.regex(complaint(["facts", index, "name"], name), /: facts\[\d+\]\.name: nothing is called so$/);
});

test("when a value is wrong then its line and column are told", (t) => {
  const text = formatProfile(sampleProfile);
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.includes('"port": 80'));
  const column = (lines[at] ?? "").indexOf("80") + 1;
  t.true(
    messageOf(text.replace('"port": 80', '"port": "80"')).startsWith(
      `demo.profile.json is not a valid profile: line ${at + 1}, column ${column}: facts[`,
    ),
  );
});

test("when a member is misspelt then the object in which it is missing is told, and what is there", (t) => {
  const text = formatProfile(sampleProfile).replace('"pidFile"', '"pidfile"');
  const at = text.split("\n").findIndex((line) => line.startsWith('  "unit"'));
  t.is(
    messageOf(text),
    `demo.profile.json is not a valid profile: line ${at + 1}, column 11: unit.pidFile is missing ("pidfile" is there)`,
  );
});

test("when a member is unknown then its name is where it is told to be", (t) => {
  t.is(
    messageOf('{\n  "schema": 3,\n  "unit": { "__proto__": 1 }\n}'),
    "demo.profile.json is not a valid profile: line 3, column 13: unit.__proto__ is not a known member",
  );
});

test("when a merge leaves a member twice then both places are told", (t) => {
  const text = formatProfile(sampleProfile).replace('    "user"', '    "type": "simple",\n    "user"');
  t.regex(
    messageOf(text),
    /^demo\.profile\.json is not a valid profile: line \d+, column 5: "type" is there twice in unit, first at line \d+, column 5$/,
  );
  t.regex(
    messageOf('{"schema": 3, "schema": 3}'),
    /column 15: "schema" is there twice, first at line 1, column 2$/,
  );
});

test("when the same member is written twice with escapes then that is found too", (t) => {
  t.regex(
    messageOf('{"schema": 3, "a": ":\\\"", "\\u0061": 1}'),
    /column 27: "a" is there twice, first at line 1, column 15$/,
  );
});

test("when it is nested without end then that is told", (t) => {
  const depth = 1_000_000;
  t.regex(
    messageOf(`{"schema": 3, "unit": ${"[".repeat(depth)}${"]".repeat(depth)}}`),
    /^demo\.profile\.json is not a valid profile: line 1, column \d+: it is nested too deeply$/,
  );
  t.regex(messageOf("[".repeat(depth)), /it is not JSON at line 1, column 1000001$/);
});

test("when a fact is deleted by hand then its evidence goes too", (t) => {
  const facts = sampleProfile.facts.filter(({ kind }) => kind !== "memory");
  t.deepEqual(parseProfile(formatProfile({ ...sampleProfile, facts }), "x").evidence, {});
});

test("when a profile is of schema 1 then each fact has the evidence of the first run, and all runs that saw it", (t) => {
  const { unit, facts, hosts, runs, evidence } = sampleProfile;
  const [id, seen] = Object.entries(evidence)[0] ?? t.fail();
  const { id: _, soak: __, host: ___, ...run } = runs[0] ?? t.fail();
  const { runs: ____, executable: _____, ...old } = seen;
  const document = {
    schema: 1,
    unit,
    facts,
    host: hosts[0],
    runs: [
      { ...run, started: "2026-03-01T00:00:00.000Z", evidence: { [id]: { ...old, count: 9 } } },
      { ...run, evidence: { [id]: old } },
      { ...run, started: "2026-02-01T00:00:00.000Z", evidence: {} },
    ],
  };
  const profile = parseProfile(JSON.stringify(document), "x");
  t.deepEqual(
    profile.runs.map(({ started }) => started.slice(0, 7)),
    ["2026-01", "2026-02", "2026-03"],
  );
  t.deepEqual(profile.evidence, { [id]: { ...old, runs: "0,2" } });
  t.deepEqual(profile.facts, facts);
  t.deepEqual(profile.hosts, hosts);
  t.deepEqual(parseProfile(formatProfile(profile), "x"), profile);
});

test("when a profile cannot be read then the reason is told in one line", async (t) => {
  const error = await t.throwsAsync(readProfile("/nonexistent/x.json"), { instanceOf: ProfileError });
  t.is(error.message, "cannot read /nonexistent/x.json: no such file or directory");
  const directory = await t.throwsAsync(readProfile("/"), { instanceOf: ProfileError });
  t.is(directory.message, "cannot read /: it is a directory");
});

test("when a run was learned then its evidence is kept apart and its facts are sorted", (t) => {
  const [run] = sampleProfile.runs;
  t.truthy(run);
  if (run === undefined) return;
  const { unit, evidence } = sampleProfile;
  const { started, duration, incomplete } = run;
  const phases = ["start", "soak", "stop"] as const;
  const facts = FactSet.of([...sampleProfile.facts].reverse());
  const host = hostOf(sampleProfile);
  const seen = Object.fromEntries(Object.entries(evidence).map(([id, { runs: _, ...one }]) => [id, one]));
  const soak = { soak: { command: "./soak" }, soaked: 10.25 };
  const course = { started, duration, phases, incomplete, failures: [] };
  const learned = { unit, host, facts, evidence: seen, ...course, ...soak };
  t.deepEqual(fromLearned(learned, "strace"), sampleProfile);
});

const estimate = { seen: 3, last: 1.5, unseen: 0.98, coverage: 0.95, chance: null, most: null };
const saturation: Saturation = {
  by: "repetition",
  units: 34,
  repetitions: 135,
  seconds: 7.91,
  every: 1.26,
  next: 0.0466,
  signals: ["SIGUSR1"],
  whole: estimate,
  classes: {
    "system-calls": estimate,
    reads: estimate,
    writes: estimate,
    network: estimate,
    capabilities: estimate,
    programs: estimate,
    others: estimate,
  },
};

test("when it was estimated what more of a soak would show then the profile has it, alone and merged", (t) => {
  const runs = sampleProfile.runs.map((run) => ({ ...run, saturation }));
  const profile = { ...sampleProfile, runs };
  t.deepEqual(parseProfile(formatProfile(profile), "x"), profile);
  t.deepEqual(mergeProfiles([profile, profile]).runs, runs);
  t.throws(() => parseProfile(formatProfile(profile).replace('"next": 0.0466', '"next": 1.5'), "x"), {
    message: /next/,
  });
});

test("when a soak went on until it was saturated then the profile says what ended it", (t) => {
  const course = { started: "2026-01-02T03:04:05.678Z", duration: 10, phases: ["start", "soak"] as const };
  const learned = {
    unit: sampleProfile.unit,
    host: hostOf(sampleProfile),
    facts: FactSet.empty,
    evidence: {},
    incomplete: [],
    failures: [],
    soak: { command: "./round", duration: 60, untilSaturated: 0.05 },
    soaked: 7.9,
    saturation,
    ...course,
  };
  const [enough] = fromLearned({ ...learned, saturated: true }, "strace").runs;
  t.like(enough, { soak: { until: "saturation", seconds: 7.9 }, saturation });
  const [limited] = fromLearned({ ...learned, saturated: false }, "strace").runs;
  t.deepEqual(limited?.soak, { until: "duration", seconds: 7.9 });
});

test("when the run failed then its profile says that evidence is missing", (t) => {
  const { unit } = sampleProfile;
  const learned = {
    unit,
    host: hostOf(sampleProfile),
    facts: FactSet.empty,
    evidence: {},
    failures: [],
    started: "2026-01-02T03:04:05.678Z",
    duration: 0.0449,
    phases: ["start"] as const,
    incomplete: ["a line was not understood"],
    failure: "demo.service did not start",
  };
  const [run] = fromLearned(learned, "strace").runs;
  t.deepEqual(run?.incomplete, ["a line was not understood", "the run failed: demo.service did not start"]);
  t.is(run?.duration, 0.045);
});

test("a property that the unit sets several times has a line for each", (t) => {
  const profile = sampleProfile;
  const unit = { ...profile.unit, properties: { DeviceAllow: "char-rtc r\nchar-tty rw" } };
  t.deepEqual(parseProfile(JSON.stringify({ ...profile, unit }), "p").unit.properties, unit.properties);
  const hostile = { ...profile.unit, properties: { DeviceAllow: "char-rtc r\u001b[2J" } };
  t.throws(() => parseProfile(JSON.stringify({ ...profile, unit: hostile }), "p"), {
    message: /unit\.properties\.DeviceAllow: expected text without control characters/,
  });
});
