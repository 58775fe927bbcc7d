import test from "ava";
import { soakService } from "../../src/learning/unit-soak.js";

const never = new AbortController().signal;
const stays = () => Promise.resolve(undefined);

function soak(
  command: string | undefined,
  duration?: number,
  ended = never,
  over: () => Promise<string | undefined> = stays,
) {
  return soakService({
    soak: { ...(command === undefined ? {} : { command }), ...(duration === undefined ? {} : { duration }) },
    ended,
    environment: { UNIT: "x.service", MAINPID: "7" },
    over,
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
