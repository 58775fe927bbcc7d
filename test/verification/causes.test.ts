import test from "ava";
import { FactSet } from "../../src/facts/set.js";
import { causeOfTrouble, type Scene } from "../../src/verification/causes.js";
import { draftOf } from "../../src/verification/draft.js";
import { parseSettings } from "../../src/verification/settings.js";
import { TrialWalks } from "../../src/verification/trial-walks.js";
import type { Symptom, Walk } from "../../src/verification/types.js";
import { sampleProfile } from "../profile/sample.js";

const dropIn = `[Service]
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
LockPersonality=yes
RestrictRealtime=yes
UMask=0077
`;

const walked = (symptoms: readonly Symptom[], failure?: string): Walk => ({
  phases: ["start"],
  facts: FactSet.empty,
  failures: [],
  symptoms,
  incomplete: [],
  ...(failure !== undefined && { failure }),
});

/** A service that fails while `culprit` has its value in the drop-in; the walks that it takes to find that out. */
async function blamed(culprit: string, symptoms: readonly Symptom[]) {
  const tried: string[] = [];
  const value = (text: string) =>
    parseSettings(text)
      .find(({ directive }) => directive === culprit)
      ?.values.at(-1);
  const walk = (text: string): Promise<Walk> => {
    tried.push(text);
    return Promise.resolve(walked([], value(text) === value(dropIn) ? "it failed" : undefined));
  };
  const trials = new TrialWalks({ walk, progress: () => undefined }, dropIn, 257);
  const scene: Scene = {
    draft: draftOf(sampleProfile, { breadth: "portable", posture: "strict", target: 257 }),
    trials,
  };
  const { directives } = await causeOfTrouble(walked(symptoms, "it failed"), scene);
  return { directives, runs: tried.length };
}

const start = (given: Partial<Symptom>): Symptom => ({ kind: "start", text: "226/NAMESPACE", ...given });

test("what systemd names is tried first", async (t) => {
  t.deepEqual(await blamed("ProtectHome", [start({ directive: "ProtectHome" })]), {
    directives: ["ProtectHome"],
    runs: 1,
  });
});

test("of what systemd was setting up the culprit is found among those, in fewer runs", async (t) => {
  const candidates = ["ProtectSystem", "ProtectHome", "PrivateTmp"];
  const narrowed = await blamed("PrivateTmp", [start({ candidates })]);
  const blind = await blamed("PrivateTmp", []);
  t.deepEqual(narrowed.directives, ["PrivateTmp"]);
  t.deepEqual(blind.directives, ["PrivateTmp"]);
  t.true(narrowed.runs < blind.runs, `${narrowed.runs} and ${blind.runs} runs`);
});

test("a setting that is ignored is not tried", async (t) => {
  const ignored: Symptom = { kind: "ignored", text: "ignoring", directive: "ProtectHome" };
  t.is((await blamed("UMask", [ignored])).runs, (await blamed("UMask", [])).runs);
});

test("a symptom that leads nowhere does not hide the culprit", async (t) => {
  const symptoms = [
    start({ directive: "ProtectHome" }),
    start({ candidates: ["ProtectSystem", "PrivateTmp"] }),
  ];
  t.deepEqual((await blamed("UMask", symptoms)).directives, ["UMask"]);
});
