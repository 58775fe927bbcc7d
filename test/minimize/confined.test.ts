import test from "ava";
import type { Capability } from "../../src/facts/names.js";
import { FactSet, factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { minimizeConfined } from "../../src/minimize/confined.js";
import { provedOf, settingsDigest } from "../../src/profile/proofs.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Laboratory } from "../../src/verification/laboratory.js";
import type { Walk } from "../../src/verification/types.js";
import { profileOf, usual } from "../comparison/sample.js";
import { build, hostWith } from "../facts/support.js";

const options = { breadth: "portable", posture: "strict", target: 257 } as const;

const capability = (name: Capability): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation: `use ${name}`,
});

const profile = profileOf([...usual, capability("CAP_SETGID"), capability("CAP_SYS_NICE")]);

/** A service that goes on whatever it is refused. */
function refusals(dropIn: string): Walk["failures"] {
  const lines = [
    ...(dropIn.includes("CAP_SETGID") ? [] : ["setgid(33) = -1 EPERM (Operation not permitted)"]),
    ...(dropIn.includes("CAP_SYS_NICE")
      ? []
      : ["setpriority(PRIO_PROCESS, 0, -5) = -1 EACCES (Permission denied)"]),
  ];
  return lines.length === 0 ? [] : build(lines.join("\n")).failures;
}

function walkUnder(dropIn: string, more: Partial<Walk> = {}): Walk {
  return {
    phases: ["start", "soak", "stop"],
    failures: refusals(dropIn),
    symptoms: [],
    incomplete: [],
    facts: FactSet.of(profile.facts),
    ...more,
  };
}

function laboratory(more: Partial<Walk> = {}): Laboratory & { readonly walks: () => number } {
  let walks = 0;
  return {
    walk: (dropIn) => {
      walks++;
      return Promise.resolve(walkUnder(dropIn, more));
    },
    reference: () => Promise.resolve({ facts: FactSet.of(profile.facts), failures: [] }),
    host: () => Promise.resolve(hostWith()),
    exists: () => true,
    progress: () => undefined,
    walks: () => walks,
  };
}

const subject = {
  profile,
  walk: walkUnder(synthesize(profile, options).dropIn),
  options,
  limit: 24,
  version: 257,
  unenforced: ["PrivateBPF", "ProtectClock"],
};

test("a service that goes on without giving up its rights must not be left like that", async (t) => {
  const { kept, removed } = await minimizeConfined(subject, laboratory());
  t.deepEqual(
    removed.map(({ name }) => name),
    ["CAP_SYS_NICE"],
  );
  t.deepEqual(
    kept.map(({ privilege: { name }, why }) => [name, why]),
    [["CAP_SETGID", "setgid fails with EPERM, and it goes on with rights that it would have given up"]],
  );
});

test("what the proved drop-in refused before is put up with", async (t) => {
  const walk = walkUnder("", {});
  const { removed } = await minimizeConfined({ ...subject, walk }, laboratory());
  t.deepEqual(removed.map(({ name }) => name).sort(), ["CAP_SETGID", "CAP_SYS_NICE"]);
});

test("the result is proved by the walk under its drop-in, but for what is not enforced", async (t) => {
  const { profile: result } = await minimizeConfined(subject, laboratory());
  t.is(result.verdicts?.[factId(capability("CAP_SYS_NICE"))], "unneeded");
  const settings = settingsDigest(synthesize(result, options).decisions);
  t.deepEqual(provedOf(result, settings), {
    systemd: [257],
    phases: ["start", "soak", "stop"],
    unenforced: ["ProtectClock"],
  });
});

test("a walk that was not seen in full proves nothing", async (t) => {
  const { profile: result, removed } = await minimizeConfined(
    subject,
    laboratory({ incomplete: ["io_uring"] }),
  );
  t.is(removed.length, 1);
  t.is(result.proofs, undefined);
});

test("where a walk did nothing again, nothing is tried", async (t) => {
  const walk = { ...subject.walk, facts: FactSet.empty };
  const bench = laboratory();
  const { removed, spared } = await minimizeConfined({ ...subject, walk }, bench);
  t.deepEqual([removed.length, bench.walks()], [0, 0]);
  t.is(spared.filter((text) => text.includes("was not used again")).length, 2);
});

test("a service that fails needs what was taken away, and the reason is told", async (t) => {
  const failing = laboratory({ failure: "the soak command failed: exit status 1" });
  const { kept } = await minimizeConfined(subject, failing);
  t.deepEqual([...new Set(kept.map(({ why }) => why))], ["the soak command failed: exit status 1"]);
  t.is(kept.length, 2);
});
