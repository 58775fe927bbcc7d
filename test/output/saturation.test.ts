import test from "ava";
import picocolors from "picocolors";
import { forecast, interval, outlook, percent, saturationLines } from "../../src/output/saturation.js";
import { type Estimate, factClasses, type Saturation } from "../../src/saturation/types.js";

const plain = picocolors.createColors(false);

function saturation(whole: Partial<Estimate>, rest: Partial<Saturation> = {}): Saturation {
  const none: Estimate = { seen: 0, last: null, unseen: 0, coverage: 1, chance: 0, most: 1 };
  return {
    by: "time",
    units: 60,
    repetitions: 0,
    seconds: 120,
    every: 40,
    next: 1,
    signals: [],
    whole: { ...none, seen: 12, ...whole },
    classes: Object.fromEntries(factClasses.map((name) => [name, none])) as Saturation["classes"],
    ...rest,
  };
}

test("a soak that is long enough for a bound tells it", (t) => {
  t.is(
    forecast(saturation({ chance: 0.12, most: 0.31 })),
    "another hour of this soak would show something new with a probability of 12 % (at most 31 %)",
  );
});

test("a soak that bounds nothing says what it may have missed", (t) => {
  t.is(
    forecast(saturation({ chance: 0.004, most: 1 })),
    "another hour of this soak would show something new with a probability of 0.4 %, but 2 min are too short to be sure: what happens less often than every 40 s may have been missed",
  );
});

test("that nothing is to be expected is not called impossible", (t) => {
  t.is(
    forecast(saturation({ chance: 0, most: 0.25 })),
    "nothing seen suggests that another hour of this soak would show something new (at most 25 %)",
  );
});

test("a soak that is too short cannot tell", (t) => {
  const blank = { unseen: null, coverage: null, chance: null, most: null };
  t.is(
    forecast(saturation(blank, { seconds: 3.2, every: 1.07 })),
    "the soak of 3.2 s is too short to tell what another hour would show; what happens less often than every 1.1 s may have been missed",
  );
  t.is(
    forecast(saturation(blank, { seconds: 0.05, every: null, next: null })),
    "the soak of 0.05 s is too short to tell what another hour would show",
  );
});

test("what was new last, what is likely to come and what was left out are told, safe for a terminal", (t) => {
  const some = { seen: 3, last: 12, unseen: 3.4, coverage: 0.9, chance: 0.9, most: 1 };
  const found = saturation(
    { chance: 0.9, most: 0.95, last: 40, unseen: 3.6 },
    { by: "repetition", repetitions: 60, next: 0.0499 },
  );
  t.deepEqual(
    saturationLines(
      { ...found, classes: { ...found.classes, writes: some, network: some } },
      {
        newest: "creates /tmp/\u001b[2J",
        unexercised: [{ name: "reload" }, { name: "SIGUSR1", why: "it has a handler and got none" }],
      },
      plain,
    ),
    [
      "saturation: another hour of this soak would show something new with a probability of 90 % (at most 95 %)",
      "  after 60 repetitions, one more would show something new with a probability of at most 5 %",
      "  last new fact after 40 s of 2 min (creates /tmp/\\x1b[2J)",
      "  by estimate it does at least 4 things more that were not seen (paths written, network)",
      "not exercised: reload, SIGUSR1 (it has a handler and got none)",
    ],
  );
  t.deepEqual(saturationLines(undefined, { unexercised: [] }, plain), []);
});

test("the head of a drop-in says the same of soaks that went about the same", (t) => {
  t.is(outlook(saturation({ chance: 0.01 })), outlook(saturation({ chance: 0.04 })));
  t.is(
    outlook(saturation({ chance: 0.01 })),
    "the soak gives no sign that more of it would show something new",
  );
  t.is(
    outlook(saturation({ chance: 0.01, most: 0.4 })),
    "more of the same soak would probably show nothing new",
  );
  t.is(outlook(saturation({ chance: 0.2 })), "more of the same soak may show something new");
  t.is(outlook(saturation({ chance: 0.9 })), "more of the same soak would probably show something new");
  t.is(outlook(saturation({ chance: null })), "the soak was too short to tell what more of it would show");
  t.is(
    outlook(saturation({ chance: null }, { by: "repetition", next: 0.049 })),
    "the soak was repeated until one more time was unlikely to show anything new",
  );
});

test("probabilities and times read well", (t) => {
  t.deepEqual([0, 0.0004, 0.004, 0.0466, 0.123, 0.999, 1].map(percent), [
    "0 %",
    "less than 0.1 %",
    "0.4 %",
    "4.7 %",
    "12 %",
    "more than 99 %",
    "100 %",
  ]);
  t.deepEqual([0.0431, 4.25, 40.2, 119, 125, 7300].map(interval), [
    "0.043 s",
    "4.3 s",
    "40 s",
    "119 s",
    "2 min",
    "2 h",
  ]);
});
