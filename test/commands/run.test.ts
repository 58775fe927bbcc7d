import test from "ava";
import { fileName } from "../../src/commands/results.js";
import { splitOperands } from "../../src/commands/run.js";
import { ProfileError } from "../../src/errors.js";

test("when something stands behind -- then it is a command, else a unit", (t) => {
  t.deepEqual(splitOperands(["nginx"], ["run", "--json", "nginx"]), { unit: "nginx" });
  t.deepEqual(splitOperands(["ls", "-la"], ["run", "--", "ls", "-la"]), { argv: ["ls", "-la"] });
  t.deepEqual(splitOperands(["sh", "--", "x"], ["run", "--", "sh", "--", "x"]), { argv: ["sh", "--", "x"] });
});

test("when there are both, neither or several units then that is bad usage", (t) => {
  for (const [operands, all] of [
    [
      ["nginx", "ls"],
      ["run", "nginx", "--", "ls"],
    ],
    [[], ["run"]],
    [[], ["run", "--"]],
    [
      ["a", "b"],
      ["run", "a", "b"],
    ],
  ] as const) {
    t.is(t.throws(() => splitOperands(operands, all), { instanceOf: ProfileError }).exitCode, 2);
  }
});

test("when a name is no file name then it becomes one", (t) => {
  t.is(fileName("nginx.service"), "nginx.service");
  t.is(fileName("getty@tty1.service"), "getty@tty1.service");
  t.is(fileName("../../etc/x"), "__.._etc_x");
  t.is(fileName(".."), "_");
  t.is(fileName("a\nb"), "a_b");
  t.is(fileName(""), "command");
});
