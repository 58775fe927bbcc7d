import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { formatRuns, parseRuns, runRanges } from "../../src/profile/run-ranges.js";

const indices = fc.uniqueArray(fc.nat(40), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));

testProp("when runs are written as ranges then they are read back", [indices], (t, runs) => {
  t.deepEqual(parseRuns(formatRuns(runs), 41), runs);
  t.regex(formatRuns(runs), runRanges);
});

test("when runs follow each other then only the first and the last are written", (t) => {
  t.is(formatRuns([0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
  t.is(formatRuns([]), "");
});

test("when ranges name runs that there are not then these are left out", (t) => {
  t.deepEqual(parseRuns("1-999999999,3", 3), [1, 2]);
});
