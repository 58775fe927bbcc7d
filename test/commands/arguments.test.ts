import test from "ava";
import { InvalidArgumentError } from "commander";
import {
  parseDuration,
  parseLifecycle,
  parseProbability,
  parseSystemdTarget,
  parseUid,
} from "../../src/commands/arguments.js";

test("when a duration is written in hours, minutes and seconds then it is seconds", (t) => {
  t.deepEqual(
    ["90s", "10m", "1h30m", "1h30m5s", "45", "2min"].map(parseDuration),
    [90, 600, 5400, 5405, 45, 120],
  );
});

for (const text of ["", "0", "0s", "m", "-5s", "1.5h", "10x", "5s1m", " 5s", "1e3", "99999999999999999999"]) {
  test(`when a duration is ${JSON.stringify(text)} then it is refused`, (t) => {
    t.throws(() => parseDuration(text), { instanceOf: InvalidArgumentError });
  });
}

test("when a probability is written as a number or in percent then it is a number", (t) => {
  t.deepEqual(["0.05", ".1", "5%", "2.5 %", "99%"].map(parseProbability), [0.05, 0.1, 0.05, 0.025, 0.99]);
  for (const text of ["", "0", "0%", "1", "100%", "5", "-0.1", "1e-2", "nginx", "%", "."]) {
    t.throws(() => parseProbability(text), { instanceOf: InvalidArgumentError }, text);
  }
});

test("when phases are chosen then they are in order and begin with start", (t) => {
  t.deepEqual(parseLifecycle("stop,soak"), ["start", "soak", "stop"]);
  t.deepEqual(parseLifecycle("start, soak ,soak"), ["start", "soak"]);
});

for (const text of ["soka", "", "soak,,stop"]) {
  test(`when the phases are ${JSON.stringify(text)} then they are refused`, (t) => {
    t.throws(() => parseLifecycle(text), { instanceOf: InvalidArgumentError });
  });
}

test("when a version of systemd is no sensible number then it is refused", (t) => {
  t.is(parseSystemdTarget("257"), 257);
  for (const text of ["", "v257", "12", "257.3", "-1", "1e3", "99999"]) {
    t.throws(() => parseSystemdTarget(text), { instanceOf: InvalidArgumentError });
  }
});

test("when a user id is no user then it is refused", (t) => {
  t.is(parseUid("0"), 0);
  t.is(parseUid("4294967294"), 4294967294);
  for (const text of ["", "root", "-1", "4294967295", "1.5"]) {
    t.throws(() => parseUid(text), { instanceOf: InvalidArgumentError });
  }
});
