import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { factId } from "../../src/facts/set.js";
import type { Profile, Run, Soaked } from "../../src/profile/types.js";
import { calls, file } from "../directives/context.js";
import { check, profileOf, usual } from "./sample.js";

const served: Fact = {
  kind: "accept",
  family: "AF_INET",
  type: "SOCK_STREAM",
  address: "127.0.0.1",
  port: 80,
};

const facts = [...usual, served];

/** The profile with other counts, or first seen in another phase, of some facts. */
function seen(
  profile: Profile,
  some: readonly Fact[],
  evidence: { count?: number; phase?: string },
): Profile {
  const ids = new Set(some.map(factId));
  return {
    ...profile,
    evidence: Object.fromEntries(
      Object.entries(profile.evidence).map(([id, one]) => [id, ids.has(id) ? { ...one, ...evidence } : one]),
    ),
  };
}

const learned = (run: Partial<Run>, peers = 100): Profile =>
  seen(profileOf(facts, { run }), [served], { count: peers });

const soaked = (until: Soaked["until"], seconds: number) => ({
  soak: { until, seconds },
});

const rows: readonly (readonly [what: string, before: Profile, now: Profile, reasons: readonly RegExp[]])[] =
  [
    ["the same", learned({}), learned({}), []],
    [
      "fewer phases",
      learned({}),
      learned({ phases: ["start", "soak"] }),
      [/^not exercised: reload, restart, stop; .*--lifecycle start,soak,reload,restart,stop$/],
    ],
    ["more phases", learned({ phases: ["start"] }), learned({}), []],
    [
      "incomplete evidence",
      learned({}),
      learned({ incomplete: ["strace ended by SIGKILL"] }),
      [/^the evidence is incomplete: strace ended by SIGKILL; /],
    ],
    [
      "evidence that was incomplete in the same way",
      learned({ incomplete: ["io_uring"] }),
      learned({ incomplete: ["io_uring"] }),
      [],
    ],
    [
      "a run that failed like the one before",
      learned({ incomplete: ["the run failed: no answer"] }),
      learned({ incomplete: ["the run failed: no answer"] }),
      [/the run failed/],
    ],
    [
      "less than half of the time",
      learned(soaked("duration", 600)),
      learned(soaked("operator", 299)),
      [/^the soak took 299 s, that of the baseline 600 s/],
    ],
    ["half of the time", learned(soaked("duration", 600)), learned(soaked("duration", 300)), []],
    ["a soak command on a faster machine", learned(soaked("command", 60)), learned(soaked("command", 6)), []],
    [
      "less than three quarters of the peers",
      learned({}),
      learned({}, 74),
      [/^it served 74 peers, the baseline 100/],
    ],
    ["three quarters of the peers", learned({}), learned({}, 75), []],
    [
      "a slower machine in the same time",
      learned(soaked("duration", 60)),
      learned(soaked("duration", 60), 25),
      [],
    ],
    [
      "nearly no work in the same time",
      learned(soaked("duration", 60)),
      learned(soaked("duration", 60), 24),
      [/^it served 24 peers/],
    ],
    [
      "a soak that was saturated sooner",
      learned(soaked("saturation", 60)),
      learned(soaked("saturation", 9), 26),
      [],
    ],
    ["too few peers to tell", learned({}, 3), learned({}, 1), []],
  ];

for (const [what, before, now, reasons] of rows) {
  test(`exercised: ${what}`, (t) => {
    const { inconclusive, verdict } = check(before, now);
    t.is(inconclusive.length, reasons.length);
    for (const [index, reason] of reasons.entries()) t.regex(inconclusive[index] ?? "", reason);
    t.is(verdict, reasons.length === 0 ? "same" : "inconclusive");
  });
}

const features = calls("dup ftruncate symlink sync timer_create umask vhangup");
const named: readonly Fact[] = [
  file("create", "/srv/thing/a-{random}", "file"),
  file("create", "/srv/thing/b-{random}", "file"),
];

test("a soak that shows less than half of what the baseline's did is another soak", (t) => {
  const before = seen(profileOf([...facts, ...features]), features, { phase: "soak" });
  const [few, many] = [3, 4].map((number) => profileOf([...facts, ...features.slice(0, number)]));
  t.deepEqual(check(before, few ?? before).inconclusive, [
    "of 7 facts that the soak of the baseline showed, 3 were seen again: exercise it with the same soak",
  ]);
  t.deepEqual(check(before, many ?? before).inconclusive, []);
});

test("names of files that are chosen anew are the same soak", (t) => {
  const some = [...named, ...features.slice(0, 2)];
  const before = seen(profileOf([...facts, ...some]), some, { phase: "soak" });
  const now = profileOf([...facts, file("create", "/srv/thing/c.{pid}", "file")]);
  t.deepEqual(check(before, now).inconclusive, []);
});

test("what only few of many runs saw says nothing about a soak", (t) => {
  const before = seen(profileOf([...facts, ...features]), features, { phase: "soak" });
  const [run] = before.runs;
  const runs = Array.from({ length: 3 }, (_, index) => ({
    ...(run ?? learned({}).runs[0]),
    id: `000000000000000${index}`,
  })) as Run[];
  t.deepEqual(check({ ...before, runs }, profileOf(facts)).inconclusive, []);
});

test("growth is an answer however little was exercised, and both are told", (t) => {
  const { verdict, inconclusive, growth } = check(
    learned({}),
    profileOf([...facts, ...calls("ptrace")], { run: { phases: ["start"] } }),
  );
  t.is(verdict, "more");
  t.is(growth.length, 1);
  t.not(inconclusive.length, 0);
});
