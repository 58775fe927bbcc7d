/** Proves a drop-in: walks the service under it, finds what it is refused, repairs that, and walks again. */
import type { SynthesisOptions } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { unneededIn } from "../profile/trials.js";
import { factId } from "../facts/set.js";
import {
  type Cause,
  type Scene,
  causeAmong,
  causeAmongChanges,
  causeOfFinding,
  causeOfTrouble,
  suspectsIn,
} from "./causes.js";
import { describeFailure } from "./denial-candidates.js";
import type { Draft } from "./draft.js";
import { type Case, Examination } from "./examination.js";
import { type Finding, findingsOf } from "./findings.js";
import type { Laboratory, Reference } from "./laboratory.js";
import { silencesIn } from "./silence.js";
import { withCapabilities } from "./capability-trials.js";
import { needsOptionalOnly, repairOf } from "./repairs.js";
import { TrialWalks, troubleOf } from "./trial-walks.js";
import type { Verification, Walk } from "./types.js";

export interface Subject {
  readonly profile: Profile;
  readonly options: SynthesisOptions;
  /** A drop-in to be proved in place of the one that the profile gives. */
  readonly dropIn?: string | undefined;
  /** False: what is denied is told, and nothing changed. */
  readonly repair: boolean;
  /** Major version of the running systemd. */
  readonly version: number;
  /** Directives that the machine accepts but does not enforce. */
  readonly unenforced: readonly string[];
}

export interface Verified {
  readonly verification: Verification;
  /** With what refusals have taught, and with the proof. */
  readonly profile: Profile;
  readonly dropIn: string;
  /** The last walk: under this drop-in, unless it is still denied something. */
  readonly walk: Walk;
}

/** A service is refused something new each time it gets further; more often than this, something else is wrong. */
const mostRounds = 12;

type Outcome = Verification["verdict"] | "again";

/** Rejects only for what ends the whole work: an abort, a host that cannot trace. A service that fails is a verdict. */
export async function verify(subject: Subject, laboratory: Laboratory): Promise<Verified> {
  const started = new Date();
  const examination = new Examination(subject.profile, subject.options, subject.dropIn);
  const ignored = new Set(subject.unenforced);
  let walks = 0;
  for (let round = 1; ; round++) {
    const walk = await laboratory.walk(examination.draft.text);
    for (const { kind, directive } of walk.symptoms)
      if (kind === "ignored" && directive !== undefined) ignored.add(directive);
    const trials = new TrialWalks(laboratory, examination.draft.text, subject.version);
    const repair = subject.repair && round < mostRounds;
    const elapsed = (): number => (Date.now() - started.getTime()) / 1000;
    const run = {
      started: started.toISOString(),
      duration: elapsed(),
      phases: walk.phases,
      incomplete: walk.incomplete,
    };
    const treatment = { walk, examination, laboratory, trials, repair, run };
    const { outcome, failure } = await examine(treatment);
    walks += 1 + trials.count;
    if (outcome === "again") continue;
    const unenforced = examination.directives.filter((directive) => ignored.has(directive));
    const proof = { systemd: subject.version, phases: walk.phases, unenforced };
    const isProved = outcome === "verified" && walk.incomplete.length === 0;
    const profile = isProved ? examination.proved(proof) : examination.draft.profile;
    return {
      verification: {
        verdict: outcome,
        denials: examination.denials,
        tolerated: examination.tolerated,
        unenforced,
        runs: walks,
        phases: walk.phases,
        duration: elapsed(),
        incomplete: walk.incomplete,
        ...(failure === undefined ? {} : { failure }),
      },
      profile,
      dropIn: examination.dropIn(profile),
      walk,
    };
  }
}

interface Treatment {
  readonly walk: Walk;
  readonly examination: Examination;
  readonly laboratory: Laboratory;
  readonly trials: TrialWalks;
  readonly repair: boolean;
  readonly run: Parameters<Examination["repair"]>[1];
}

interface Examined {
  readonly outcome: Outcome;
  readonly failure?: string;
}

async function examine(treatment: Treatment): Promise<Examined> {
  const { walk, examination, laboratory, trials } = treatment;
  const trouble = troubleOf(walk);
  const isQuiet =
    trouble === undefined && silencesIn(examination.draft.context.facts, walk.facts).length === 0;
  if (isQuiet && walk.failures.length === 0) return { outcome: "verified" };
  const reference = await laboratory.reference();
  // A soak that looks at the sandbox itself only succeeds in it.
  if (reference.failure !== undefined && trouble !== undefined)
    return { outcome: "failed", failure: reference.failure };
  if (trouble !== undefined && isHasty(walk, reference)) return { outcome: "again" };
  const findings = await findingsOf(walk, reference, laboratory);
  const scene = { draft: examination.draft, trials };
  const cases = await casesOf(usedAmong(findings, scene.draft), scene);
  const explained = explainedAmong(cases, scene.draft);
  if (explained.length > 0) return { outcome: treat(explained, treatment) };
  const [silence] = silencesIn(reference.facts, walk.facts);
  if (trouble === undefined && silence !== undefined) {
    const cause = await causeOfSilence(reference, scene);
    if (cause !== undefined) return { outcome: treat([{ cause, what: silence }], treatment) };
  }
  if (trouble === undefined) {
    examination.tolerate(findings, (finding) =>
      suspectsIn(finding, scene.draft).map(({ directive }) => directive),
    );
    return { outcome: "verified" };
  }
  const causes = await causesOfTrouble(trouble, { walk, scene, findings });
  return causes.length === 0
    ? { outcome: "failed", failure: trouble }
    : { outcome: treat(causes, treatment) };
}

/** Was the soak ended before it could have been done? Nobody knew yet how long it takes. */
function isHasty({ patience }: Walk, { soaked }: Reference): boolean {
  return patience !== undefined && soaked !== undefined && patience < soaked;
}

/**
 * Those that facts or a person's edit explain. A setting that refuses something although all facts about it are known is
 * given up only where the service does not work, and works without that setting.
 */
function explainedAmong(cases: readonly Case[], draft: Draft): readonly Case[] {
  return cases.filter(({ cause, finding }) => repairOf(draft, cause, finding).kind !== "dropped");
}

/** Which settings keep clients away; undefined: they stay away without any of them, too. */
async function causeOfSilence({ facts }: Reference, scene: Scene): Promise<Cause | undefined> {
  const isHeard = (walk: Walk): boolean => silencesIn(facts, walk.facts).length === 0;
  const { trials } = scene;
  return (await causeAmongChanges(scene, isHeard)) ?? (await causeAmong(trials.directives, scene, isHeard));
}

/** What the service used before, and was not found to do without. */
function usedAmong(findings: readonly Finding[], { profile }: Draft): readonly Finding[] {
  const unneeded = unneededIn(profile);
  const isTakenAway = ({ facts }: Finding): boolean => [...facts].some((fact) => unneeded.has(factId(fact)));
  return findings.filter((finding) => finding.isUsed && !isTakenAway(finding));
}

/** Without those that the unit's own settings refuse, as they did before. */
async function casesOf(findings: readonly Finding[], scene: Scene): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const finding of findings) {
    const cause = await causeOfFinding(finding, scene);
    if (cause.directives.length === 0) continue;
    const isUnexplained =
      cause.directives.includes("CapabilityBoundingSet") &&
      repairOf(scene.draft, cause, finding).kind === "dropped" &&
      !needsOptionalOnly(finding);
    cases.push({
      cause,
      finding: isUnexplained ? await withCapabilities(finding, scene.trials) : finding,
      what: describeFailure(finding.failure),
    });
  }
  return cases;
}

interface Troubled {
  readonly walk: Walk;
  readonly scene: Scene;
  readonly findings: readonly Finding[];
}

/**
 * Why a service does not work that is refused nothing which it used: what a person made of the drop-in, what it tries only
 * now that it is confined or does without, what is refused although it is known, and at last any setting.
 */
async function causesOfTrouble(what: string, troubled: Troubled): Promise<readonly Case[]> {
  const { walk, scene, findings } = troubled;
  const changed = await causeAmongChanges(scene);
  if (changed !== undefined) return [{ cause: changed, what }];
  const cases = await casesOf(findings, scene);
  const explained = explainedAmong(cases, scene.draft);
  if (explained.length > 0) return explained;
  const refusing = cases.flatMap(({ cause }) => cause.directives);
  const cause = (await causeAmong(refusing, scene)) ?? (await causeOfTrouble(walk, scene));
  return cause.directives.length === 0 ? [] : [{ cause, what }];
}

function treat(cases: readonly Case[], { examination, repair, run }: Treatment): Outcome {
  if (!repair) {
    examination.leave(cases);
    return "denied";
  }
  return examination.repair(cases, run) ? "again" : "denied";
}
