import test from "ava";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import { parseAllowRules } from "../../src/rules/allow.js";
import { parseCeiling } from "../../src/rules/ceiling.js";
import type { Unit } from "../../src/host/types.js";
import { calls, file, setuidHelper } from "../directives/context.js";
import { check, profileOf, usual } from "./sample.js";

const baseline = profileOf(usual);
const candidate = profileOf([...usual, ...calls("uname"), setuidHelper]);

test("what is less severe than the threshold is tolerated", (t) => {
  const all = check(baseline, candidate);
  t.deepEqual(
    all.growth.map(({ severity }) => severity),
    ["high", "low"],
  );
  const { growth, tolerated, verdict } = check(baseline, candidate, { failOn: "medium" });
  t.deepEqual([growth.length, tolerated.length, verdict], [1, 1, "more"]);
  const harmless = check(baseline, profileOf([...usual, ...calls("uname")]), { failOn: "high" });
  t.deepEqual([harmless.growth.length, harmless.tolerated.length, harmless.verdict], [0, 1, "same"]);
});

const allow = (expires: string) =>
  parseAllowRules(
    JSON.stringify({
      schema: 1,
      allow: [
        { fact: { kind: "elevation" }, reason: "the helper was audited", expires },
        { fact: { kind: "memory" }, reason: "not needed", expires },
      ],
    }),
    "allowed.json",
  );

test("growth that a rule accepts does not fail, until the day after the last", (t) => {
  const today = check(baseline, candidate, { allow: allow("2026-01-02"), failOn: "medium" });
  t.deepEqual([today.verdict, today.growth.length, today.accepted.length], ["same", 0, 1]);
  t.is(today.accepted[0]?.reason, "the helper was audited");
  t.is(today.unused.length, 1);
  const later = check(baseline, candidate, { allow: allow("2026-01-01"), failOn: "medium" });
  t.deepEqual([later.verdict, later.growth.length, later.lapsed.length], ["more", 1, 1]);
});

test("what a ceiling forbids fails, also where the baseline has it", (t) => {
  const ceiling = parseCeiling(
    JSON.stringify({ schema: 1, never: [{ fact: { kind: "elevation" }, reason: "no setuid here" }] }),
    "ceiling.json",
  );
  const { violations, growth, verdict } = check(candidate, candidate, { ceiling });
  t.deepEqual([violations.length, growth.length, verdict], [1, 0, "more"]);
  t.is(violations[0]?.reason, "no setuid here");
  t.not(violations[0]?.evidence, null);
});

const of = (unit: Partial<Unit>) => profileOf(usual, { unit });

const changes: readonly (readonly [
  setting: string,
  from: Partial<Unit>,
  to: Partial<Unit>,
  direction: "more" | "less" | "other",
])[] = [
  ["User", { user: "daemon" }, { user: "" }, "more"],
  ["User", { user: "" }, { user: "daemon" }, "less"],
  ["AmbientCapabilities", { user: "a" }, { user: "a", ambientCapabilities: ["cap_net_raw"] }, "more"],
  ["SupplementaryGroups", { user: "a" }, { user: "a", supplementaryGroups: ["shadow"] }, "more"],
  [
    "NoNewPrivileges",
    { properties: { NoNewPrivileges: "yes" } },
    { properties: { NoNewPrivileges: "no" } },
    "more",
  ],
  ["ProtectSystem", { properties: {} }, { properties: { ProtectSystem: "strict" } }, "less"],
  [
    "ExecStart",
    { commands: [{ setting: "ExecStart", argv: ["/usr/bin/thing"], flags: [] }] },
    { commands: [{ setting: "ExecStart", argv: ["/usr/bin/thing"], flags: ["privileged"] }] },
    "more",
  ],
  [
    "DeviceAllow",
    { properties: { DevicePolicy: "closed" } },
    { properties: { DevicePolicy: "closed", DeviceAllow: "/dev/fuse rw" } },
    "more",
  ],
  [
    "DevicePolicy",
    { properties: { DevicePolicy: "auto" } },
    { properties: { DevicePolicy: "closed", DeviceAllow: "/dev/fuse rw" } },
    "less",
  ],
  ["Type", { type: "simple" }, { type: "notify" }, "other"],
];

for (const [setting, from, to, direction] of changes) {
  test(`a unit that says otherwise of ${setting}= has ${direction}`, (t) => {
    const { unitChanges, verdict } = check(of(from), of(to));
    t.deepEqual(
      unitChanges.map((change) => [change.setting, change.direction]),
      [[setting, direction]],
    );
    t.is(verdict, direction === "more" ? "more" : "same");
  });
}

const alike: readonly (readonly [what: string, from: Partial<Unit>, to: Partial<Unit>])[] = [
  [
    "a newer systemd prints more properties",
    { properties: {} },
    { properties: { PrivatePIDs: "no", MemoryKSM: "no", PrivateTmpEx: "no", PrivateTmp: "no" } },
  ],
  [
    "a newer systemd says yes in other words",
    { properties: { PrivateTmp: "yes", PrivateUsers: "yes" } },
    {
      properties: {
        PrivateTmpEx: "connected",
        PrivateTmp: "yes",
        PrivateUsersEx: "self",
        PrivateUsers: "yes",
      },
    },
  ],
  [
    "a list is printed in another order",
    { properties: { IPAddressDeny: "0.0.0.0/0 ::/0" } },
    { properties: { IPAddressDeny: "::/0 0.0.0.0/0" } },
  ],
  [
    "another machine has other default limits",
    { properties: { LimitNPROC: "96365" } },
    { properties: { LimitNPROC: "1000" } },
  ],
  [
    "another program is started",
    { commands: [{ setting: "ExecStart", argv: ["/usr/bin/thing", "-1"], flags: [] }] },
    { commands: [{ setting: "ExecStart", argv: ["/usr/bin/thing", "-2"], flags: [] }] },
  ],
];

for (const [what, from, to] of alike) {
  test(`the unit says nothing else when ${what}`, (t) => {
    t.deepEqual(check(of(from), of(to)).unitChanges, []);
  });
}

const groupIn = (version: number, group: string, ...more: string[]) =>
  profileOf(usual, {
    target: version,
    unit: {
      properties: {
        SystemCallFilter: [...(systemCallsOf(version).groups.get(group) ?? []), ...more].sort().join(" "),
      },
    },
  });

test("a group of calls that has grown with systemd is the same, a call beside it is more", (t) => {
  const group = "@system-service";
  t.deepEqual(check(groupIn(252, group), groupIn(257, group)).unitChanges, []);
  t.deepEqual(check(groupIn(257, group), groupIn(252, group)).unitChanges, []);
  t.deepEqual(
    check(groupIn(252, group), groupIn(257, group, "ptrace")).unitChanges.map(({ direction }) => direction),
    ["more"],
  );
});

test("a change of the unit fails only at or above the threshold, and not when a rule accepts it", (t) => {
  const [from, to] = [of({ user: "daemon" }), of({ user: "" })];
  const rules = parseAllowRules(
    JSON.stringify({
      schema: 1,
      allow: [{ setting: "User", to: "", reason: "needs it for now", expires: "2026-02-01" }],
    }),
    "allowed.json",
  );
  t.is(check(from, to, { failOn: "high" }).verdict, "more");
  t.is(check(from, to, { allow: rules }).verdict, "same");
});

test("profiles of different units are refused in one line, instances of one template are not", (t) => {
  t.throws(() => check(of({ name: "a.service" }), of({ name: "b.service" })), {
    message: /^old is a profile of a\.service and new of b\.service: a check compares two of one unit$/,
  });
  t.is(check(of({ name: "a@x.service" }), of({ name: "a@y.service" })).verdict, "same");
  t.is(check(of({ name: "a.service" }), of({ name: "a", installed: false })).verdict, "same");
});

test("settings are decided for the systemd of the baseline, or for the one that is asked for", (t) => {
  const old = profileOf([...usual, file("create", "/srv/thing/a")], { target: 252 });
  const now = profileOf(usual, { target: 257 });
  t.is(check(old, now, { target: undefined }).target, 252);
  t.is(check(old, now, { target: 257 }).target, 257);
  t.is(check(profileOf(usual, { host: { systemd: null } }), now, { target: undefined }).target, 257);
});
