import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { FactSet } from "../../src/facts/set.js";
import { type Saturating, saturating } from "../../src/learning/saturating.js";
import { soakAgain } from "../../src/learning/soak-again.js";
import { soakService } from "../../src/learning/unit-soak.js";
import { hostOf } from "../../src/profile/hosts.js";
import type { Saturation } from "../../src/saturation/types.js";
import { sampleProfile } from "../profile/sample.js";

const never = new AbortController().signal;
const stays = () => Promise.resolve(undefined);

function soak(
  command: string | undefined,
  duration?: number,
  ended = never,
  over: () => Promise<string | undefined> = stays,
  saturating?: Saturating,
) {
  return soakService({
    soak: { ...(command === undefined ? {} : { command }), ...(duration === undefined ? {} : { duration }) },
    ended,
    environment: { UNIT: "x.service", MAINPID: "7" },
    over,
    saturating,
  });
}

test("a command that succeeds ends the soak", async (t) => {
  t.is(await soak('[ "$UNIT" = x.service ] && [ "$MAINPID" = 7 ] && [ ! -t 0 ]'), undefined);
});

test("a command that fails is reported with its status", async (t) => {
  t.is(await soak("exit 3"), "the soak command failed: exit status 3");
  t.is(await soak("kill -KILL $$"), "the soak command failed: killed by SIGKILL");
});

test("a command that takes longer than the soak is ended, with all it started, and has not failed", async (t) => {
  const start = Date.now();
  t.is(await soak("sleep 60 & sleep 60", 0.2), undefined);
  t.true(Date.now() - start < 5000);
});

test("a command that waits for what does not come has failed when nobody is patient any more", async (t) => {
  const impatient = (command: string, patience: number) =>
    soakService({ soak: { command, patience }, ended: never, environment: {}, over: stays });
  t.is(await impatient("sleep 60 & sleep 60", 0.2001), "the soak command failed: it was not done after 0 s");
  t.is(await impatient("true", 60), undefined);
  t.is(await impatient("exit 3", 60), "the soak command failed: exit status 3");
});

test("a soak that is ended early ends its command", async (t) => {
  const ended = new AbortController();
  setTimeout(() => {
    ended.abort();
  }, 100);
  t.is(await soak("sleep 60", undefined, ended.signal), undefined);
});

test("a soak that has ended before it began runs nothing", async (t) => {
  t.is(await soak("exit 3", undefined, AbortSignal.abort()), undefined);
});

test("nobody waits for a service that is gone", async (t) => {
  t.is(await soak(undefined, 60, never, () => Promise.resolve("x.service failed")), "x.service failed");
});

/** Counts repetitions, and has enough of them after so many. */
function enoughAfter(most: number): Saturating & { readonly repetitions: () => number } {
  let count = 0;
  return {
    repeat: () => {
      count++;
      return Promise.resolve();
    },
    isEnough: () => Promise.resolve(count >= most),
    repetitions: () => count,
  };
}

test("a command is run as often as is said, and no more when it fails or the service is gone", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "soak-"));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  const count = (name: string) => readFileSync(join(directory, name), "utf8").length;
  const times = (command: string, repetitions: number, over: () => Promise<string | undefined> = stays) =>
    soakService({ soak: { command, repetitions }, ended: never, environment: {}, over });
  t.is(await times(`printf x >>${directory}/a`, 3), undefined);
  t.is(count("a"), 3);
  t.is(await times(`printf x >>${directory}/b; exit 7`, 3), "the soak command failed: exit status 7");
  t.is(count("b"), 1);
  t.is(
    await times(`printf x >>${directory}/c`, 3, () => Promise.resolve("x.service failed")),
    "x.service failed",
  );
  t.is(count("c"), 1);
});

test("a soak that was saturated is repeated as often when it is done again, or takes as long", (t) => {
  const learned = {
    unit: sampleProfile.unit,
    host: hostOf(sampleProfile),
    facts: FactSet.empty,
    evidence: {},
    started: "",
    duration: 9,
    phases: ["start", "soak"] as const,
    incomplete: [],
    failures: [],
    soaked: 7.5,
  };
  const saturation = { ...standing, repetitions: 64 };
  t.deepEqual(
    soakAgain({ ...learned, soak: { command: "./round", untilSaturated: 0.05, duration: 60 }, saturation }),
    {
      command: "./round",
      repetitions: 64,
    },
  );
  const byTime = { ...saturation, by: "time" as const, repetitions: 0 };
  t.deepEqual(soakAgain({ ...learned, soak: { untilSaturated: 0.05 }, saturation: byTime }), {
    duration: 7.5,
  });
  t.deepEqual(soakAgain({ ...learned, soak: { command: "./all" } }), { command: "./all" });
});

test("a command is repeated until it is enough", async (t) => {
  const until = enoughAfter(3);
  t.is(await soak("exit 0", undefined, never, stays, until), undefined);
  t.is(until.repetitions(), 3);
});

test("a command that is repeated until it is enough ends with the time, with the service and when it fails", async (t) => {
  const until = enoughAfter(Infinity);
  t.is(await soak("sleep 0.05", 2, never, stays, until), undefined);
  t.true(until.repetitions() > 1);
  t.is(await soak("exit 3", undefined, never, stays, until), "the soak command failed: exit status 3");
  t.is(
    await soak("exit 0", undefined, never, () => Promise.resolve("x.service failed"), until),
    "x.service failed",
  );
});

test("a soak without a command ends when it is enough", async (t) => {
  t.is(await soak(undefined, 60, never, stays, enoughAfter(0)), undefined);
});

/** A session of which each repetition shows anything new with this probability at most. */
function sessionWith(next: (repetitions: number) => number) {
  const told = { repetitions: 0, looks: 0, isSaturated: false };
  const session = {
    repeat: () => {
      told.repetitions++;
      return Promise.resolve();
    },
    saturation: () => {
      told.looks++;
      return Promise.resolve({ ...standing, repetitions: told.repetitions, next: next(told.repetitions) });
    },
    endSaturated: () => {
      told.isSaturated = true;
    },
  };
  return { session, told };
}

const none = { seen: 0, last: null, unseen: null, coverage: null, chance: null, most: null };
const standing: Saturation = {
  by: "repetition",
  units: 1,
  repetitions: 1,
  seconds: 1,
  every: null,
  next: null,
  signals: [],
  whole: none,
  classes: {
    "system-calls": none,
    reads: none,
    writes: none,
    network: none,
    capabilities: none,
    programs: none,
    others: none,
  },
};

test("a soak is not looked at before it can be enough, nor all the time, and it is told when it is", async (t) => {
  const { session, told } = sessionWith((repetitions) => 3 / repetitions);
  const lines: string[] = [];
  const until = saturating(session, 0.05, (line) => lines.push(line));
  for (let i = 0; i < 59; i++) {
    await until.repeat();
    t.false(await until.isEnough());
  }
  t.is(told.looks, 0);
  await until.repeat();
  t.true(await until.isEnough());
  t.true(told.isSaturated);
  t.is(told.looks, 1);
  t.deepEqual(lines, ["soak: 60 repetitions, one more shows something new with at most 5 %"]);
});

test("a soak that still shows new things goes on", async (t) => {
  const { session, told } = sessionWith(() => 0.5);
  const until = saturating(session, 0.05, () => undefined);
  for (let i = 0; i < 200; i++) {
    await until.repeat();
    t.false(await until.isEnough());
  }
  t.is(told.looks, 1);
  t.false(told.isSaturated);
});
