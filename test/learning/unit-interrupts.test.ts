import test from "ava";
import { takeInterrupts, unlessAborted } from "../../src/learning/unit-interrupts.js";

test.serial("SIGTERM ends the run with status 143", (t) => {
  const interrupts = takeInterrupts();
  process.emit("SIGTERM", "SIGTERM");
  interrupts.close();
  t.like(interrupts.signal.reason, { message: "ended by SIGTERM", exitCode: 143 });
});

test.serial("the first SIGINT of a soak ends the soak, the second the run", async (t) => {
  const interrupts = takeInterrupts();
  await interrupts.soak((ended) => {
    process.emit("SIGINT", "SIGINT");
    t.true(ended.aborted);
    t.false(interrupts.signal.aborted);
    process.emit("SIGINT", "SIGINT");
    t.true(interrupts.signal.aborted);
    return Promise.resolve();
  });
  interrupts.close();
  t.like(interrupts.signal.reason, { exitCode: 130 });
});

test.serial("SIGINT outside of a soak ends the run", (t) => {
  const interrupts = takeInterrupts();
  process.emit("SIGINT", "SIGINT");
  interrupts.close();
  t.true(interrupts.signal.aborted);
});

test.serial("the signals are given back", (t) => {
  const before = process.listenerCount("SIGTERM");
  const interrupts = takeInterrupts();
  t.is(process.listenerCount("SIGTERM"), before + 1);
  interrupts.close();
  t.is(process.listenerCount("SIGTERM"), before);
});

test.serial("a caller ends the run with its own reason", async (t) => {
  const interrupts = takeInterrupts();
  const waiting = unlessAborted(interrupts.signal, new Promise(() => undefined));
  interrupts.abort(new Error("enough"));
  await t.throwsAsync(waiting, { message: "enough" });
  await t.throwsAsync(unlessAborted(interrupts.signal, Promise.resolve()), { message: "enough" });
  interrupts.close();
});
