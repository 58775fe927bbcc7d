import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { proveByTrial, smallestCulprits } from "../../src/verification/trials.js";
import type { Suspect } from "../../src/verification/types.js";

const suspect = (directive: string, isSole = false): Suspect => ({ directive, how: "", isSole });

/** Denied while any of `causes` is in force. */
function counting(causes: readonly string[]) {
  const runs: string[][] = [];
  const stillDenied = (lifted: readonly string[]) => {
    runs.push([...lifted]);
    return Promise.resolve(!causes.every((cause) => lifted.includes(cause)));
  };
  return { runs, stillDenied };
}

test("a sole suspect needs no trial", async (t) => {
  const { runs, stillDenied } = counting([]);
  t.deepEqual(await proveByTrial([suspect("A", true)], stillDenied), { directives: ["A"], isProved: true });
  t.deepEqual(runs, []);
});

test("of two suspects the one without which it works is the cause", async (t) => {
  const { runs, stillDenied } = counting(["B"]);
  t.deepEqual(await proveByTrial([suspect("A"), suspect("B")], stillDenied), {
    directives: ["B"],
    isProved: true,
  });
  t.deepEqual(runs, [["A"], ["B"]]);
});

test("two that each refuse it are found together", async (t) => {
  const { runs, stillDenied } = counting(["A", "C"]);
  const { directives, isProved } = await proveByTrial(
    ["A", "B", "C"].map((one) => suspect(one)),
    stillDenied,
  );
  t.deepEqual([...directives].sort(), ["A", "C"]);
  t.true(isProved);
  t.true(runs.length <= 9, JSON.stringify(runs));
});

test("directives that belong together are lifted in one run", async (t) => {
  const { runs, stillDenied } = counting(["InaccessiblePaths"]);
  const suspects = ["ReadWritePaths", "ProtectSystem", "InaccessiblePaths"].map((one) => suspect(one));
  await proveByTrial(suspects, stillDenied);
  t.deepEqual(runs, [["ReadWritePaths"], ["InaccessiblePaths"]]);
});

test("what none of the suspects does is not pinned on them", async (t) => {
  const { stillDenied } = counting(["X"]);
  t.false((await proveByTrial([suspect("A"), suspect("B")], stillDenied)).isProved);
  t.false((await proveByTrial([suspect("A")], stillDenied)).isProved);
  t.deepEqual(await proveByTrial([], stillDenied), { directives: [], isProved: false });
});

const names = Array.from({ length: 40 }, (_, index) => `D${index}`);

test("one culprit of forty takes few runs", async (t) => {
  for (const culprit of names) {
    let runs = 0;
    const found = await smallestCulprits(names, (without) => {
      runs++;
      return Promise.resolve(without.includes(culprit));
    });
    t.deepEqual(found, [culprit]);
    // Two for each halving.
    t.true(runs <= 12, `${culprit}: ${runs} runs`);
  }
});

const directives = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 12 });

testProp(
  "culprits that all have to go are found, and nothing else",
  [directives, fc.array(fc.nat(), { minLength: 1, maxLength: 4 })],
  async (t, all, picks) => {
    const culprits = [...new Set(picks.map((pick) => all[pick % all.length] ?? ""))];
    let runs = 0;
    const found = await smallestCulprits(all, (without) => {
      runs++;
      return Promise.resolve(culprits.every((one) => without.includes(one)));
    });
    t.deepEqual([...found].sort(), [...culprits].sort());
    t.true(runs <= all.length ** 2 + 3 * all.length);
  },
);

/** Any answer at all, the same each time. */
const oracle = fc.func(fc.boolean());

testProp(
  "however the service behaves, it works without what is found, and each of it has to go",
  [directives, oracle],
  async (t, all, answers) => {
    const asked = new Set<string>();
    const isAll = (set: readonly string[]) => set.length === all.length;
    const works = (without: readonly string[]) =>
      isAll(without) || (without.length > 0 && answers([...without].sort().join()));
    const found = await smallestCulprits(all, (without) => {
      const key = [...without].sort().join();
      t.false(asked.has(key), "no set is run twice");
      asked.add(key);
      return Promise.resolve(works(without));
    });
    t.true(works(found));
    for (const one of found)
      if (found.length > 1) t.false(works(found.filter((other) => other !== one)), `${one} may stay`);
    t.true(asked.size <= all.length ** 2 + 3 * all.length);
  },
);
