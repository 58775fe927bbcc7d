import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { order, orderChanges } from "../../src/severity/index.js";
import { severities, type Severity } from "../../src/comparison/types.js";
import type { Capability } from "../../src/facts/names.js";
import { factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { call, file } from "../directives/context.js";
import { samples } from "./samples.js";

const needs = (capability: Capability): Fact => ({
  kind: "capability",
  capability,
  source: "inferred",
  operation: "x",
});
const high = (fact: Fact) => ({ fact, severity: "high" as const });

test("the severest comes first, then what systemd-analyze security weighs most", (t) => {
  const raw = high(needs("CAP_NET_RAW"));
  const admin = high(needs("CAP_SYS_ADMIN"));
  const mount = { fact: call("mount"), severity: "medium" as const };
  const chown = { fact: call("chown"), severity: "medium" as const };
  const read = { fact: call("read"), severity: "low" as const };
  t.deepEqual(order([read, chown, raw, mount, admin]), [admin, raw, mount, chown, read]);
});

test("a write below /etc comes before one below /var of the same severity", (t) => {
  const etc = { fact: file("write", "/etc/thing/x"), severity: "medium" as const };
  const data = { fact: file("create", "/var/lib/other/x"), severity: "medium" as const };
  t.deepEqual(order([data, etc]), [etc, data]);
});

const all: readonly Fact[] = Object.values<readonly Fact[]>(samples).flat();

testProp(
  "the order does not depend on the order in which growth was found",
  [
    fc.uniqueArray(fc.tuple(fc.constantFrom(...all), fc.constantFrom<Severity>(...severities)), {
      selector: ([fact]) => factId(fact),
    }),
  ],
  (t, pairs) => {
    const growth = pairs.map(([fact, severity]) => ({ fact, severity }));
    const ordered = order(growth);
    t.deepEqual(order([...growth].reverse()), ordered);
    t.deepEqual(order(ordered), ordered);
    const ranks = ordered.map(({ severity }) => severities.indexOf(severity));
    t.deepEqual(
      ranks,
      [...ranks].sort((a, b) => b - a),
    );
  },
);

test("of changed settings those that give more come first, the severest and heaviest of them before others", (t) => {
  const change = (setting: string, direction: "more" | "less" | "other", severity: Severity) => ({
    setting,
    direction,
    severity,
  });
  const ordered = [
    change("ProtectSystem", "more", "high"),
    change("PrivateNetwork", "more", "medium"),
    change("RestrictNamespaces", "more", "medium"),
    change("LockPersonality", "more", "medium"),
    change("Slice", "more", "medium"),
    change("UMask", "other", "high"),
    change("PrivateTmp", "less", "low"),
  ];
  t.deepEqual(orderChanges([...ordered].reverse()), ordered);
});
