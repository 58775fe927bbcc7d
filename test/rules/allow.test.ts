import test from "ava";
import type { Growth, UnitChange } from "../../src/comparison/types.js";
import type { Fact } from "../../src/facts/types.js";
import { accept, parseAllowRules } from "../../src/rules/allow.js";
import { file } from "../directives/context.js";
import { complaint } from "./support.js";

const base = { fact: { kind: "memory" }, reason: "the JIT", expires: "2026-12-01" };

const write = (allow: readonly object[]): string => JSON.stringify({ schema: 1, allow }, null, 2);
const rules = (...allow: readonly object[]) =>
  parseAllowRules(
    write(allow.map((rule) => ({ reason: "why", expires: "2026-12-01", ...rule }))),
    "allow.json",
  );

const growthBy = (fact: Fact): Growth => ({
  fact,
  text: "",
  evidence: null,
  severity: "medium",
  gain: "",
  settings: [],
  before: null,
});

const jit = growthBy({ kind: "memory", protection: "write-execute" });
const cache = growthBy(file("create", "/var/cache/demo/x", "file"));
const user: UnitChange = {
  setting: "User",
  from: "demo",
  to: "root",
  direction: "more",
  severity: "high",
  gain: "",
};

test("when a rule still holds then growth is accepted with its reason, and the rest stays", (t) => {
  const all = accept([jit, cache], [], rules({ fact: { kind: "memory" } }), "demo.service", "2026-11-22");
  t.deepEqual(all.accepted, [{ growth: jit, reason: "why", expires: "2026-12-01" }]);
  t.deepEqual(all.rest, [cache]);
  t.deepEqual([all.lapsed, all.unused], [[], []]);
});

test("when a rule expires then it holds on that day and lapses on the next", (t) => {
  const read = rules({ fact: { kind: "memory" } });
  t.is(accept([jit], [], read, "demo.service", "2026-12-01").accepted.length, 1);
  const after = accept([jit], [], read, "demo.service", "2026-12-02");
  t.deepEqual(after.lapsed, [{ growth: jit, reason: "why", expires: "2026-12-01" }]);
  t.deepEqual([after.accepted, after.rest], [[], []]);
});

test("when several rules are about the same then one that holds is taken, and none is unused", (t) => {
  const read = rules(
    { fact: { kind: "memory" }, reason: "old", expires: "2025-01-01" },
    { fact: { kind: "memory" }, reason: "new", expires: "2027-01-01" },
  );
  const { accepted, unused } = accept([jit], [], read, "demo.service", "2026-11-22");
  t.deepEqual(accepted, [{ growth: jit, reason: "new", expires: "2027-01-01" }]);
  t.deepEqual(unused, []);
  t.is(accept([jit], [], read, "demo.service", "2028-01-01").lapsed[0]?.reason, "new");
});

test("when nothing needs a rule then it is listed with its line, unless it is for another unit", (t) => {
  const read = rules(
    { fact: { kind: "memory" }, reason: "the\nJIT" },
    { fact: { kind: "ipc" }, unit: "other*" },
  );
  t.deepEqual(accept([cache], [], read, "demo.service", "2026-11-22").unused, [
    "allow.json line 4: the\nJIT (until 2026-12-01)",
  ]);
});

test("when a rule is for other units then it accepts nothing; a name may be without its suffix", (t) => {
  const accepts = (unit: string) =>
    accept([jit], [], rules({ fact: { kind: "memory" }, unit }), "web-1.service", "2026-11-22").accepted
      .length === 1;
  for (const unit of ["web-1.service", "web-1", "web-*", "*.service", "**"]) t.true(accepts(unit), unit);
  for (const unit of ["web", "web-1.socket", "db-*"]) t.false(accepts(unit), unit);
});

test("when a rule is about a change of the unit then it says what it may change to", (t) => {
  const change = (rule: object, today = "2026-11-22") =>
    accept([], [user], rules(rule), "demo.service", today).unitChanges;
  const rule = { reason: "why", expires: "2026-12-01" };
  t.deepEqual(change({ setting: "User", to: "root" }), [{ ...user, rule: { ...rule, state: "accepted" } }]);
  t.deepEqual(change({ setting: "User", to: "**" }, "2027-01-01"), [
    { ...user, rule: { ...rule, state: "lapsed" } },
  ]);
  t.deepEqual(change({ setting: "User", to: "www-data" }), [user]);
  t.deepEqual(change({ setting: "Group", to: "root" }), [user]);
});

test("when files may be changed below a directory then they may be moved within it, and not out of it", (t) => {
  const moves = (from: string, to: string, fact: object): boolean =>
    accept([growthBy({ kind: "rename", from, to })], [], rules({ fact }), "demo.service", "2026-11-22").rest
      .length === 0;
  const below = { kind: "file", access: "modify", path: "/var/lib/demo/**" };
  t.true(moves("/var/lib/demo/a", "/var/lib/demo/b", below));
  t.false(moves("/var/lib/demo/a", "/etc/b", below));
  t.false(moves("/etc/a", "/var/lib/demo/b", below));
  t.false(moves("/var/lib/demo/a", "/var/lib/demo/b", { ...below, access: ["create", "write"] }));
  t.true(moves("/a", "/b", { kind: "rename", from: "/a", to: "/b" }));
});

const bad: readonly (readonly [title: string, text: string, message: string])[] = [
  ["is empty", " ", "a.json is empty, not an allow file"],
  ["is cut", '{"schema": 1,\n', "a.json is not an allow file: it is not JSON at line 2, column 1"],
  ["is something else", "[]", 'a.json is not an allow file: it has no "allow"'],
  ["is a profile", '{"schema": 2, "facts": []}', 'a.json is not an allow file: it has no "allow"'],
  ["has no version", '{"allow": []}', 'a.json is not an allow file: it has no "schema" version'],
  [
    "is newer",
    '{"schema": 2, "allow": []}',
    "a.json has schema version 2, this program knows up to 1: use a newer sandbox-profiler",
  ],
  [
    "has something else for rules",
    '{"schema": 1, "allow": {}}',
    'a.json is not an allow file: line 1, column 24: "allow" is a list of rules, not an object',
  ],
  [
    "gives no reason",
    write([{ ...base, reason: " \n" }]),
    'a.json is not an allow file: line 8, column 17: "reason" is a text that says why, not " \\n"',
  ],
  [
    "never ends",
    write([{ fact: base.fact, reason: "x" }]),
    'a.json is not an allow file: line 4, column 5: "expires" is missing',
  ],
  [
    "ends on no day",
    write([{ ...base, expires: "2026-02-30" }]),
    "a.json is not an allow file: line 9, column 18: there is no day 2026-02-30",
  ],
  [
    "ends some day",
    write([{ ...base, expires: "soon" }]),
    'a.json is not an allow file: line 9, column 18: "expires" is the last day on which the rule holds, such as 2027-01-31, not "soon"',
  ],
  [
    "has a misspelt member",
    write([{ ...base, expire: "2026-12-01" }]),
    'a.json is not an allow file: line 10, column 7: "expire" is not a known member (Did you mean "expires"?)',
  ],
  [
    "has a member twice",
    write([base]).replace('"reason"', '"expires": "2020-01-01",\n      "reason"'),
    'a.json is not an allow file: line 10, column 7: "expires" is there twice, first at line 8, column 7',
  ],
  [
    "has a pattern that matches nothing",
    write([base, { ...base, fact: { kind: "capability", capability: ["CAP_BPF", "CAP_SYS_ADMN"] } }]),
    'a.json is not an allow file: line 16, column 11: no capability fact has the capability "CAP_SYS_ADMN" (Did you mean "CAP_SYS_ADMIN"?)',
  ],
  [
    "has a path that no fact has",
    write([{ ...base, fact: { kind: "file", path: "/etc/" } }]),
    'a.json is not an allow file: line 7, column 17: no file fact has the path "/etc/": no path ends in a / (Did you mean "/etc/**"?)',
  ],
  [
    "has a rule about two things",
    write([{ ...base, setting: "User", to: "root" }]),
    'a.json is not an allow file: line 4, column 5: a rule has either a "fact", or a "setting" with what it changes "to"',
  ],
  [
    "has a setting that there is not",
    write([{ setting: "Usr", to: "root", reason: "x", expires: "2026-12-01" }]),
    'a.json is not an allow file: line 5, column 18: no check compares a setting "Usr" (Did you mean "User"?)',
  ],
  [
    "has a setting with its sign",
    write([{ setting: "RootDirectory=", to: "/srv", reason: "x", expires: "2026-12-01" }]),
    'a.json is not an allow file: line 5, column 18: no check compares a setting "RootDirectory=" (Did you mean "RootDirectory"?)',
  ],
  [
    "has a unit in the words of a shell",
    write([{ ...base, unit: "web-?" }]),
    'a.json is not an allow file: line 10, column 15: "web-?": ? is no wildcard here (one character elsewhere), only * and ** are; write \\? for the character itself',
  ],
];

for (const [title, text, message] of bad) {
  test(`when an allow file ${title} then that is said with its place`, (t) => {
    t.is(
      complaint(() => parseAllowRules(text, "a.json")),
      message,
    );
  });
}
