import test from "ava";
import { capabilityBoundingSet } from "../../src/directives/capabilities.js";
import type { Capability } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import { decided, type Row, type Situation, situation } from "./context.js";

const capability = (name: Capability, operation = "something"): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation,
});
const facts = (...list: Fact[]): Situation => ({ facts: list });
const shipping = (properties: Record<string, string>, ...list: Fact[]): Situation => ({
  facts: list,
  unit: { properties },
});

const rows: readonly Row[] = [
  ["nothing", {}, ["CapabilityBoundingSet="]],
  [
    "needs two, in kernel order",
    facts(capability("CAP_SYS_TIME"), capability("CAP_CHOWN")),
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_CHOWN CAP_SYS_TIME"],
  ],
  [
    "has an ambient capability that the unit keeps",
    { unit: { user: "www", ambientCapabilities: ["cap_net_bind_service"] } },
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE"],
  ],
  [
    "needs what the unit as shipped lacks",
    shipping({ CapabilityBoundingSet: "cap_kill" }, capability("CAP_CHOWN")),
    ["CapabilityBoundingSet="],
  ],
  [
    "needs to write and to read what others own: the one includes the other",
    facts(capability("CAP_DAC_OVERRIDE"), capability("CAP_DAC_READ_SEARCH")),
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_DAC_OVERRIDE"],
  ],
  [
    "asks for larger buffers, and looks at other processes",
    facts(
      capability("CAP_NET_ADMIN", "setsockopt SO_SNDBUFFORCE"),
      capability("CAP_SYS_PTRACE", "inspect /proc/{other-pid}/exe"),
    ),
    ["CapabilityBoundingSet="],
  ],
  [
    "looks whose program its own processes run, to stop the right one",
    facts(capability("CAP_SYS_PTRACE", "inspect /proc/{pid}/exe")),
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_SYS_PTRACE"],
  ],
  [
    "configures the network, and asks for larger buffers",
    facts(
      capability("CAP_NET_ADMIN", "setsockopt SO_SNDBUFFORCE"),
      capability("CAP_NET_ADMIN", "netlink RTM_NEWADDR"),
    ),
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_NET_ADMIN"],
  ],
  [
    "keeps the right to read only",
    facts(capability("CAP_DAC_OVERRIDE"), capability("CAP_DAC_READ_SEARCH", "capset keeps it")),
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH"],
  ],
  [
    "runs a program with file capabilities that nobody could ask for",
    facts({ kind: "elevation", path: "/usr/bin/ping", by: "file-capabilities" }),
    ["operator"],
  ],
  [
    "runs a program with file capabilities",
    {
      ...facts(capability("CAP_CHOWN"), {
        kind: "elevation",
        path: "/usr/bin/ping",
        by: "file-capabilities",
      }),
      host: {
        files: {
          "/usr/bin/ping": { type: "file", mode: 0o755, uid: 0, gid: 0, capabilities: "cap_net_raw=ep" },
        },
      },
    },
    ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_CHOWN CAP_NET_RAW"],
  ],
];

for (const [does, given, expected] of rows) {
  test(`CapabilityBoundingSet= of a service that ${does}`, (t) => {
    t.deepEqual(decided("CapabilityBoundingSet", given), expected);
  });
}

const advice = (...uses: readonly (readonly [Capability, string])[]): readonly string[] =>
  capabilityBoundingSet
    .decide(
      situation({
        facts: uses.map(([name, operation]) => capability(name, operation)),
      }),
    )
    .flatMap((decision) => decision.advice ?? [])
    .flatMap(({ text, lines }) => [text, ...lines]);

test("nothing is advised when every capability was used, or is part of another", (t) => {
  t.deepEqual(advice(["CAP_CHOWN", "change owner of /a"]), []);
  t.deepEqual(advice(["CAP_DAC_OVERRIDE", "write /a"], ["CAP_DAC_READ_SEARCH", "read /a"]), []);
});

test("what programs usually do without is not granted, but said", (t) => {
  t.deepEqual(advice(["CAP_NET_ADMIN", "setsockopt SO_SNDBUFFORCE"]), [
    "CAP_NET_ADMIN was used for setsockopt SO_SNDBUFFORCE, which programs usually do without. If this one does not:",
    "CapabilityBoundingSet=CAP_NET_ADMIN",
  ]);
});

test("what was kept and never used is granted, and the tighter set told", (t) => {
  t.deepEqual(
    advice(
      ["CAP_SYS_TIME", "clock_adjtime"],
      ["CAP_SYS_TIME", "capset keeps it"],
      ["CAP_SYS_CHROOT", "capset keeps it"],
    ),
    [
      "CAP_SYS_CHROOT: kept by capset and never used; without it the service fails, unless it looks first what it has. Then:",
      "CapabilityBoundingSet=",
      "CapabilityBoundingSet=CAP_SYS_TIME",
    ],
  );
});
