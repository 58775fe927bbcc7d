import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import * as v from "valibot";
import type { Fact } from "../../src/facts/types.js";
import { compilePattern, matches } from "../../src/rules/pattern.js";
import { patternSchema } from "../../src/rules/pattern-schema.js";
import { RuleProblem } from "../../src/rules/problem.js";
import { kinds } from "../../src/rules/vocabulary.js";
import { call, file } from "../directives/context.js";
import { sampleProfile } from "../profile/sample.js";

const does = (fact: Fact, pattern: object): boolean => matches(compilePattern(pattern), fact);

function problemOf(pattern: unknown): string {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (error instanceof RuleProblem) return `${error.path.join(".")}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

test("when a pattern names members then all of them must match, one of several values each", (t) => {
  const fact = file("create", "/etc/demo/x", "file");
  t.true(does(fact, { kind: "file" }));
  t.true(does(fact, { kind: "file", access: ["write", "create"], path: ["/var/**", "/etc/**"] }));
  t.false(does(fact, { kind: "file", access: ["write", "delete"], path: "/etc/**" }));
  t.false(does(fact, { kind: "file", access: "create", path: "/etc/*" }));
  t.false(does(fact, { kind: "creation", path: "/etc/**" }));
  t.true(does(fact, { kind: "file", type: ["socket", "file"] }));
  t.false(does(file("create", "/etc/demo/x"), { kind: "file", type: "file" }));
});

test("when a pattern says modify then it means every access that changes something", (t) => {
  const pattern = { kind: "file", access: "modify" };
  for (const access of ["write", "create", "delete", "replace"] as const)
    t.true(does(file(access, "/x"), pattern));
  for (const access of ["read", "missing", "execute", "map", "connect"] as const)
    t.false(does(file(access, "/x"), pattern));
  t.true(does(file("connect", "/x"), { kind: "file", access: ["modify", "connect"] }));
});

test("when a pattern names a call then it means every name of it, but not what merely goes with it", (t) => {
  t.true(does(call("openat2"), { kind: "syscall", name: "open" }));
  t.true(does(call("mknod"), { kind: "syscall", name: "mknodat" }));
  t.false(does(call("poll"), { kind: "syscall", name: "connect" }));
  t.true(does(call("move_mount"), { kind: "syscall", name: "@mount" }));
  t.true(does(call("umount"), { kind: "syscall", name: "@mount" }));
  t.false(does(call("mkdir"), { kind: "syscall", name: "@mount" }));
  t.true(does(call("io_uring_enter"), { kind: "syscall", name: "io_uring_*" }));
  t.true(does(call("io_uring_of_tomorrow"), { kind: "syscall", name: "io_uring_*" }));
});

test("when a pattern has wildcards for a word then they stand for the words that there are", (t) => {
  const needs: Fact = {
    kind: "capability",
    capability: "CAP_SYS_PTRACE",
    source: "inferred",
    operation: "x",
  };
  t.true(does(needs, { kind: "capability", capability: "CAP_SYS_*" }));
  t.false(does(needs, { kind: "capability", capability: ["CAP_NET_*", "CAP_BPF"] }));
});

test("when numbers and truth values are wanted then they match exactly", (t) => {
  const bind: Fact = { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 80 };
  t.true(does(bind, { kind: "bind", port: [443, 80] }));
  t.false(does(bind, { kind: "bind", port: 8 }));
  t.true(does(bind, { kind: "bind", address: "0.0.*" }));
  const ask = {
    kind: "scheduling",
    operation: "sched_setattr",
    policy: "SCHED_RR",
    resetOnFork: false,
  } as const;
  t.true(does(ask, { kind: "scheduling", resetOnFork: false }));
  t.false(does(ask, { kind: "scheduling", resetOnFork: true }));
});

const refused: readonly (readonly [pattern: unknown, message: string | RegExp])[] = [
  [{ kind: "fil" }, 'kind: there is no kind of facts "fil" (Did you mean "file"?)'],
  [{ path: "/x" }, /^: a pattern needs a kind: syscall, file, /],
  [{ kind: "file", pth: "/x" }, 'pth: a file fact has no "pth" (Did you mean "path"?)'],
  [{ kind: "file", port: 1 }, 'port: a file fact has no "port": it has access, path, type'],
  [
    { kind: "capability", capability: "CAP_SYS_ADMN" },
    'capability: no capability fact has the capability "CAP_SYS_ADMN" (Did you mean "CAP_SYS_ADMIN"?)',
  ],
  [
    { kind: "capability", capability: "CAP_X*" },
    'capability: no capability fact has the capability "CAP_X*"',
  ],
  [
    { kind: "capability", capability: "cap_sys_admin" },
    'capability: no capability fact has the capability "cap_sys_admin" (Did you mean "CAP_SYS_ADMIN"?)',
  ],
  [
    { kind: "syscall", name: ["read", "ptrac"] },
    'name.1: no syscall fact has the name "ptrac" (Did you mean "ptrace"?)',
  ],
  [{ kind: "syscall", name: "@mont" }, 'name: no syscall fact has the name "@mont" (Did you mean "@mount"?)'],
  [{ kind: "file", access: "modfy" }, 'access: no file fact has the access "modfy" (Did you mean "modify"?)'],
  [
    { kind: "memory", protection: "w" },
    /it is one of write-execute, gain-execute, protect-execute, shm-execute$/,
  ],
  [
    { kind: "file", path: "/etc/" },
    'path: no file fact has the path "/etc/": no path ends in a / (Did you mean "/etc/**"?)',
  ],
  [
    { kind: "file", path: "etc" },
    'path: no file fact has the path "etc": paths are absolute (Did you mean "/etc"?)',
  ],
  [{ kind: "file", path: "/etc/../x" }, /paths are normal: no \/\/, no \/\.\/ and no \/\.\.\/$/],
  [{ kind: "file", path: "/var/log/a-2026-11-22" }, /\(Did you mean "\/var\/log\/a-\{date\}"\?\)$/],
  [{ kind: "file", path: "/proc/1/mem" }, /\(Did you mean "\/proc\/\*\/mem"\?\)$/],
  [{ kind: "file", path: "/run/[ab]" }, /^path: "\/run\/\[ab\]": \[ is no wildcard here/],
  [{ kind: "file", path: [] }, "path: an empty list matches nothing"],
  [{ kind: "file", path: 3 }, "path: the path of file facts is a text, not 3"],
  [{ kind: "file", path: null }, "path: expected a text, number or boolean, or a list of them"],
  [{ kind: "bind", port: "80" }, 'port: the port of bind facts is a whole number up to 65535, not "80"'],
  [
    { kind: "bind", port: [80, 65536] },
    "port.1: the port of bind facts is a whole number up to 65535, not 65536",
  ],
  [{ kind: "bind", port: 0.5 }, "port: the port of bind facts is a whole number up to 65535, not 0.5"],
  [{ kind: "connect", address: "10.0.0.0/8" }, /10\.\* stands for 10\.0\.0\.0\/8$/],
  [{ kind: "creation", bits: "44" }, 'bits: no creation fact has the bits "44": it is octal, such as 044'],
  [{ kind: "netlink", request: "NEWROUTE" }, /such as RTM_NEWROUTE$/],
  [[], /^: a pattern is an object/],
  ["CAP_BPF", /^: a pattern is an object/],
  [{ kind: "toString" }, /^kind: there is no kind of facts "toString"/],
];

for (const [pattern, message] of refused) {
  test(`when a pattern is ${JSON.stringify(pattern)} then it is refused, for no fact can match it`, (t) => {
    if (typeof message === "string") t.is(problemOf(pattern), message);
    else t.regex(problemOf(pattern), message);
  });
}

const escaped = (value: unknown): unknown =>
  typeof value === "string" ? value.replace(/[*?[\\]/g, "\\$&") : value;

for (const fact of sampleProfile.facts) {
  test(`when a pattern says all of ${JSON.stringify(fact)} then it matches that and no other`, (t) => {
    const pattern = Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, escaped(value)]));
    t.deepEqual(
      sampleProfile.facts.filter((one) => does(one, pattern)),
      [fact],
    );
  });
}

/** Members of any kind with values that are right for some member. */
const values = fc.constantFrom<unknown>(
  "/a",
  "/a/**",
  "*",
  "",
  "modify",
  "read",
  "CAP_BPF",
  "AF_INET",
  80,
  true,
  "@mount",
  "é",
);
const names = fc.constantFrom(
  ...new Set([...kinds.values()].flatMap((members) => [...members.keys()])),
  "other",
);
const written = fc.record({
  kind: fc.constantFrom(...kinds.keys(), "other"),
  rest: fc.dictionary(names, fc.oneof(values, fc.array(values, { maxLength: 3 }), fc.jsonValue()), {
    maxKeys: 3,
  }),
});

testProp("whatever is written as a pattern, it is read or refused", [fc.anything()], (t, value) => {
  t.notThrows(() => problemOf(value));
});

testProp("when a pattern is read then the published schema has it too", [written], (t, { kind, rest }) => {
  const pattern = { ...rest, kind };
  if (problemOf(pattern) === "accepted") t.true(v.is(patternSchema, pattern), JSON.stringify(pattern));
  else t.pass();
});

testProp(
  "when the published schema has a pattern then what is refused about it is a text that no fact has",
  [written],
  (t, { kind, rest }) => {
    const pattern = { ...rest, kind };
    if (v.is(patternSchema, pattern))
      t.regex(problemOf(pattern), /^accepted$|no \w+(?:-\w+)? fact has the |wildcard|backslash|\*\*\*/);
    else t.not(problemOf(pattern), "accepted");
  },
);
