import test from "ava";
import { leftAlone } from "../../src/directives/left-alone.js";
import type { Fact } from "../../src/facts/types.js";
import { decided, type Row, situation, whyOf } from "./context.js";

const ships = (properties: Record<string, string>) => ({ unit: { properties } });

/** As `systemctl show` prints a unit that sets none of them, on 252 and 257. */
const plain = {
  AppArmorProfile: "",
  PAMName: "",
  SetLoginEnvironment: "no",
  MountFlags: "",
  SystemCallLog: "~",
  SecureBits: "0",
  DelegateSubgroup: "",
  CPUQuotaPerSecUSec: "infinity",
  TasksMax: "28909",
  LimitNOFILE: "524288",
  CoredumpFilter: "0x33",
  OOMScoreAdjust: "0",
  TimerSlackNSec: "50000",
  IgnoreSIGPIPE: "yes",
  Personality: "",
};

test("what a unit does not use is told in the same words whether systemd shows its default or nothing", (t) => {
  for (const { names, decide } of leftAlone) {
    const [bare] = decide(situation());
    const [shown] = decide(situation(ships(plain)));
    t.is(bare?.why, shown?.why, names.join());
    t.is(bare?.decision, "withheld");
  }
});

test("what the unit uses is kept and told", (t) => {
  const shown = ships({ SecureBits: "3", CPUQuotaPerSecUSec: "200ms", AppArmorProfile: "-usr.sbin.x" });
  t.is(whyOf("SecureBits", shown), "kept as the unit ships it, SecureBits=3.");
  t.is(whyOf("CPUQuota", shown), "kept as the unit ships it, CPUQuotaPerSecUSec=200ms.");
  t.is(whyOf("AppArmorProfile", shown), "kept as the unit ships it, AppArmorProfile=-usr.sbin.x.");
});

test("a limit that the host has for all is not told as the unit's", (t) => {
  t.is(whyOf("TasksMax", ships({ TasksMax: "28909" })), whyOf("TasksMax", {}));
});

const uses: Fact = { kind: "keyring", operation: "KEYCTL_SEARCH", keyring: "user" };
const ownKeys: Fact = { kind: "keyring", operation: "add_key", keyring: "process" };

const table: Readonly<Record<string, readonly Row[]>> = {
  KeyringMode: [
    ["nothing", {}, ["meaningless"]],
    ["ships what every service has", ships({ KeyringMode: "private" }), ["meaningless"]],
    ["ships a shared keyring and uses none", ships({ KeyringMode: "shared" }), ["KeyringMode=private"]],
    [
      "has keys of its own",
      { facts: [ownKeys], ...ships({ KeyringMode: "shared" }) },
      ["KeyringMode=private"],
    ],
    ["uses the keys of its user", { facts: [uses], ...ships({ KeyringMode: "inherit" }) }, ["unsafe"]],
  ],
  MemoryKSM: [
    ["nothing", {}, ["meaningless"]],
    ["ships yes", ships({ MemoryKSM: "yes" }), ["operator"]],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}
