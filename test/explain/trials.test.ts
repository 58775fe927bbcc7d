import test from "ava";
import picocolors from "picocolors";
import { explain } from "../../src/explain/index.js";
import { factId } from "../../src/facts/set.js";
import type { Capability } from "../../src/facts/names.js";
import type { Fact } from "../../src/facts/types.js";
import { renderExplanation } from "../../src/output/explanation/index.js";
import { call, calls } from "../directives/context.js";
import { learned } from "./sample.js";

const capability = (name: Capability, operation: string): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation,
});
const chown = capability("CAP_CHOWN", "chown /srv/thing");
const setuid = capability("CAP_SETUID", "setuid 33");
const kill = capability("CAP_KILL", "kill 1");
const clock = call("settimeofday");

const profile = {
  ...learned({ facts: [chown, setuid, kill, clock, ...calls("read")] }),
  verdicts: {
    [factId(chown)]: "unneeded",
    [factId(clock)]: "unneeded",
    [factId(setuid)]: "needed",
  } as const,
};
const options = { breadth: "portable", posture: "strict", target: 257 } as const;

function lines(query?: string): string[] {
  return renderExplanation(explain(profile, options, query), picocolors.createColors(false), true).split(
    "\n",
  );
}

test("when a grant is explained then it is told whether it was needed, used or assumed", (t) => {
  const [answer] = explain(profile, options, "CapabilityBoundingSet").answers;
  t.like(answer, {
    grants: [
      { value: "CAP_KILL", need: "used" },
      { value: "CAP_SETUID", need: "needed" },
    ],
    unneeded: [{ fact: chown, trial: "unneeded" }],
  });
  const text = lines("CapabilityBoundingSet");
  t.true(text.includes("  CAP_SETUID: seen, and needed: it failed without"));
  t.true(text.includes("  CAP_KILL: seen"));
  const [filter] = explain(profile, options, "SystemCallFilter").answers;
  if (filter?.kind !== "directive") return t.fail();
  t.true(filter.grants.some(({ need, origin }) => need === "assumed" && origin === "error-path"));
});

test("when a capability was used and is refused then it is told that the service works without", (t) => {
  const text = lines("CAP_CHOWN");
  t.true(text.some((line) => line.startsWith("  have it: refused by CapabilityBoundingSet=")));
  t.true(
    text.some((line) => /CAP_CHOWN.*; not needed: it is refused, and the service works without$/.test(line)),
    text.join("\n"),
  );
  t.false(text.includes("  seen: never"));
});

test("when a directive is set although the service did what it refuses then that is told beside it", (t) => {
  const text = lines("ProtectClock");
  t.is(text[1], "ProtectClock=yes");
  t.true(text.includes("  used all the same:"));
  t.true(text.some((line) => line.includes("calls settimeofday; not needed")));
  t.true(lines().some((line) => line.includes("calls settimeofday; not needed")));
});

test("when a setting was dropped then what failed under it is told", (t) => {
  const dropped = { ...profile, dropped: [{ directive: "PrivateTmp", why: "the soak fails" }] };
  const [answer] = explain(dropped, options, "PrivateTmp").answers;
  t.like(answer, {
    outcome: {
      values: null,
      reason: "unsafe",
      why: "the service fails under it, and no fact says why: the soak fails.",
    },
  });
});
