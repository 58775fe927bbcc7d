/**
 * Whether the candidate was exercised like its baseline. What was not exercised is not seen, so that a check that finds
 * nothing new says nothing then: every reason here keeps it from being green.
 */
import { parent } from "../facts/paths.js";
import { factId } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { lifecyclePhases } from "../learning/types.js";
import { learningRuns, sharesIn } from "../profile/sightings.js";
import { isOfUnit } from "../profile/tracers.js";
import { unneededIn } from "../profile/trials.js";
import type { Profile, StoredEvidence } from "../profile/types.js";
import type { Frame } from "./frame.js";
import { withoutForms } from "./sameness/paths.js";

/** A soak that ends by the clock and is shorter than this part of the baseline's is another soak. */
const enoughTime = 0.5;

/** Served peers vary with timing (retries, connections that are kept), and features that are gone take theirs along. */
const enoughWork = 0.75;

/** How much is done in a given time is up to the machine and to those who happen to come. */
const enoughWorkByTheClock = 0.25;

/** Of fewer peers, one more or less would decide. */
const fewPeers = 4;

/** A soak that shows less than this part of what the baseline's showed is not the same soak. */
const enoughShown = 0.5;

/** Fewer facts say nothing about a soak. */
const fewFacts = 4;

/** Why the candidate was exercised less than the baseline, one line each, with what to do; none when it was not. */
export function shortcomings(baseline: Profile, candidate: Profile, frame: Frame): readonly string[] {
  if (isOfUnit(baseline)) return incompleteEvidence(baseline, candidate);
  return [
    ...missingPhases(baseline, candidate),
    ...incompleteEvidence(baseline, candidate),
    ...shorterSoak(baseline, candidate),
    ...lessWork(baseline, candidate),
    ...lessShown(baseline, candidate, frame),
  ];
}

function missingPhases(baseline: Profile, candidate: Profile): string[] {
  const [before, now] = [phasesOf(baseline), phasesOf(candidate)];
  const missing = before.filter((phase) => !now.includes(phase));
  return missing.length === 0
    ? []
    : [`not exercised: ${missing.join(", ")}; the baseline was: learn with --lifecycle ${before.join(",")}`];
}

/** Of all runs together that were not confined, in the order in which they happen. */
export function phasesOf(profile: Profile): readonly string[] {
  const runs = learningRuns(profile);
  return lifecyclePhases.filter((phase) => runs.some((run) => run.phases.includes(phase)));
}

/** What is missing by the nature of the service (io_uring, D-Bus) is so in the baseline too; a run that failed is not. */
function incompleteEvidence(baseline: Profile, candidate: Profile): string[] {
  const known = new Set(baseline.runs.flatMap(({ incomplete }) => incomplete));
  const reasons = candidate.runs.flatMap(({ incomplete }) => incomplete);
  return [...new Set(reasons)]
    .filter((reason) => !known.has(reason) || reason.startsWith("the run failed"))
    .map((reason) => `the evidence is incomplete: ${reason}; learn it again`);
}

/** Seconds of the longest soak that ended by the clock or by its operator; undefined where a command or saturation said when. */
function soakSeconds(profile: Profile): number | undefined {
  const soaks = learningRuns(profile).flatMap(({ soak }) => (soak === undefined ? [] : [soak]));
  return soaks.length === 0 || soaks.some(({ until }) => until === "command" || until === "saturation")
    ? undefined
    : Math.max(...soaks.map(({ seconds }) => seconds));
}

/** How often a soak was repeated until it showed nothing new is left to chance. */
function isSaturated(profile: Profile): boolean {
  return learningRuns(profile).some(({ soak }) => soak?.until === "saturation");
}

function shorterSoak(baseline: Profile, candidate: Profile): string[] {
  const [before, now] = [soakSeconds(baseline), soakSeconds(candidate)];
  return before === undefined || now === undefined || now >= before * enoughTime
    ? []
    : [`the soak took ${seconds(now)}, that of the baseline ${seconds(before)}: soak it as long`];
}

function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} s`;
}

function lessWork(baseline: Profile, candidate: Profile): string[] {
  const isByTheClock = [baseline, candidate].some(
    (profile) => soakSeconds(profile) !== undefined || isSaturated(profile),
  );
  const enough = isByTheClock ? enoughWorkByTheClock : enoughWork;
  const [before, now] = [peersServed(baseline), peersServed(candidate)];
  if (before >= fewPeers) {
    return now >= before * enough
      ? []
      : [`it served ${now} peers, the baseline ${before}: exercise it with the same soak`];
  }
  return [];
}

/** How often others connected to the service, or sent to its datagram sockets. */
function peersServed({ facts, evidence }: Profile): number {
  return facts
    .filter((fact) => fact.kind === "accept" && fact.address !== "self")
    .reduce((sum, fact) => sum + (evidenceOf(evidence, fact)?.count ?? 0), 0);
}

function evidenceOf(evidence: Profile["evidence"], fact: Fact): StoredEvidence | undefined {
  const id = factId(fact);
  return Object.hasOwn(evidence, id) ? evidence[id] : undefined;
}

/** How much of what only the soak of the baseline had shown was shown again. */
function lessShown(baseline: Profile, candidate: Profile, { context, absent }: Frame): string[] {
  const isOfSoak = ofSoak(baseline);
  const shown = [...context.facts.entries()].flatMap(([id, fact]) => (isOfSoak(id) ? [fact] : []));
  if (shown.length < fewFacts) return [];
  const missing = new Set(absent);
  const uses = new Set(missing.size === 0 ? [] : candidate.facts.map(useOfNames));
  // Used, but not granted.
  const unneeded = unneededIn(candidate);
  const isSeen = (fact: Fact): boolean => {
    const use = useOfNames(fact);
    return !missing.has(fact) || (use !== undefined && uses.has(use)) || unneeded.has(factId(fact));
  };
  const again = shown.filter(isSeen).length;
  return again >= shown.length * enoughShown
    ? []
    : [
        `of ${shown.length} facts that the soak of the baseline showed, ${again} were seen again: exercise it with the same soak`,
      ];
}

/** First seen in the soak, and in at least half of the runs: a fact of one run in ten is chance. */
function ofSoak(profile: Profile): (id: string) => boolean {
  const { evidence } = profile;
  const shareOf = sharesIn(profile);
  return (id) => {
    const stored = Object.hasOwn(evidence, id) ? evidence[id] : undefined;
    if (stored?.phase !== "soak") return false;
    const { seen, runs } = shareOf(stored.runs);
    return seen * 2 >= runs;
  };
}

/** Names of files that come and go are chosen anew in each release; undefined for all else. */
function useOfNames(fact: Fact): string | undefined {
  const isName = fact.kind === "file" && ["create", "delete", "replace"].includes(fact.access);
  return isName ? `${fact.access} ${withoutForms(parent(fact.path))}` : undefined;
}
