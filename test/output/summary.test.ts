import test from "ava";
import picocolors from "picocolors";
import type { Decision } from "../../src/directives/types.js";
import { FactSet } from "../../src/facts/set.js";
import { formatDuration, type RunReport, summarize } from "../../src/output/summary.js";
import { hostOf } from "../../src/profile/hosts.js";
import { sampleProfile } from "../profile/sample.js";

const plain = picocolors.createColors(false);

const report: RunReport = {
  learned: {
    unit: sampleProfile.unit,
    host: hostOf(sampleProfile),
    facts: FactSet.of(sampleProfile.facts),
    evidence: {},
    failures: [],
    started: "2026-01-02T03:04:05.678Z",
    duration: 75,
    phases: ["start", "soak"],
    incomplete: [],
  },
  decisions: [],
  exposure: undefined,
  complaints: [],
  written: [],
};

function withheld(directive: string, reason: "unsafe" | "operator", advice?: readonly string[]): Decision {
  const decision = {
    decision: "withheld",
    directive,
    reason,
    why: `reason of ${directive}`,
    facts: [],
  } as const;
  return advice === undefined ? decision : { ...decision, advice: [{ text: "", lines: advice }] };
}

test("when a run is over then unit, facts, phases, exposure and files are told", (t) => {
  const done = { ...report, exposure: { before: 9.6, after: 2 }, written: ["profiles/demo.service.conf"] };
  t.is(
    summarize(done, plain),
    `demo.service: 18 facts in 1 min 15 s (start, soak); 0 directives set
exposure 9.6 → 2.0 (systemd-analyze security)
not exercised: reload, restart, stop, port 80 (nobody connected to it)
wrote profiles/demo.service.conf`,
  );
});

test("when advice was to be adopted then the lines are told, or that there are none", (t) => {
  const lines = (adopted: readonly string[]) => summarize({ ...report, adopted }, plain).split("\n");
  t.true(
    lines(["DynamicUser=yes", "StateDirectory=x"]).includes(
      "adopted advice: DynamicUser=yes, StateDirectory=x",
    ),
  );
  t.true(lines([]).includes("adopted advice: none; the drop-in says what stands in the way"));
});

test("when a drop-in was synthesized then what explains it is named, fit to be pasted", (t) => {
  const line = (path: string) =>
    summarize({ ...report, written: [path] }, plain)
      .split("\n")
      .at(-1);
  t.is(
    line("out/demo.service.profile.json"),
    "why: profile explain out/demo.service.profile.json [directive, path, system call, capability …]",
  );
  t.regex(line("a b/it's.profile.json") ?? "", /^why: profile explain 'a b\/it'\\''s\.profile\.json' /);
});

test("when directives are withheld or widened then each is told once with its advice", (t) => {
  const grant = (origin: "seen" | "alias"): { value: string; origin: "seen" | "alias"; facts: [] } => ({
    value: "x",
    origin,
    facts: [],
  });
  const decisions: Decision[] = [
    withheld("PrivateTmp", "unsafe"),
    withheld("ReadWritePaths", "operator", ["ReadWritePaths=/etc/demo"]),
    {
      decision: "set",
      directive: "SystemCallFilter",
      values: ["", "x"],
      why: "",
      grants: [grant("seen"), grant("alias"), grant("alias")],
    },
  ];
  t.is(
    summarize({ ...report, decisions }, plain),
    `demo.service: 18 facts in 1 min 15 s (start, soak); 1 directive set
not exercised: reload, restart, stop, port 80 (nobody connected to it)
widened beyond what was seen:
  SystemCallFilter= 2 granted as aliases or group members, 1 seen or required
not set, the service needs what it denies:
  PrivateTmp= reason of PrivateTmp
for you to decide:
  ReadWritePaths= reason of ReadWritePaths
    ReadWritePaths=/etc/demo`,
  );
});

test("when the service failed or evidence is missing then that is told, safe for a terminal", (t) => {
  const learned = { ...report.learned, failure: "exit \u001b[2J", incomplete: ["line\n2"] };
  t.is(
    summarize({ ...report, learned, decisions: undefined }, plain),
    `demo.service: 18 facts in 1 min 15 s (start, soak)
failed: exit \\x1b[2J
evidence incomplete: line\\x0a2
not exercised: reload, restart, stop, port 80 (nobody connected to it)`,
  );
});

test("when there is very much to tell then the summary stays short and names the drop-in", (t) => {
  const decisions = Array.from({ length: 40 }, (_, i) => withheld(`D${i}`, "unsafe"));
  const lines = summarize({ ...report, decisions }, plain).split("\n");
  t.is(lines.length, 16);
  t.is(lines.at(-1), "  and 28 more, see the drop-in");
});

test("when durations are told then they read well", (t) => {
  t.deepEqual([0.04, 59.9, 60, 61, 3599.9, 5400].map(formatDuration), [
    "0.0 s",
    "59.9 s",
    "1 min",
    "1 min 1 s",
    "1 h",
    "1 h 30 min",
  ]);
});
