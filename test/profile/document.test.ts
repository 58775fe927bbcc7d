import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { FactSet } from "../../src/facts/set.js";
import { fromLearned, parseProfile, readProfile } from "../../src/profile/document.js";
import { hostOf } from "../../src/profile/hosts.js";
import { formatProfile } from "../../src/profile/format.js";
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
    "demo.profile.json has schema version 7, this program knows up to 2: use a newer sandbox-profiler",
  );
});

test("when a member is wrong then its path, what was expected and what was found are told", (t) => {
  const at = (path: readonly (string | number)[], value: unknown): string =>
    messageOf(changed(path, value)).replace("demo.profile.json is not a valid profile: ", "");
  t.is(at(["unit", "name"], 3), "$.unit.name: expected string but found 3");
  t.is(
    at(["hosts", 0, "files", "/etc/demo.conf"], 1),
    '$.hosts[0].files["/etc/demo.conf"]: expected Object but found 1',
  );
  t.is(at(["runs", 0, "duration"], -1), "$.runs[0].duration: expected >=0 but found -1");
  t.regex(
    at(["facts", 2, "kind"], "fantasy"),
    /^\$\.facts\[2\]\.kind: expected \(.*"syscall".*\) but found "fantasy"$/,
  );
  const bind = sampleProfile.facts.findIndex(({ kind }) => kind === "bind");
  t.is(at(["facts", bind, "port"], 65536), `$.facts[${bind}].port: expected <=65535 but found 65536`);
  t.is(at(["hosts", 0, "kernal"], "6.1"), "$.hosts[0].kernal is not a known member");
  t.is(at(["unit", "properties"], undefined), '$.unit.properties: expected "properties" but found undefined');
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
  const learned = { unit, host, facts, evidence: seen, started, duration, phases, incomplete, ...soak };
  t.deepEqual(fromLearned(learned, "strace"), sampleProfile);
});

test("when the run failed then its profile says that evidence is missing", (t) => {
  const { unit } = sampleProfile;
  const learned = {
    unit,
    host: hostOf(sampleProfile),
    facts: FactSet.empty,
    evidence: {},
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
