import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { FactBuilder } from "../../src/facts/index.js";
import { countUnits, newIncidence, Sampling } from "../../src/facts/sampling.js";
import { factId } from "../../src/facts/set.js";
import { feed, hostWith } from "./support.js";

/** The units of what was seen at these times, in a soak from `began` to `ended`. */
function sampled(began: number, ended: number, times: readonly number[]) {
  const sampling = new Sampling();
  sampling.begin("time", began);
  const seen = newIncidence();
  for (const time of times) {
    if (!(time >= sampling.from && time < sampling.until)) sampling.turn(time);
    sampling.mark(seen);
  }
  sampling.end(ended);
  const soak = sampling.soak((time) => time - began);
  return { seen, soak, count: countUnits(sampling.unitsOf(seen)) };
}

test("a soak of some seconds has units enough, and one of a week no more than 64", (t) => {
  for (const seconds of [2, 60, 3600, 7 * 86_400]) {
    const { soak } = sampled(1e9, 1e9 + seconds, []);
    t.true((soak?.units ?? 0) > 31 && (soak?.units ?? 0) <= 64, `${seconds} s: ${soak?.units ?? 0} units`);
    t.is(soak?.seconds, seconds);
  }
});

test("what is seen all the time is seen in every unit, what is seen once in one of them", (t) => {
  const always = Array.from({ length: 6000 }, (_, i) => 1e9 + i / 10);
  const { soak, count } = sampled(1e9, 1e9 + 599.95, always);
  t.is(soak?.units, count);
  t.is(sampled(1e9, 1e9 + 600, [1e9 + 300]).count, 1);
  t.is(sampled(1e9, 1e9 + 600, [1e9 + 10, 1e9 + 590]).count, 2);
});

testProp(
  "joining units neither loses nor makes up a sighting",
  [fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { minLength: 1, maxLength: 50 })],
  (t, offsets) => {
    const { soak, count } = sampled(0, 2000, offsets);
    // 2000 s are 32000 steps of 1/16 s: joined nine times, units are of 32 s.
    t.is(soak?.units, 63);
    t.is(count, new Set(offsets.map((one) => Math.floor(one / 32))).size);
  },
);

test("a record that comes late is counted where it belongs", (t) => {
  t.is(sampled(100, 103, [102, 101, 102]).count, 2);
});

test("times of day may pass midnight", (t) => {
  const { soak, count } = sampled(86_390, 10, [86_395, 5]);
  t.is(soak?.seconds, 20);
  t.is(count, 2);
});

test("repetitions are units, however long they take, until there are too many", (t) => {
  const sampling = new Sampling();
  sampling.begin("repetition", 0);
  const [seen, seldom] = [newIncidence(), newIncidence()];
  for (let i = 0; i < 100; i++) {
    sampling.repeat();
    sampling.mark(seen);
    if (i % 20 === 19) sampling.mark(seldom);
  }
  sampling.end(50);
  t.deepEqual(
    sampling.soak((time) => time),
    { by: "repetition", units: 50, repetitions: 100, began: 0, seconds: 50 },
  );
  t.deepEqual(
    [seen, seldom].map((one) => countUnits(sampling.unitsOf(one))),
    [50, 5],
  );
});

test("what is seen outside of the soak as well is known to be", (t) => {
  const sampling = new Sampling();
  const [before, during] = [newIncidence(), newIncidence()];
  sampling.mark(before);
  sampling.begin("time", 0);
  sampling.mark(before);
  sampling.mark(during);
  t.true(before.outside);
  t.false(during.outside);
  sampling.end(1);
  sampling.mark(during);
  t.true(during.outside);
});

test("without a soak there is no sample", (t) => {
  t.is(
    new Sampling().soak((time) => time),
    undefined,
  );
});

/** How many units saw each fact that nothing but the soak showed; by path, or the name of the call. */
function shown(lines: string, by: "time" | "repetition" = "time") {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "at-once", cwd: "/srv/app" });
  for (const line of lines.split("\n").map((one) => one.trim())) {
    const [word, at] = line.split(" ");
    if (line === "repeat") builder.repeat();
    else if (word === "soak") builder.phase("soak", { at: Number(at), by });
    else if (word === "stop") builder.phase("stop", { at: Number(at) });
    else if (line !== "") feed(builder, `10 ${line}`);
  }
  builder.hostQuery();
  const { facts, sample } = builder.finish(hostWith());
  const units = [...facts].flatMap((fact) => {
    const seen = sample.units.get(factId(fact));
    const name = fact.kind === "file" ? fact.path : fact.kind === "syscall" ? fact.name : fact.kind;
    return seen === undefined ? [] : [[name, countUnits(seen)] as const];
  });
  return { units: Object.fromEntries(units), sample };
}

test("of each fact it is known in how many parts of the soak it was seen, and not of those that the start showed", (t) => {
  const { units, sample } = shown(`
    1.0 openat(AT_FDCWD, "/etc/known", O_RDONLY) = 3
    soak 2
    2.1 openat(AT_FDCWD, "/etc/known", O_RDONLY) = 3
    2.1 openat(AT_FDCWD, "/etc/often", O_RDONLY) = 3
    2.6 openat(AT_FDCWD, "/etc/often", O_RDONLY) = 3
    3.1 openat(AT_FDCWD, "/etc/often", O_RDONLY) = 3
    3.6 openat(AT_FDCWD, "/etc/once", O_RDONLY) = 3
    3.7 getuid() = 0
    stop 4
    4.1 getuid() = 0
    `);
  t.deepEqual(units, { "/etc/often": 3, "/etc/once": 1 });
  t.is(sample.soak?.units, 33);
});

test("members of a numbered series are one fact, seen where any of them was", (t) => {
  const { units } = shown(
    `
    soak 0
    repeat
    1.0 unlink("/var/log/app.log.1") = 0
    repeat
    2.0 unlink("/var/log/app.log.2") = 0
    repeat
    3.0 unlink("/var/log/app.log.3") = 0
    repeat
    stop 5
    `,
    "repetition",
  );
  t.is(units["/var/log/app.log.{counter}"], 3);
});

test("a trace without times is one unit", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "at-once", cwd: "/" });
  builder.phase("soak");
  feed(builder, "getpid() = 10\ngetuid() = 0");
  builder.endSoak(undefined);
  const { soak } = builder.finish(hostWith()).sample;
  t.deepEqual(soak, { by: "time", units: 1, repetitions: 0, began: undefined, seconds: 0 });
});

test("signals that are handled and never sent are told, those of a runtime that takes all are not", (t) => {
  const handle = (signal: string) =>
    `rt_sigaction(${signal}, {sa_handler=0x55d0, sa_mask=[], sa_flags=SA_RESTART}, NULL, 8) = 0`;
  const unsent = (text: string) => {
    const builder = new FactBuilder({ architecture: "x86-64" });
    builder.attach(10, { begins: "at-once", cwd: "/" });
    feed(builder, text);
    return builder.finish(hostWith()).sample.signals;
  };
  const own = ["SIGHUP", "SIGUSR1", "SIGTERM"].map(handle).join("\n");
  t.deepEqual(unsent(own), ["SIGHUP", "SIGUSR1"]);
  t.deepEqual(unsent(`${own}\n--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=1, si_uid=0} ---`), [
    "SIGHUP",
  ]);
  t.deepEqual(unsent("rt_sigaction(SIGHUP, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, NULL, 8) = 0"), []);
  t.deepEqual(unsent("rt_sigaction(SIGHUP, NULL, {sa_handler=0x55d0, sa_mask=[], sa_flags=0}, 8) = 0"), []);
  const all = Array.from({ length: 30 }, (_, i) => handle(`SIGRT_${i}`)).join("\n");
  t.deepEqual(unsent(`${own}\n${all}`), []);
});
