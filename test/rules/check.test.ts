import test from "ava";
import { renderCeiling } from "../../src/output/ceiling.js";
import { colorsFor } from "../../src/output/terminal.js";
import { factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { Profile } from "../../src/profile/types.js";
import { type CeilingCheck, checkCeiling } from "../../src/rules/check.js";
import { file, situation } from "../directives/context.js";
import { sampleProfile } from "../profile/sample.js";
import { ceilingOf, program } from "./support.js";

const plain = colorsFor({ write: () => undefined }, {});

/** A profile in which nothing is missing. */
function profileOf(facts: readonly Fact[], change: Partial<Profile> = {}): Profile {
  const { unit, host } = situation();
  const [run] = sampleProfile.runs;
  if (run === undefined) throw new Error("the sample has a run");
  const phases = ["start", "soak", "reload", "restart", "stop"];
  return {
    ...sampleProfile,
    unit,
    hosts: [host],
    facts,
    runs: [{ ...run, phases, incomplete: [] }],
    ...change,
  };
}

const check = (profile: Profile, fact: object): CeilingCheck => checkCeiling(profile, ceilingOf(fact));

const anyChange = { kind: "file", access: "modify", path: "/etc/**" };

test("when something is above the ceiling then it is told with its evidence and the reason", (t) => {
  const fact = file("write", "/etc/passwd");
  const evidence = {
    [factId(fact)]: { count: 2, first: 0.1, phase: "soak", process: "demo", example: "open(…)", runs: "0" },
  };
  t.is(
    renderCeiling(check(profileOf([fact, file("write", "/srv/x")], { evidence }), anyChange), plain),
    `thing.service and ceiling.json: 1 privilege above the ceiling
  never: we do not do that
    writes /etc/passwd
      demo, 2 times since soak: open(…)`,
  );
});

test("when nothing is above the ceiling then it is said that only what was seen was looked at", (t) => {
  t.is(
    renderCeiling(check(profileOf([]), anyChange), plain),
    "thing.service and ceiling.json: nothing that was seen is above the ceiling",
  );
});

test("when much is above the ceiling then some of it is shown and the rest counted", (t) => {
  const facts = Array.from({ length: 20 }, (_, index) => file("write", `/etc/a${index}`));
  const lines = renderCeiling(check(profileOf(facts), anyChange), plain).split("\n");
  t.is(lines.length, 2 + 12 + 1);
  t.is(lines.at(-1), "    and 8 more");
});

test("when names are hostile then they stay on their lines", (t) => {
  const lines = renderCeiling(check(profileOf([file("write", "/etc/a\n\u001b[2J")]), anyChange), plain);
  t.regex(lines, /writes \/etc\/a\\x0a\\x1b\[2J/);
});

const unseen = (profile: Profile, fact: object = anyChange): readonly string[] => check(profile, fact).unseen;

test("when evidence is missing then it is said why the ceiling may not hold", (t) => {
  const [run] = profileOf([]).runs;
  if (run === undefined) throw new Error("the profile has a run");
  const blind: Fact = { kind: "blind-spot", cause: "io_uring", detail: "io_uring_setup" };
  t.deepEqual(
    unseen(
      profileOf([blind], { runs: [{ ...run, phases: ["start", "stop"], incomplete: ["strace died"] }] }),
    ),
    [
      "strace died",
      "the service does what a trace cannot show: io_uring, io_uring_setup",
      "no run exercised soak, reload, restart",
    ],
  );
});

test("when the unit cannot reload, or is a command, then no phase is missed for that", (t) => {
  const { unit } = situation({ unit: { properties: { CanReload: "no" } } });
  const [run] = profileOf([]).runs;
  if (run === undefined) throw new Error("the profile has a run");
  const runs = [{ ...run, incomplete: [], phases: ["start", "soak", "restart", "stop"] }];
  t.deepEqual(unseen(profileOf([], { unit, runs })), []);
  const command = { ...unit, installed: false };
  t.deepEqual(
    unseen(profileOf([], { unit: command, runs: [{ ...run, incomplete: [], phases: ["soak"] }] })),
    [],
  );
});

test("when nobody knows the capabilities of a program then that is said", (t) => {
  const fact: Fact = { kind: "elevation", path: "/usr/bin/ping", by: "file-capabilities" };
  t.is(unseen(profileOf([fact])).length, 1);
  const { host } = situation({ host: { files: { "/usr/bin/ping": program("cap_net_raw=ep") } } });
  t.deepEqual(unseen(profileOf([fact], { hosts: [host] })), []);
});

test("when a rule is about one of the names that facts do not tell apart then that is said", (t) => {
  const facts = [file("create", "/run/{random}"), file("create", "/srv/{random}")];
  t.deepEqual(unseen(profileOf(facts), { kind: "file", access: "modify", path: "/run/docker.sock" }), [
    "the service creates /run/{random}; whether that is ever /run/docker.sock is not known",
  ]);
  t.deepEqual(unseen(profileOf(facts), { kind: "file", access: "read", path: "/run/docker.sock" }), []);
});
