import test from "ava";
import { capabilityBoundingSet } from "../../src/directives/capabilities.js";
import type { Capability } from "../../src/facts/names.js";
import { situation } from "./context.js";

const advice = (...uses: readonly (readonly [Capability, string])[]): readonly string[] =>
  capabilityBoundingSet
    .decide(
      situation({
        facts: uses.map(([capability, operation]) => ({
          kind: "capability",
          capability,
          source: "inferred",
          operation,
        })),
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
