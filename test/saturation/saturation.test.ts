import test from "ava";
import { FactSet, factId } from "../../src/facts/set.js";
import type { SampledSoak, Units } from "../../src/facts/sampling.js";
import type { Evidence, Fact } from "../../src/facts/types.js";
import { fewestRepetitions, saturationOf } from "../../src/saturation/index.js";
import { longestSoak } from "../../src/saturation/runs.js";
import { unexercised } from "../../src/saturation/unexercised.js";
import { sampleProfile } from "../profile/sample.js";
import { randomNumbers } from "./simulation.js";

const reads = (path: string): Fact => ({ kind: "file", access: "read", path });
const calls = (name: string): Fact => ({ kind: "syscall", architecture: "x86-64", name, result: "used" });

const seenAt = (first: number, phase = "soak"): Evidence => ({
  count: 1,
  first,
  phase,
  process: "daemon",
  example: "",
});

const byTime: SampledSoak = { by: "time", units: 60, repetitions: 0, began: 5, seconds: 600 };

/** Units by their numbers, the first of them 0. */
function units(...numbers: readonly number[]): Units {
  let low = 0;
  let high = 0;
  for (const one of numbers) {
    if (one < 32) low |= 1 << one;
    else high |= 1 << (one - 32);
  }
  return { low, high };
}

const everywhere = units(...Array.from({ length: 60 }, (_, i) => i));

/** @param seen what the soak showed: fact, units, and when it was new */
function saturation(
  seen: readonly (readonly [fact: Fact, seen: Units, first: number])[],
  soak: SampledSoak = byTime,
  signals: readonly string[] = [],
) {
  return saturationOf({
    facts: FactSet.of(seen.map(([fact]) => fact)),
    evidence: Object.fromEntries(seen.map(([fact, , first]) => [factId(fact), seenAt(first)])),
    sample: { soak, units: new Map(seen.map(([fact, at]) => [factId(fact), at])), signals },
  });
}

test("when all that is seen comes all the time then nothing new is to be expected, but not for sure", (t) => {
  const found = saturation([
    [reads("/a"), everywhere, 5],
    [calls("write"), everywhere, 45],
  ]);
  t.like(found, {
    units: 60,
    seconds: 600,
    // Three in ten minutes would have been noticed.
    every: 200,
    next: 0.3,
    whole: { seen: 2, last: 40, unseen: 0, coverage: 1, chance: 0, most: 1 },
  });
  t.like(found?.classes.reads, { seen: 1, last: 0 });
  t.like(found?.classes["system-calls"], { seen: 1, last: 40 });
  t.like(found?.classes.writes, { seen: 0, last: null, chance: 0 });
});

test("when a soak repeats nothing then something new is to be expected", (t) => {
  const found = saturation(
    Array.from({ length: 60 }, (_, i) => [reads(`/file/${i}`), units(i), 5 + 10 * i] as const),
  );
  t.true((found?.whole.chance ?? 0) > 0.99);
  t.true((found?.whole.unseen ?? 0) > 100);
  t.true((found?.whole.coverage ?? 1) < 0.1);
  t.is(found?.whole.last, 590);
});

test("what is always seen together is one thing that may happen", (t) => {
  const alone = saturation([
    [reads("/a"), everywhere, 5],
    [reads("/b"), units(7), 75],
    [reads("/c"), units(8, 9), 85],
  ]);
  const together = saturation([
    [reads("/a"), everywhere, 5],
    [reads("/b"), units(7), 75],
    [calls("b1"), units(7), 75],
    [calls("b2"), units(7), 75],
    [reads("/c"), units(8, 9), 85],
  ]);
  const { seen, ...rest } = together?.whole ?? {};
  t.is(seen, 5);
  t.like(alone?.whole, rest);
});

test("a soak of ten hours bounds what another one shows", (t) => {
  const found = saturation([[reads("/a"), everywhere, 5]], { ...byTime, seconds: 36_000 });
  t.is(found?.whole.most, 0.3);
});

test("a soak that is too short cannot tell", (t) => {
  const once = [[reads("/a"), units(0), 5]] as const;
  const blank = { unseen: null, coverage: null, chance: null, most: null };
  const one = saturation(once, { ...byTime, units: 1, seconds: 0.05 });
  t.like(one, { every: null, next: null, whole: { seen: 1, ...blank } });
  t.like(saturation(once, { ...byTime, units: 15, seconds: 1000 })?.whole, blank);
  // Units enough, but an hour is far away.
  t.like(saturation(once, { ...byTime, units: 48, seconds: 3 })?.whole, {
    unseen: 0,
    chance: null,
    most: null,
  });
});

test("without a soak, or without times, nothing is said that is not known", (t) => {
  const nothing = {
    facts: FactSet.empty,
    evidence: {},
    sample: { soak: undefined, units: new Map(), signals: [] },
  };
  t.is(saturationOf(nothing), undefined);
  const timeless = saturation([[reads("/a"), units(0), 0]], {
    ...byTime,
    units: 1,
    began: undefined,
    seconds: 0,
  });
  t.like(timeless, { every: null, next: null, whole: { seen: 1, last: null, chance: null } });
});

test("facts that the start or the stop showed as well are none that a soak could have missed", (t) => {
  const [known, shown] = [reads("/known"), reads("/shown")];
  const found = saturationOf({
    facts: FactSet.of([known, shown]),
    evidence: { [factId(known)]: seenAt(1, "start"), [factId(shown)]: seenAt(8) },
    sample: { soak: byTime, units: new Map([[factId(shown), everywhere]]), signals: [] },
  });
  t.like(found?.whole, { seen: 1, last: 3 });
});

test("repetitions are worth the same however long they take", (t) => {
  const soak: SampledSoak = { by: "repetition", units: 50, repetitions: 100, began: 5, seconds: 7 };
  t.is(saturation([[reads("/a"), everywhere, 5]], soak)?.next, 0.03);
  t.is(Math.ceil(fewestRepetitions(0.05)), 60);
});

/**
 * Repeats a soak until it is saturated. Each thing comes with its probability, and one more only the first time.
 *
 * @returns which of them were seen
 */
function repeatUntilSaturated(probabilities: readonly number[], random: () => number): readonly boolean[] {
  const seen = probabilities.map(() => 0);
  for (let repetitions = 1; ; repetitions++) {
    const now = probabilities.map((probability) => random() < probability);
    for (const [i, isSeen] of now.entries()) if (isSeen) seen[i] = (seen[i] ?? 0) + 1;
    // More than twice makes no difference.
    const facts = seen.flatMap((often, i) => {
      const first = 1 + 3 * i;
      const at = [first, first + 1, first + 2].slice(0, often);
      return often === 0 ? [] : [[reads(`/${i}`), units(...at), 0] as const];
    });
    const soak: SampledSoak = {
      by: "repetition",
      units: repetitions,
      repetitions,
      began: 0,
      seconds: repetitions,
    };
    const found = saturation([[reads("/first"), units(0), 0], ...facts], soak);
    if ((found?.next ?? 1) <= 0.05) return seen.map((often) => often > 0);
  }
}

test("a soak that goes on until it is saturated finds what one repetition in twenty does", (t) => {
  const random = randomNumbers(7);
  const trials = 60;
  const found = Array.from({ length: trials }, () => repeatUntilSaturated([1, 0.05], random).every(Boolean));
  t.true(found.filter(Boolean).length >= 0.9 * trials, `${found.filter(Boolean).length} of ${trials}`);
});

const { unit } = sampleProfile;
const tcp = { family: "AF_INET", type: "SOCK_STREAM", address: "127.0.0.1" } as const;

test("what is known to be there and was not exercised is named", (t) => {
  const facts: Fact[] = [
    { kind: "bind", ...tcp, port: 80 },
    { kind: "bind", ...tcp, port: 8081 },
    { kind: "bind", ...tcp, port: 0 },
    { kind: "bind", family: "AF_INET", type: "SOCK_DGRAM", address: "0.0.0.0", port: 53 },
    { kind: "accept", ...tcp, port: 80 },
  ];
  const timed = { ...unit, properties: { ...unit.properties, TriggeredBy: "b.socket demo.timer" } };
  const runs = [{ phases: ["start", "soak"], saturation: { signals: ["SIGHUP", "SIGUSR1"] } }];
  t.deepEqual(
    unexercised({ unit: timed, facts, runs }).map(({ name }) => name),
    ["reload", "restart", "stop", "demo.timer", "SIGHUP", "SIGUSR1", "port 8081"],
  );
});

test("a unit that cannot be reloaded, and a command, miss nothing by not being", (t) => {
  const runs = [{ phases: ["start", "soak", "restart", "stop"] }];
  const properties = { ...unit.properties, CanReload: "no" };
  t.deepEqual(unexercised({ unit: { ...unit, properties }, facts: [], runs }), []);
  t.deepEqual(
    unexercised({ unit: { ...unit, installed: false }, facts: [], runs: [{ phases: ["soak"] }] }),
    [],
  );
});

test("what one of several runs exercised was exercised", (t) => {
  const all = ["start", "soak", "reload", "restart", "stop"];
  const runs = [
    { phases: all, saturation: { signals: ["SIGHUP", "SIGUSR1"] } },
    { phases: ["start"], saturation: { signals: ["SIGUSR1"] } },
    { phases: ["start"] },
  ];
  t.deepEqual(
    unexercised({ unit, facts: [], runs }).map(({ name }) => name),
    ["SIGUSR1"],
  );
});

test("of several soaks the longest can tell most", (t) => {
  const [short, long] = [600, 6000].map((seconds) => saturation([], { ...byTime, seconds }));
  if (short === undefined || long === undefined) throw new TypeError("both had a soak");
  t.is(longestSoak({ runs: [{ saturation: short }, {}, { saturation: long }] })?.seconds, 6000);
  t.is(longestSoak({ runs: [{}] }), undefined);
});
