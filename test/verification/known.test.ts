import test from "ava";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { unlearned } from "../../src/verification/known.js";

const file = (
  access: "read" | "write" | "create" | "delete" | "replace" | "missing",
  path: string,
): Fact => ({
  kind: "file",
  access,
  path,
});
const capability = (operation: string): Fact => ({
  kind: "capability",
  capability: "CAP_CHOWN",
  source: "inferred",
  operation,
});
const connect = (address: string, port: number): Fact => ({
  kind: "connect",
  family: "AF_INET",
  type: "SOCK_STREAM",
  address,
  port,
});
const syscall = (result: "used" | "EPERM"): Fact => ({
  kind: "syscall",
  architecture: "x86-64",
  name: "chown",
  result,
});

const cases: readonly (readonly [string, Fact, Fact, boolean])[] = [
  ["the same is known", file("write", "/a/b"), file("write", "/a/b"), true],
  ["what was made may be written", file("write", "/a/b"), file("create", "/a/b"), true],
  ["what was made may be removed", file("delete", "/a/b"), file("create", "/a/b"), true],
  ["what was written may not be removed", file("delete", "/a/b"), file("write", "/a/b"), false],
  ["what was read may not be written", file("write", "/a/b"), file("read", "/a/b"), false],
  ["another file is another", file("write", "/a/c"), file("write", "/a/b"), false],
  ["a file below is another", file("write", "/a/b/c"), file("write", "/a/b"), false],
  ["a path may stand for many", file("write", "/a/log.7"), file("write", "/a/log.{counter}"), true],
  [
    "what is around a placeholder counts",
    file("write", "/a/dat.7"),
    file("write", "/a/log.{counter}"),
    false,
  ],
  ["a placeholder is no directory", file("write", "/a/x/y"), file("write", "/a/{random}"), false],
  ["a special character is itself", file("write", "/a/b+.7"), file("write", "/a/b+.{counter}"), true],
  [
    "braces of the service's own stand for themselves",
    file("write", "/a/bx"),
    file("write", "/a/b{x}"),
    false,
  ],
  ["a capability is had for all purposes", capability("chown /b"), capability("chown /a"), true],
  ["an address may stand for many", connect("192.0.2.9", 443), connect("{other}", 443), true],
  ["another port is another", connect("192.0.2.9", 80), connect("192.0.2.9", 443), false],
  ["a call that only failed was not used", syscall("used"), syscall("EPERM"), false],
];

for (const [title, fact, known, expected] of cases)
  test(title, (t) => {
    t.is(unlearned(FactSet.of([fact]), FactSet.of([known])).length === 0, expected);
  });

test("what is not known is told", (t) => {
  const facts = [file("write", "/a"), capability("chown /a"), connect("192.0.2.1", 1)];
  t.deepEqual(unlearned(FactSet.of(facts), FactSet.of([capability("chown /b")])), [
    file("write", "/a"),
    connect("192.0.2.1", 1),
  ]);
});
