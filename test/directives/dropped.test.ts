import test from "ava";
import { decide } from "../../src/directives/index.js";
import { liftedBy } from "../../src/directives/refusals.js";
import { type Context, type Decision, postures } from "../../src/directives/types.js";
import { calls, file, situation } from "./context.js";

const facts = [
  ...calls("read write openat execve"),
  file("create", "/srv/thing/log", "file"),
  file("execute", "/usr/bin/thing"),
  file("map", "/usr/lib/x86_64-linux-gnu/libc.so.6"),
];

function context(...names: readonly string[]): Context {
  const dropped = names.map((directive) => ({ directive, why: "it exits with 1" }));
  return { ...situation({ facts }), ...(dropped.length === 0 ? {} : { dropped }) };
}

function setOf(decisions: readonly Decision[]): string[] {
  return decisions.flatMap(({ decision, directive }) => (decision === "set" ? [directive] : []));
}

test("a setting under which the service fails is left out, with what failed", (t) => {
  const protection = decide(context("ProtectClock")).find(({ directive }) => directive === "ProtectClock");
  t.like(protection, {
    decision: "withheld",
    reason: "unsafe",
    why: "the service fails under it, and no fact says why: it exits with 1.",
  });
  t.true(setOf(decide(context())).includes("ProtectClock"));
});

test("when exceptions are left out then so is what they are made from, or more would be refused", (t) => {
  const all = setOf(decide(context()));
  t.true(all.includes("ReadWritePaths") && all.includes("ProtectSystem"));
  const left = setOf(decide(context("ReadWritePaths")));
  t.false(left.includes("ReadWritePaths"));
  t.false(left.includes("ProtectSystem"));
});

test("when all that exceptions are made from is left out then so are they", (t) => {
  t.true(setOf(decide(context("ProtectSystem"))).includes("ReadOnlyPaths"));
  t.true(setOf(decide(context("ProtectSystem"))).includes("ReadWritePaths"));
  const left = decide(context("ProtectSystem", "ReadOnlyPaths"));
  t.false(setOf(left).includes("ReadWritePaths"));
  t.like(
    left.find(({ directive }) => directive === "ReadWritePaths"),
    {
      reason: "meaningless",
      why: "without ProtectSystem= and ReadOnlyPaths= there is nothing to make exceptions from.",
    },
  );
});

test("without an error number a filter kills, so that both are left out together", (t) => {
  for (const name of ["SystemCallFilter", "SystemCallErrorNumber"]) {
    const left = setOf(decide(context(name)));
    t.false(left.includes("SystemCallFilter"));
    t.false(left.includes("SystemCallErrorNumber"));
  }
});

test("whatever is left out, in whatever posture, is not set, and no exceptions are lost alone", (t) => {
  for (const posture of postures) {
    const all = setOf(decide({ ...context(), posture }));
    for (const name of all) {
      const left = setOf(decide({ ...context(name), posture }));
      t.false(left.includes(name), `${posture} ${name}`);
      const lists = left.filter((one) => all.includes(one) || liftedBy(name).includes(one));
      t.false(
        lists.some((one) => liftedBy(name).includes(one)),
        `${posture} ${name}`,
      );
    }
  }
});

test("advice is not adopted where one of its settings was dropped", (t) => {
  const given = { ...situation({ facts, adoptAdvice: true }), unit: { ...situation().unit, user: "" } };
  const adopted = setOf(decide(given)).filter((name) => /User|Directory/.test(name));
  for (const directive of adopted) {
    const left = decide({ ...given, dropped: [{ directive, why: "it exits with 1" }] });
    t.false(setOf(left).includes(directive));
  }
});
