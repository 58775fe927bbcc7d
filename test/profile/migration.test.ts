import { readFileSync } from "node:fs";
import test from "ava";
import { factId } from "../../src/facts/set.js";
import { parseProfile } from "../../src/profile/document.js";
import { formatProfile } from "../../src/profile/format.js";
import { mergeProfiles } from "../../src/profile/merge.js";
import { synthesize } from "../../src/profile/synthesize.js";
import { sampleProfile } from "./sample.js";

/** Made by the last release that wrote schema 1, with the drop-in that it synthesized; only names of the machine are left out. */
const [old, dropIn] = ["schema-1.profile.json", "schema-1.conf"].map((name) =>
  readFileSync(`test/fixtures/profile/${name}`, "utf8"),
) as [string, string];

const options = { breadth: "portable", posture: "strict", target: undefined } as const;

test("when a profile was written by an earlier release then its drop-in is the same to the byte", (t) => {
  t.is(synthesize(parseProfile(old, "old"), options).dropIn, dropIn);
});

test("when it is written again then it is read as the same, with all its evidence", (t) => {
  const migrated = parseProfile(old, "old");
  t.deepEqual(parseProfile(formatProfile(migrated), "new"), migrated);
  const document = JSON.parse(old) as { facts: object[]; runs: { evidence: object }[] };
  t.deepEqual(Object.keys(migrated.evidence), Object.keys(document.runs[0]?.evidence ?? {}).sort());
  t.is(migrated.facts.length, document.facts.length);
});

test("when it is merged with its migrated copy then nothing is counted twice", (t) => {
  const migrated = parseProfile(old, "old");
  const merged = mergeProfiles([
    migrated,
    parseProfile(formatProfile(migrated), "new"),
    parseProfile(old, "old"),
  ]);
  t.is(formatProfile(merged), formatProfile(migrated));
});

test("when it is merged with what a later release learned then both are there", (t) => {
  const migrated = parseProfile(old, "old");
  const merged = mergeProfiles([{ ...migrated, unit: sampleProfile.unit }, sampleProfile]);
  t.is(merged.runs.length, 2);
  t.is(merged.hosts.length, 2);
  const ids = [...migrated.facts, ...sampleProfile.facts].map(factId);
  t.deepEqual(merged.facts.map(factId), [...new Set(ids)].sort());
});

test("when a profile was written before anything could be proved then it reads as one of which nothing is", (t) => {
  const before = formatProfile(sampleProfile).replace('"schema": 3', '"schema": 2');
  t.deepEqual(parseProfile(before, "before"), parseProfile(formatProfile(sampleProfile), "today"));
});
