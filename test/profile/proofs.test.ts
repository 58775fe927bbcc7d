import test from "ava";
import { factId } from "../../src/facts/set.js";
import { provedOf, settingsDigest } from "../../src/profile/proofs.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Profile, Proof } from "../../src/profile/types.js";
import { profileOf, usual } from "../comparison/sample.js";

const options = { breadth: "portable", posture: "strict", target: 257 } as const;
const profile = profileOf(usual);
const settings = settingsDigest(synthesize(profile, options).decisions);

const proof = (more: Partial<Proof> = {}): Proof => ({
  settings,
  systemd: 257,
  phases: ["start", "soak", "reload", "restart", "stop"],
  unenforced: [],
  ...more,
});

/** The comment at the head, as one line. */
function headOf(given: Profile, more: object = {}): string {
  const [head = ""] = synthesize(given, { ...options, ...more }).dropIn.split("\n\n");
  return head.replaceAll("\n# ", " ");
}

test("a digest is of what is set, and neither of reasons nor of what is not set", (t) => {
  const decisions = [
    { decision: "set", directive: "PrivateTmp", values: ["yes"], why: "one", grants: [] },
    { decision: "withheld", directive: "ProtectHome", reason: "unsafe", why: "two", facts: [] },
  ] as const;
  t.is(settingsDigest(decisions), settingsDigest([{ ...decisions[0], why: "three" }]));
  t.regex(settingsDigest(decisions), /^[0-9a-f]{16}$/);
  t.not(settingsDigest(decisions), settingsDigest([{ ...decisions[0], values: ["no"] }]));
  t.not(settingsDigest(decisions), settingsDigest([{ ...decisions[0], values: ["", "yes"] }]));
});

test("a drop-in says that it was proved only as long as its settings are those that were", (t) => {
  t.regex(headOf(profile), /Not proved yet by a run under these settings/);
  const proved = { ...profile, proofs: [proof()] };
  t.regex(
    headOf(proved),
    /Proved by a run under these settings on systemd 257: start, soak, reload, restart, stop; what was not exercised is denied\./,
  );
  t.notRegex(headOf(proved), /Not enforced/);
  t.regex(headOf(proved, { posture: "isolated" }), /Not proved yet/);
  t.regex(headOf({ ...proved, dropped: [{ directive: "ProtectClock", why: "x" }] }), /Not proved yet/);
});

test("a drop-in says what was not enforced where it was proved, unless another machine did", (t) => {
  const one = proof({ systemd: 252, unenforced: ["PrivateBPF", "SocketBindDeny"] });
  t.regex(
    headOf({ ...profile, proofs: [one] }),
    /Not enforced on that machine, so not proved: PrivateBPF=, SocketBindDeny=\./,
  );
  const both = [one, proof({ unenforced: ["PrivateBPF"], phases: ["start"] })];
  t.deepEqual(provedOf({ proofs: both }, settings), {
    systemd: [252, 257],
    phases: ["start", "soak", "reload", "restart", "stop"],
    unenforced: ["PrivateBPF"],
  });
  t.is(provedOf({ proofs: both }, "0000000000000000"), undefined);
});

test("what the service does without is refused, and the drop-in counts it", (t) => {
  const [fact] = profile.facts.filter((one) => one.kind === "file" && one.access === "create");
  if (fact === undefined) return t.fail();
  const tried = { ...profile, verdicts: { [factId(fact)]: "unneeded" } } as const;
  t.regex(synthesize(profile, options).dropIn, /\nReadWritePaths=.*\/srv\/thing/);
  t.notRegex(synthesize(tried, options).dropIn, /\nReadWritePaths=.*\/srv\/thing/);
  t.regex(headOf(tried), /1 fact refused though used: the service works without/);
  const needed = { ...profile, verdicts: { [factId(fact)]: "needed" } } as const;
  t.is(synthesize(needed, options).dropIn, synthesize(profile, options).dropIn);
});
