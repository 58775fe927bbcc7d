import test from "ava";
import { factId } from "../../src/facts/set.js";
import type { Profile } from "../../src/profile/types.js";
import { synthesize } from "../../src/profile/synthesize.js";
import { type Subject, verify } from "../../src/verification/index.js";
import { withSetting } from "../../src/verification/settings.js";
import { profileOf, type Sandbox, simulate, type Step } from "./simulated.js";

const options = { breadth: "exact", posture: "strict", target: 257 } as const;

function subjectOf(profile: Profile, changes: Partial<Subject> = {}): Subject {
  return { profile, options, repair: true, version: 257, unenforced: [], ...changes };
}

/** Refused where the list has no such word. */
function unlessListed(
  directive: string,
  word: string,
  errno: string,
): (sandbox: Sandbox) => string | undefined {
  return (sandbox) => ((sandbox(directive) ?? "").split(" ").includes(word) ? undefined : errno);
}

const reads: Step = { line: 'openat(AT_FDCWD, "/srv/app/x", O_RDONLY) = 3' };
const writes: Step = {
  line: 'openat(AT_FDCWD, "/var/lib/app/x", O_WRONLY|O_CREAT, 0600) = 3',
  refusal: unlessListed("ReadWritePaths", "/var/lib/app", "EROFS"),
};
const traces: Step = {
  line: "ptrace(PTRACE_TRACEME) = 0",
  refusal: unlessListed("SystemCallFilter", "ptrace", "EPERM"),
};

function without(
  { facts, ...profile }: Profile,
  isGone: (fact: Profile["facts"][number]) => boolean,
): Profile {
  return { ...profile, facts: facts.filter((fact) => !isGone(fact)) };
}

test("when nothing is refused then one walk proves the drop-in, and the proof is in profile and drop-in", async (t) => {
  const laboratory = simulate([reads, writes, traces]);
  const { verification, profile, dropIn } = await verify(
    subjectOf(profileOf([reads, writes, traces])),
    laboratory,
  );
  t.is(verification.verdict, "verified");
  t.deepEqual(verification.denials, []);
  t.is(verification.runs, 1);
  t.is(laboratory.dropIns.length, 1);
  t.is(profile.proofs?.length, 1);
  t.regex(dropIn, /^# Proved by a run under these settings on systemd 257: start, soak, stop;/m);
});

test("when a profile lacks a fact then the refusal teaches it, with the refused call as evidence", async (t) => {
  const whole = profileOf([reads, writes]);
  const isWrite = (fact: Profile["facts"][number]): boolean =>
    fact.kind === "file" && fact.path.startsWith("/var/lib/app");
  const { verification, profile, dropIn } = await verify(
    subjectOf(without(whole, isWrite)),
    simulate([reads, writes]),
  );
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], { directives: ["ProtectSystem"], certainty: "facts", repair: "learned" });
  t.regex(dropIn, /^ReadWritePaths=\/var\/lib\/app$/m);
  const learned = whole.facts.filter(isWrite).map(factId);
  t.true(learned.length > 0);
  for (const id of learned) t.regex(profile.evidence[id]?.example ?? "", /openat.*EROFS/);
  t.true(profile.runs.some(({ confined }) => confined === true));
});

test("when a drop-in was edited then the setting gets back what is decided, and the rest of the text stays", async (t) => {
  const whole = profileOf([reads, writes, traces]);
  const decided = synthesize(whole, options).dropIn;
  const edited = withSetting(decided.replace("[Service]", "[Service]\n# mine"), "SystemCallFilter", [
    "",
    "openat execve",
  ]);
  const { verification, dropIn } = await verify(
    subjectOf(whole, { dropIn: edited }),
    simulate([reads, writes, traces]),
  );
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], { directives: ["SystemCallFilter"], repair: "decided" });
  t.regex(dropIn, /^# mine$/m);
  t.regex(dropIn, /^SystemCallFilter=.*\bptrace\b/m);
});

test("when lifting what was edited would not help but its decided value does then that is the cause", async (t) => {
  const whole = profileOf([reads]);
  const decided = synthesize(whole, options).dropIn;
  const umask = /^UMask=(\d+)$/m.exec(decided)?.[1];
  t.truthy(umask);
  const fails = (sandbox: Sandbox): string | undefined =>
    [umask, undefined].includes(sandbox("UMask")) ? undefined : "the soak command failed: exit status 1";
  const { verification, dropIn } = await verify(
    subjectOf(whole, { dropIn: withSetting(decided, "UMask", ["0700"]) }),
    simulate([reads], fails),
  );
  t.is(verification.verdict, "verified");
  t.is(verification.runs, 3);
  t.like(verification.denials[0], { directives: ["UMask"], certainty: "trial", repair: "decided" });
  t.is(/^UMask=(\d+)$/m.exec(dropIn)?.[1], umask);
});

test("when something is only tried because the service is confined then it is told and not granted", async (t) => {
  const fallback: Step = { ...traces, whenConfined: true };
  const { verification, profile } = await verify(
    subjectOf(profileOf([reads, fallback])),
    simulate([reads, fallback]),
  );
  t.is(verification.verdict, "verified");
  t.deepEqual(verification.denials, []);
  t.like(verification.tolerated[0], {
    what: "ptrace(PTRACE_TRACEME) = EPERM",
    directives: ["SystemCallFilter"],
  });
  t.false(profile.facts.some((fact) => fact.kind === "syscall" && fact.name === "ptrace"));
});

test("when a service fails without what it only tries confined then it is granted", async (t) => {
  const fallback: Step = { ...traces, whenConfined: true, isVital: true };
  const { verification, profile } = await verify(
    subjectOf(profileOf([reads, fallback])),
    simulate([reads, fallback]),
  );
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], { directives: ["SystemCallFilter"], repair: "learned" });
  t.true(profile.facts.some((fact) => fact.kind === "syscall" && fact.name === "ptrace"));
});

test("when a soak fails and no call says why then the smallest culprit is left out, and the profile says so", async (t) => {
  const fails = (sandbox: Sandbox): string | undefined =>
    ["no", undefined].includes(sandbox("PrivateTmp")) ? undefined : "the soak command failed: exit status 1";
  const { verification, profile, dropIn } = await verify(
    subjectOf(profileOf([reads])),
    simulate([reads], fails),
  );
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], {
    what: "the soak command failed: exit status 1",
    directives: ["PrivateTmp"],
    certainty: "bisection",
    repair: "dropped",
  });
  t.deepEqual(profile.dropped, [{ directive: "PrivateTmp", why: "the soak command failed: exit status 1" }]);
  t.notRegex(dropIn, /^PrivateTmp=/m);
});

test("when the soak was ended before anybody knew how long it takes then it is walked again, and nothing blamed", async (t) => {
  const simulation = simulate([reads]);
  const { verification } = await verify(subjectOf(profileOf([reads])), {
    ...simulation,
    walk: async (dropIn) => {
      const isFirst = simulation.dropIns.length === 0;
      const walk = await simulation.walk(dropIn);
      return isFirst
        ? { ...walk, patience: 60, failure: "the soak command failed: it was not done after 60 s" }
        : walk;
    },
    reference: async () => ({ ...(await simulation.reference()), soaked: 600 }),
  });
  t.is(verification.verdict, "verified");
  t.deepEqual(verification.denials, []);
  t.is(simulation.dropIns.length, 2);
});

test("when a service fails without the drop-in as well then nothing is blamed on it", async (t) => {
  const { verification, profile } = await verify(
    subjectOf(profileOf([reads])),
    simulate([reads], () => "demo.service failed: exit status 1"),
  );
  t.is(verification.verdict, "failed");
  t.is(verification.failure, "demo.service failed: exit status 1");
  t.deepEqual(verification.denials, []);
  t.is(profile.proofs, undefined);
});

test("when a soak succeeds only in the sandbox, because it looks at that, then the drop-in is proved", async (t) => {
  const fails = (sandbox: Sandbox): string | undefined =>
    sandbox("NoNewPrivileges") === undefined ? "the soak command failed: exit status 1" : undefined;
  const denied: Step = { line: "ptrace(PTRACE_TRACEME) = 0", refusal: () => "EPERM", whenConfined: true };
  const { verification } = await verify(subjectOf(profileOf([reads])), simulate([reads, denied], fails));
  t.is(verification.verdict, "verified");
});

test("when nothing may be repaired then what is denied is told, and profile and drop-in stay as they are", async (t) => {
  const profile = without(
    profileOf([reads, writes]),
    (fact) => fact.kind === "file" && fact.access === "create",
  );
  const { dropIn: before } = synthesize(profile, options);
  const verified = await verify(subjectOf(profile, { repair: false }), simulate([reads, writes]));
  t.is(verified.verification.verdict, "denied");
  t.like(verified.verification.denials[0], { directives: ["ProtectSystem"], repair: "none" });
  t.deepEqual(verified.profile, profile);
  t.is(verified.dropIn, before);
});

test("when nobody could infer which capability a call needs then trials find the one, and it is learned", async (t) => {
  const call: Step = {
    line: "fadvise64(3, 0, 0, POSIX_FADV_NORMAL) = 0",
    refusal: (sandbox) =>
      /^~|CAP_SYS_NICE/.test(sandbox("CapabilityBoundingSet") ?? "~") ? undefined : "EPERM",
  };
  const { verification, profile, dropIn } = await verify(
    subjectOf(profileOf([reads, call])),
    simulate([reads, call]),
  );
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], { directives: ["CapabilityBoundingSet"], repair: "learned" });
  t.regex(dropIn, /^CapabilityBoundingSet=CAP_SYS_NICE$/m);
  t.deepEqual(profile.dropped, undefined);
});

/** A client that the kernel lets through, or not: no call fails then. */
const serves: readonly Step[] = [
  { line: "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[77]>" },
  {
    line: 'bind(3<TCP:[77]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
  },
  { line: "listen(3<TCP:[0.0.0.0:80]>, 5) = 0" },
  {
    line: 'accept4(3<TCP:[0.0.0.0:80]>, {sa_family=AF_INET, sin_port=htons(40000), sin_addr=inet_addr("192.0.2.9")}, [16], 0) = 4<TCP:[192.0.2.1:80->192.0.2.9:40000]>',
    isDropped: (sandbox) => (sandbox("IPAddressDeny") ?? "").includes("any"),
  },
];

test("when packets are dropped and a careless soak does not notice then the silence is found, and blamed by trial", async (t) => {
  const whole = profileOf(serves);
  const edited = withSetting(synthesize(whole, options).dropIn, "IPAddressDeny", ["any"]);
  const { verification, dropIn } = await verify(subjectOf(whole, { dropIn: edited }), simulate(serves));
  t.is(verification.verdict, "verified");
  t.like(verification.denials[0], {
    what: "no client is heard on TCP port 80 (AF_INET), where there was one",
    directives: ["IPAddressDeny"],
    certainty: "trial",
    repair: "decided",
  });
  t.notRegex(dropIn, /^IPAddressDeny=any/m);
});
