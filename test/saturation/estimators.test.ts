import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  chanceOfAny,
  expectedNew,
  fewestUnits,
  mostNewPerUnit,
  poissonUpperBound,
  sampleCoverage,
  unseenSpecies,
} from "../../src/saturation/estimators.js";
import { type Assemblage, mean, randomNumbers, sample, seenIn, trulyNew } from "./simulation.js";

const samples = 400;

/** Services that do a few things always, some now and then, and some hardly ever. */
const assemblages: Readonly<Record<string, Assemblage>> = {
  "all as often": Array.from({ length: 40 }, () => 0.05),
  "often, now and then, and seldom": [1, 1, 0.5, 0.5, 0.2, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.005],
  "each seldomer than the one before": Array.from({ length: 30 }, (_, i) => 0.5 / (i + 1) ** 2),
  "one request in twenty": [1, 1, 1, 0.05],
  "nothing is ever new": [1, 1, 1],
};

for (const [name, assemblage] of Object.entries(assemblages)) {
  for (const units of [16, 40, 64]) {
    test(`${name}, ${units} units: the bound on what is new holds in 95 of 100 soaks`, (t) => {
      const random = randomNumbers(units);
      for (const more of [1, 10, units]) {
        const held = Array.from({ length: samples }, () => {
          const seen = sample(assemblage, units, random);
          const most = mostNewPerUnit(units, seenIn(1, seen), seenIn(2, seen)) * more;
          return Number(trulyNew(assemblage, seen, more) <= most + 1e-9);
        });
        // Three standard deviations of 400 trials with a chance of 95 in 100.
        t.true(mean(held) >= 0.95 - 0.033, `${more} more: ${mean(held)}`);
      }
    });

    test(`${name}, ${units} units: what is said to be unseen is no more than there is, on average`, (t) => {
      const random = randomNumbers(units + 1);
      const errors = Array.from({ length: samples }, () => {
        const seen = sample(assemblage, units, random);
        return unseenSpecies(units, seenIn(1, seen), seenIn(2, seen)) - seenIn(0, seen);
      });
      const spread = Math.sqrt(mean(errors.map((error) => error ** 2)) / samples);
      t.true(mean(errors) <= 3 * spread + 0.1 * assemblage.length, `${mean(errors)}`);
    });

    test(`${name}, ${units} units: what as many units again show is foretold, on average`, (t) => {
      const random = randomNumbers(units + 2);
      const pairs = Array.from({ length: samples }, () => {
        const seen = sample(assemblage, units, random);
        const [q1, q2] = [seenIn(1, seen), seenIn(2, seen)];
        return [
          expectedNew(units, q1, unseenSpecies(units, q1, q2), units),
          trulyNew(assemblage, seen, units),
        ] as const;
      });
      const [foretold, truth] = [mean(pairs.map(([one]) => one)), mean(pairs.map(([, one]) => one))];
      t.true(Math.abs(foretold - truth) <= 0.3 * truth + 0.5, `${foretold} instead of ${truth}`);
    });

    test(`${name}, ${units} units: the coverage is what was seen of all that happens`, (t) => {
      const random = randomNumbers(units + 3);
      const total = assemblage.reduce((sum, one) => sum + one, 0);
      const errors = Array.from({ length: samples }, () => {
        const seen = sample(assemblage, units, random);
        const incidences = seen.reduce((sum, one) => sum + one, 0);
        const covered = assemblage.reduce((sum, one, i) => sum + (seen[i] === 0 ? 0 : one), 0) / total;
        return sampleCoverage(units, incidences, seenIn(1, seen), seenIn(2, seen)) - covered;
      });
      t.true(Math.abs(mean(errors)) < 0.02, `${mean(errors)}`);
    });
  }
}

test("the bound of the Poisson distribution is that of the tables", (t) => {
  // Garwood 1936, one-sided 95 %: half of the 95 % point of chi square with 2 (n + 1) degrees of freedom.
  const bounds = [0, 1, 2, 5, 10].map((events) => Number(poissonUpperBound(events).toFixed(3)));
  t.deepEqual(bounds, [2.996, 4.744, 6.296, 10.513, 16.962]);
});

test("what was never seen in sixty repetitions comes in less than one of twenty", (t) => {
  t.is(Math.ceil(fewestUnits(0.05)), 60);
  t.true(mostNewPerUnit(60, 0, 0) <= 0.05 && mostNewPerUnit(59, 0, 0) > 0.05);
});

test("Chao2 is what is computed by hand", (t) => {
  t.is(unseenSpecies(10, 6, 3).toFixed(9), "5.400000000");
  t.is(unseenSpecies(10, 6, 0), 13.5);
  t.is(unseenSpecies(10, 0, 4), 0);
  t.is(sampleCoverage(10, 50, 5, 2), 1 - (5 / 50) * (45 / 49));
});

const counts = {
  units: fc.integer({ min: 2, max: 64 }),
  q1: fc.nat({ max: 64 }),
  q2: fc.nat({ max: 64 }),
};

testProp(
  "more of a soak never shows less, and never more than the bound",
  [counts.units, counts.q1, counts.q2, fc.double({ min: 0, max: 1e4, noNaN: true }), fc.nat({ max: 1000 })],
  (t, units, q1, q2, more, further) => {
    const unseen = unseenSpecies(units, q1, q2);
    const first = expectedNew(units, q1, unseen, more);
    t.true(first >= 0 && first <= unseen);
    t.true(expectedNew(units, q1, unseen, more + further) >= first);
    t.true(first <= mostNewPerUnit(units, q1, q2) * more + 1e-9);
    t.true(chanceOfAny(first) >= 0 && chanceOfAny(first) <= 1);
  },
);

testProp(
  "the more is seen once only, the greater are all estimates; the longer the soak, the smaller the bound",
  [counts.units, counts.q1, counts.q2],
  (t, units, q1, q2) => {
    t.true(unseenSpecies(units, q1 + 1, q2) >= unseenSpecies(units, q1, q2));
    t.true(mostNewPerUnit(units, q1 + 1, q2) > mostNewPerUnit(units, q1, q2));
    t.true(mostNewPerUnit(units + 1, q1, q2) < mostNewPerUnit(units, q1, q2));
    const incidences = q1 + 2 * q2;
    const coverage = sampleCoverage(units, incidences, q1, q2);
    t.true(coverage >= 0 && coverage <= 1);
  },
);
