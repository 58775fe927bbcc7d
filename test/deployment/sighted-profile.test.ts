import test from "ava";
import type { Sighting } from "../../src/deployment/canary-report.js";
import { sightedProfile } from "../../src/deployment/sighted-profile.js";
import { mergeProfiles } from "../../src/profile/merge.js";
import { parseProfile } from "../../src/profile/document.js";
import { sampleProfile } from "../profile/sample.js";

const since = "2026-01-01T00:00:00.000Z";

const uname: Sighting = {
  call: "uname",
  architecture: "x86-64",
  isKnown: true,
  count: 3,
  first: "2026-01-01T00:00:10.000Z",
  last: "2026-01-01T00:01:00.000Z",
  programs: [{ exe: "/usr/bin/d", count: 3, attribution: "program" }],
};

test("what a canary has seen is a profile that can be merged with the one it was made from", (t) => {
  const sighted = sightedProfile(sampleProfile, [uname], since);
  if (sighted === undefined) throw new TypeError("there is none");
  t.deepEqual(sighted.facts, [{ kind: "syscall", architecture: "x86-64", name: "uname", result: "used" }]);
  t.deepEqual(parseProfile(JSON.stringify(sighted), "it"), sighted);
  const merged = mergeProfiles([sampleProfile, sighted]);
  t.true(merged.facts.some((fact) => fact.kind === "syscall" && fact.name === "uname"));
  t.is(merged.runs.length, sampleProfile.runs.length + 1);
});

test("a call without a name is in no profile", (t) => {
  t.is(sightedProfile(sampleProfile, [{ ...uname, call: "syscall 999", isKnown: false }], since), undefined);
  t.is(sightedProfile(sampleProfile, [], since), undefined);
});
