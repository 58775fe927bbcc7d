import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import picocolors from "picocolors";
import { ProfileError } from "../../src/errors.js";
import { explain } from "../../src/explain/index.js";
import { factId } from "../../src/facts/set.js";
import { renderExplanation } from "../../src/output/explanation/index.js";
import { parseProfile } from "../../src/profile/document.js";
import { formatProfile } from "../../src/profile/format.js";
import { mergeProfiles } from "../../src/profile/merge.js";
import type { Profile, Proof, Run } from "../../src/profile/types.js";
import { anyProfile } from "./arbitrary.js";
import { sampleProfile } from "./sample.js";

const text = (...profiles: readonly Profile[]): string => formatProfile(mergeProfiles(profiles));
const runs = { numRuns: 100 };

testProp(
  "when profiles are merged in another order then the bytes are the same",
  [anyProfile, anyProfile],
  (t, a, b) => {
    t.is(text(a, b), text(b, a));
  },
  runs,
);

testProp(
  "when merged profiles are merged then it does not matter which came first",
  [anyProfile, anyProfile, anyProfile],
  (t, a, b, c) => {
    const all = text(a, b, c);
    t.is(text(mergeProfiles([a, b]), c), all);
    t.is(text(a, mergeProfiles([b, c])), all);
  },
  runs,
);

testProp(
  "when a profile is merged twice then nothing changes",
  [anyProfile, anyProfile],
  (t, a, b) => {
    const one = text(a);
    t.is(text(a, a), one);
    t.is(text(mergeProfiles([a])), one);
    t.is(text(mergeProfiles([a, b]), a), text(a, b));
  },
  runs,
);

testProp(
  "when a merged profile is stored and read then it is the same",
  [anyProfile, anyProfile],
  (t, a, b) => {
    t.is(formatProfile(parseProfile(text(a, b), "x")), text(a, b));
    t.is(formatProfile(parseProfile(formatProfile(a), "x")), text(a));
  },
  runs,
);

testProp(
  "when profiles are merged then every fact, run and sighting of either is there, and no other",
  [fc.array(anyProfile, { minLength: 1, maxLength: 4 })],
  (t, profiles) => {
    const merged = mergeProfiles(profiles);
    t.deepEqual(merged.facts.map(factId), distinct(profiles.flatMap(({ facts }) => facts.map(factId))));
    const key = ({ started, id }: Run): string => `${started} ${id}`;
    t.deepEqual(merged.runs.map(key), distinct(profiles.flatMap((one) => one.runs.map(key))));
    for (const one of profiles) {
      for (const { id, runKeys } of sightings(one)) {
        const all = sightings(merged).find((other) => other.id === id)?.runKeys ?? [];
        t.true(runKeys.every((seen) => all.includes(seen)));
      }
    }
  },
  { numRuns: 100 },
);

testProp(
  "when profiles are merged then a fact is refused only if all that have it do without, and needed if one does",
  [fc.array(anyProfile, { minLength: 1, maxLength: 4 })],
  (t, profiles) => {
    const merged = mergeProfiles(profiles);
    for (const id of merged.facts.map(factId)) {
      const said = profiles
        .filter(({ facts }) => facts.some((fact) => factId(fact) === id))
        .map(({ verdicts }) => verdicts?.[id]);
      const expected = said.includes("needed")
        ? "needed"
        : said.every((verdict) => verdict === "unneeded")
          ? "unneeded"
          : undefined;
      t.is(merged.verdicts?.[id], expected);
    }
    const ids = merged.facts.map(factId);
    t.deepEqual(
      Object.keys(merged.verdicts ?? {}).filter((id) => !ids.includes(id)),
      [],
    );
  },
  runs,
);

testProp(
  "when profiles are merged then what any of them drops is dropped once, and each proof is there once",
  [fc.array(anyProfile, { minLength: 1, maxLength: 4 })],
  (t, profiles) => {
    const merged = mergeProfiles(profiles);
    const names = profiles.flatMap(({ dropped = [] }) => dropped.map(({ directive }) => directive));
    t.deepEqual(
      (merged.dropped ?? []).map(({ directive }) => directive),
      distinct(names),
    );
    const proofs = profiles.flatMap((one) => one.proofs ?? []).map(proofText);
    t.deepEqual((merged.proofs ?? []).map(proofText), distinct(proofs));
    t.true(merged.dropped?.length !== 0 && merged.proofs?.length !== 0);
  },
  runs,
);

const proofText = ({ phases, settings, systemd, unenforced }: Proof): string =>
  JSON.stringify({ phases, settings, systemd, unenforced });

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** Of each fact that is there with evidence, the runs that saw it. */
function sightings({ facts, evidence, runs: all }: Profile): { id: string; runKeys: string[] }[] {
  const ids = new Set(facts.map(factId));
  return Object.entries(evidence)
    .filter(([id]) => ids.has(id))
    .map(([id, { runs: ranges }]) => ({
      id,
      runKeys: ranges
        .split(",")
        .filter((range) => range !== "")
        .flatMap((range) => {
          const [first = 0, last = first] = range.split("-").map(Number);
          return all.slice(first, last + 1).map(({ started, id: run }) => `${started} ${run}`);
        }),
    }));
}

/** The sample, learned again at another time. */
function again(started: string, change: Partial<Profile> = {}): Profile {
  const [run] = sampleProfile.runs;
  if (run === undefined) throw new TypeError("the sample has a run");
  const id = started.replace(/\D/g, "").padStart(16, "0").slice(0, 16);
  return { ...sampleProfile, runs: [{ ...run, started, id }], ...change };
}

test("when a service was learned twice on one machine then the machine is stored once, with the files of both", (t) => {
  const [host] = sampleProfile.hosts;
  if (host === undefined) return t.fail();
  const more = { ...host, files: { "/": null, "/srv": null } };
  const merged = mergeProfiles([sampleProfile, again("2026-01-03T00:00:00.000Z", { hosts: [more] })]);
  t.is(merged.hosts.length, 1);
  t.deepEqual(Object.keys(merged.hosts[0]?.files ?? {}), [
    "/",
    "/etc/demo.conf",
    "/srv",
    "/usr/bin/sudo",
    "/var/run",
  ]);
  t.is(merged.hosts[0]?.files["/"], null);
  t.deepEqual(
    merged.runs.map(({ host: index }) => index),
    [0, 0],
  );
  t.deepEqual(
    Object.values(merged.evidence).map((one) => one.runs),
    ["0-1"],
  );
});

test("when machines differ then both are kept, and each run has its own", (t) => {
  const [host] = sampleProfile.hosts;
  if (host === undefined) return t.fail();
  const other = again("2026-01-01T00:00:00.000Z", { hosts: [{ ...host, kernel: "5.10.0" }] });
  const merged = mergeProfiles([sampleProfile, other]);
  t.deepEqual(
    merged.runs.map((run) => merged.hosts[run.host]?.kernel),
    ["5.10.0", "6.1.0"],
  );
});

test("when runs disagree on the evidence then that of the first run is kept", (t) => {
  const [id, seen] = Object.entries(sampleProfile.evidence)[0] ?? t.fail();
  const evidence = { [id]: { ...seen, count: 99 } };
  const earlier = again("2025-01-01T00:00:00.000Z", { evidence });
  const later = again("2027-01-01T00:00:00.000Z", { evidence });
  t.is(mergeProfiles([sampleProfile, earlier]).evidence[id]?.count, 99);
  t.is(mergeProfiles([sampleProfile, later]).evidence[id]?.count, seen.count);
});

test("when the unit has changed then it is that of the latest run", (t) => {
  const unit = { ...sampleProfile.unit, user: "demo" };
  const later = again("2027-01-01T00:00:00.000Z", { unit });
  t.is(mergeProfiles([later, sampleProfile]).unit.user, "demo");
  const earlier = again("2025-01-01T00:00:00.000Z", { unit });
  t.is(mergeProfiles([sampleProfile, earlier]).unit.user, "");
});

test("when a fact was deleted by hand then its evidence goes too", (t) => {
  t.deepEqual(mergeProfiles([{ ...sampleProfile, facts: [] }]).evidence, {});
});

test("when a fact was deleted by hand then its verdict goes too", (t) => {
  const [fact] = sampleProfile.facts;
  if (fact === undefined) return t.fail();
  const tried = { ...sampleProfile, verdicts: { [factId(fact)]: "unneeded" } as const };
  t.deepEqual(mergeProfiles([tried]).verdicts, { [factId(fact)]: "unneeded" });
  t.is(
    parseProfile(formatProfile({ ...tried, facts: sampleProfile.facts.slice(1) }), "x").verdicts,
    undefined,
  );
});

test("when a service was run again without its trials then nothing is refused any more for them", (t) => {
  const [fact] = sampleProfile.facts;
  if (fact === undefined) return t.fail();
  const tried = { ...sampleProfile, verdicts: { [factId(fact)]: "unneeded" } as const };
  t.is(mergeProfiles([tried, again("2026-05-01T00:00:00.000Z")]).verdicts, undefined);
});

test("when profiles are of different units then they are refused in one line", (t) => {
  const other = { ...sampleProfile, unit: { ...sampleProfile.unit, name: "other.service" } };
  const error = t.throws(() => mergeProfiles([sampleProfile, other]), { instanceOf: ProfileError });
  t.is(error.message, "profiles of demo.service and other.service cannot be merged, only those of one unit");
});

test("when a merged profile is explained then it is told how many of the runs saw what", (t) => {
  const [id, seen] = Object.entries(sampleProfile.evidence)[0] ?? t.fail();
  const others = ["2026-03-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z"].map((started) =>
    again(started, { evidence: started.includes("-03-") ? { [id]: seen } : {} }),
  );
  const explanation = explain(
    mergeProfiles([sampleProfile, ...others]),
    { breadth: "exact", posture: "strict", target: undefined },
    "MemoryDenyWriteExecute",
  );
  const text = renderExplanation(explanation, picocolors.createColors(false), false);
  t.regex(text, /^demo\.service: 18 facts of 3 runs;/);
  t.regex(text, /demo, 3 times since soak, in 2 of 3 runs: mmap/);
});
