import test from "ava";
import { complaintsIn, unsteadiness } from "../../src/deployment/judgement.js";

const running = {
  Type: "notify",
  ActiveState: "active",
  SubState: "running",
  Result: "success",
  MainPID: "7",
  NRestarts: "1",
};

function shown(changes: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...running, ...changes }));
}

test("a service that goes on as it began is steady", (t) => {
  t.is(unsteadiness(shown(), shown()), undefined);
  t.is(unsteadiness(shown(), shown({ ActiveState: "reloading" })), undefined);
});

test("a service that fails, ends, is restarted or has another main process is not", (t) => {
  t.is(unsteadiness(shown(), shown({ ActiveState: "failed", Result: "exit-code" })), "it failed");
  t.is(unsteadiness(shown(), shown({ ActiveState: "inactive" })), "it ended");
  t.is(
    unsteadiness(shown(), shown({ ActiveState: "activating", SubState: "auto-restart" })),
    "it does not stay up",
  );
  t.is(unsteadiness(shown(), shown({ NRestarts: "2", MainPID: "8" })), "systemd had to restart it once");
  t.is(unsteadiness(shown(), shown({ NRestarts: "4" })), "systemd had to restart it 3 times");
  t.is(unsteadiness(shown(), shown({ MainPID: "8" })), "its main process was replaced");
});

test("a oneshot is over when it has succeeded", (t) => {
  const oneshot = { Type: "oneshot", ActiveState: "inactive", SubState: "dead", MainPID: "0" };
  t.is(unsteadiness(shown({ ...oneshot, ActiveState: "active" }), shown(oneshot)), undefined);
  t.is(unsteadiness(shown(oneshot), shown({ ...oneshot, Result: "exit-code" })), "it failed");
});

const message = (text: string, priority = 6) => ({ text, priority });

test("an error or a refusal that it never spoke of before is a complaint, once", (t) => {
  const since = [
    message("cannot open /var/x: Read-only file system"),
    message("out of luck", 3),
    message("worker 17 died", 3),
    message("worker 18 died", 3),
    message("all is well"),
  ];
  t.deepEqual(complaintsIn([], since), [
    "cannot open /var/x: Read-only file system",
    "out of luck",
    "worker 18 died",
  ]);
});

test("what it has always complained of is no news, whatever numbers are in it", (t) => {
  const before = [message("client 12 at 0x7fff: Permission denied", 3)];
  t.deepEqual(complaintsIn(before, [message("client 99 at 0x1234: Permission denied", 3)]), []);
});
