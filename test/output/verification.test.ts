import test from "ava";
import picocolors from "picocolors";
import { describeSkipped, describeVerification } from "../../src/output/verification.js";
import type { Denial, Verification } from "../../src/verification/types.js";

const plain = picocolors.createColors(false);

const verification: Verification = {
  verdict: "verified",
  denials: [],
  tolerated: [],
  unenforced: [],
  runs: 1,
  phases: ["start", "soak", "stop"],
  duration: 2.5,
  incomplete: [],
};

const denial: Denial = {
  what: 'openat("/srv/x", O_WRONLY|O_CREAT) = EROFS',
  process: "demo",
  phase: "soak",
  count: 3,
  directives: ["ReadWritePaths"],
  certainty: "facts",
  how: "it is read-only",
  repair: "learned",
  facts: [{ kind: "file", access: "create", path: "/srv/x", type: "file" }],
  before: ["ReadWritePaths=/var/lib/demo"],
  after: ["ReadWritePaths=/srv /var/lib/demo"],
};

function described(changes: Partial<Verification>): string {
  return describeVerification("demo.service", { ...verification, ...changes }, plain);
}

test("when nothing was refused then one line says that the drop-in is proved, and by what", (t) => {
  t.is(described({}), "proved: demo.service works under this drop-in (1 run, start, soak, stop; 2.5 s)");
});

test("when something was refused then what, who, why, the repair and the lines of the drop-in are told", (t) => {
  t.is(
    described({ denials: [denial], runs: 2 }),
    `proved: demo.service works under this drop-in, after 1 repair (2 runs, start, soak, stop; 2.5 s)
refused: openat("/srv/x", O_WRONLY|O_CREAT) = EROFS by demo, first in soak, 3 times
  cause: ReadWritePaths= (by rule): it is read-only
  repair: learned that the service creates /srv/x
  - ReadWritePaths=/var/lib/demo
  + ReadWritePaths=/srv /var/lib/demo`,
  );
});

test("when no fact explains a failure then it is told loudly which setting is left out", (t) => {
  const dropped: Denial = {
    ...denial,
    what: "the soak command failed: exit status 1",
    process: "",
    phase: "",
    directives: ["PrivateTmp"],
    certainty: "bisection",
    how: "it works without that",
    repair: "dropped",
    facts: [],
  };
  t.true(
    described({ denials: [dropped] }).includes(
      "no fact explains it, so PrivateTmp= is LEFT OUT of the drop-in",
    ),
  );
});

test("when something is still denied, or the service fails anyway, then the first line says so", (t) => {
  t.regex(
    described({ verdict: "denied", denials: [{ ...denial, repair: "none" }] }),
    /^denied: demo\.service is still refused 1 thing that it needs/,
  );
  t.is(
    described({ verdict: "failed", failure: "the soak command failed: exit status 1" }),
    "not proved: demo.service does not work without the drop-in either: the soak command failed: exit status 1",
  );
});

test("when a machine does not enforce a setting then nothing is said to be proved of it", (t) => {
  t.regex(
    described({ unenforced: ["RestrictFileSystems"] }),
    /not enforced on this machine, so not proved: RestrictFileSystems=$/,
  );
});

test("when a service chose names to deceive a terminal then they are harmless", (t) => {
  const hostile = "\u001b[2Jx\n";
  const text = described({
    denials: [{ ...denial, what: hostile, process: hostile, how: hostile, after: [hostile] }],
    tolerated: [{ what: hostile, process: hostile, count: 1, directives: [] }],
    incomplete: [hostile],
  });
  t.false(text.includes("\u001b"));
  t.is(text.split("\n").length, 9);
});

test("when a drop-in could not be tried then the reason is told", (t) => {
  t.is(describeSkipped("--no-verify", plain), "the drop-in was not proved: --no-verify");
});
