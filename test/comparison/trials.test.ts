import test from "ava";
import { factId } from "../../src/facts/set.js";
import type { Capability } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import { parseAllowRules } from "../../src/rules/allow.js";
import { parseCeiling } from "../../src/rules/ceiling.js";
import type { Profile, Verdict } from "../../src/profile/types.js";
import { check, grown, profileOf, usual } from "./sample.js";

const capability = (name: Capability, operation: string): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation,
});

const chown = capability("CAP_CHOWN", "chown /srv/thing");
const plain = profileOf(usual);
const using = profileOf([...usual, chown]);

function tried(profile: Profile, verdict: Verdict, fact: Fact = chown): Profile {
  return { ...profile, verdicts: { [factId(fact)]: verdict } };
}

test("what the baseline refuses, although it was used, is no growth where it is used again", (t) => {
  const { verdict, covered, growth } = check(tried(using, "unneeded"), using);
  t.deepEqual([verdict, growth], ["same", []]);
  t.like(covered, [{ fact: chown, by: "the baseline refuses it, as the service worked without" }]);
  const other = profileOf([...usual, capability("CAP_CHOWN", "chown /srv/thing/other")]);
  t.is(check(tried(using, "unneeded"), other).verdict, "same");
});

test("what the baseline refuses is growth where the candidate was seen to fail without", (t) => {
  const found = check(tried(using, "unneeded"), tried(using, "needed"));
  t.is(found.verdict, "more");
  t.deepEqual(
    found.growth.map(({ fact }) => fact),
    [chown],
  );
  t.true(grown(found)[0]?.includes("CapabilityBoundingSet"));
});

test("what the baseline refuses is growth by any other use that it does not know", (t) => {
  const more = profileOf([...usual, chown, capability("CAP_NET_RAW", "socket AF_INET SOCK_RAW")]);
  t.deepEqual(
    check(tried(using, "unneeded"), more).growth.map(
      ({ fact }) => fact.kind === "capability" && fact.capability,
    ),
    ["CAP_NET_RAW"],
  );
});

test("what the candidate uses and does without is no growth", (t) => {
  const { verdict, covered } = check(plain, tried(using, "unneeded"));
  t.is(verdict, "same");
  t.like(covered, [{ fact: chown, by: "the candidate refuses it, as the service works without" }]);
  t.is(check(plain, using).verdict, "more");
});

test("what the candidate has learned to do without could be taken back", (t) => {
  const { verdict, gone, takeBack } = check(using, tried(using, "unneeded"));
  t.is(verdict, "less");
  t.like(gone, [{ fact: chown }]);
  t.like(takeBack, [{ directive: "CapabilityBoundingSet", drops: ["CAP_CHOWN"] }]);
  t.is(check(using, tried(using, "needed")).verdict, "same");
  t.is(check(tried(using, "unneeded"), tried(using, "unneeded")).verdict, "same");
});

test("a ceiling forbids what is granted", (t) => {
  const rule = { fact: { kind: "capability" }, reason: "none here" };
  const ceiling = parseCeiling(JSON.stringify({ schema: 1, never: [rule] }), "ceiling.json");
  t.is(check(using, using, { ceiling }).violations.length, 1);
  t.is(check(using, tried(using, "unneeded"), { ceiling }).violations.length, 0);
});

const dropping = (directive: string): Profile => ({
  ...plain,
  dropped: [{ directive, why: "it exits with 1" }],
});

test("a setting that the candidate newly drops is growth of that setting, unless a rule lets it through", (t) => {
  const { verdict, unitChanges } = check(plain, dropping("SystemCallFilter"));
  t.is(verdict, "more");
  const [filter] = unitChanges.filter(({ setting }) => setting === "SystemCallFilter");
  t.like(filter, { direction: "more", to: "" });
  t.regex(filter?.dropped ?? "", /it exits with 1/);
  t.is(check(dropping("SystemCallFilter"), dropping("SystemCallFilter")).verdict, "same");
  const rule = { setting: "SystemCallFilter", to: "*", reason: "known", expires: "2027-01-01" };
  const allow = parseAllowRules(JSON.stringify({ schema: 1, allow: [rule] }), "allow.json");
  t.is(check(plain, dropping("SystemCallFilter"), { allow }).verdict, "same");
});

test("any setting of the baseline is missed where the candidate drops it", (t) => {
  for (const name of [
    "ProtectSystem",
    "CapabilityBoundingSet",
    "ReadWritePaths",
    "PrivateTmp",
    "RestrictAddressFamilies",
  ]) {
    const { verdict, unitChanges } = check(plain, dropping(name));
    t.is(verdict, "more", name);
    t.true(
      unitChanges.every(({ direction, gain }) => direction === "more" && gain !== ""),
      name,
    );
  }
});
