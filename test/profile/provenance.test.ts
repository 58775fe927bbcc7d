import test from "ava";
import { factId } from "../../src/facts/set.js";
import { provenanceOf } from "../../src/profile/provenance.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Profile } from "../../src/profile/types.js";
import { call } from "../directives/context.js";
import { check, profileOf, usual } from "../comparison/sample.js";

const late = call("uname");

/** Learned once, and once run confined, where it was refused one call that it needs. */
function repaired(): Profile {
  const learned = profileOf([...usual, late]);
  const [run] = learned.runs;
  const seen = learned.evidence[factId(late)];
  if (run === undefined || seen === undefined) throw new TypeError("it has a run that saw it");
  return {
    ...learned,
    runs: [run, { ...run, id: "00000000000000ff", started: "2026-02-02T00:00:00.000Z", confined: true }],
    evidence: { ...learned.evidence, [factId(late)]: { ...seen, runs: "1" } },
  };
}

test("a run that was confined is none that failed to see what the others saw", (t) => {
  const { always, sometimes, runs } = provenanceOf(repaired());
  t.is(runs, 2);
  t.deepEqual(
    sometimes.map(({ fact, seen, of }) => [fact, seen, of]),
    [[late, 1, 2]],
  );
  t.is(always, repaired().facts.length - 1);
});

test("the head of the drop-in counts the runs that learned", (t) => {
  const { dropIn } = synthesize(repaired(), { breadth: "exact", posture: "strict", target: 257 });
  t.regex(dropIn, /Evidence: \d+ facts of 1 run, phases/);
  t.regex(dropIn, /Evidence: 1 fact seen in some of the runs only\./);
});

test("a baseline that was proved asks no more of a candidate than one that was not", (t) => {
  const plain = profileOf([...usual, late]);
  t.is(check(repaired(), plain).verdict, "same");
  t.is(check(plain, repaired()).verdict, "same");
  t.is(check(repaired(), plain).baseline.runs, 1);
});
