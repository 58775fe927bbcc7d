import { adopt, adoptedLines } from "../directives/identity/adopt.js";
import { decide } from "../directives/index.js";
import type { Breadth, Context, Decision, Manager, Posture } from "../directives/types.js";
import { badInput } from "../errors.js";
import { FactSet } from "../facts/set.js";
import { lifecyclePhases } from "../learning/types.js";
import { count } from "../output/count.js";
import { outlook } from "../output/saturation.js";
import { longestSoak } from "../saturation/runs.js";
import { unexercised } from "../saturation/unexercised.js";
import { renderDropIn } from "../systemd/dropin.js";
import { hostOf } from "./hosts.js";
import { provedOf, settingsDigest } from "./proofs.js";
import { provenanceOf } from "./provenance.js";
import { learningRuns } from "./sightings.js";
import { isOfUnit } from "./tracers.js";
import { grantedFacts, unneededIn } from "./trials.js";
import type { Profile, Run } from "./types.js";
import type { Unit } from "../host/types.js";

export interface SynthesisOptions {
  readonly breadth: Breadth;
  readonly posture: Posture;
  /** Default: the system's. */
  readonly manager?: Manager;
  /** Major version of the systemd that will read the drop-in; default: the one of the host that was learned on. */
  readonly target: number | undefined;
  /** Put advice that changes the unit's identity into the drop-in; default: only say it. */
  readonly adoptAdvice?: boolean;
}

export interface Synthesis {
  readonly decisions: readonly Decision[];
  /** The drop-in as a file. */
  readonly dropIn: string;
  readonly target: number;
  readonly manager: Manager;
  /** Lines of advice that it contains; missing where none was asked for. */
  readonly adopted?: readonly string[];
}

/**
 * Decides every directive and renders the drop-in, from the stored document alone: the same profile and options give
 * the same bytes anywhere.
 *
 * @throws ProfileError (bad input) when the target is neither given nor known from the profile.
 */
export function synthesize(profile: Profile, options: SynthesisOptions): Synthesis {
  const context = contextOf(profile, options);
  const decisions = decide(context);
  const { target, breadth, posture, manager, adoptAdvice } = context;
  const proved = provedOf(profile, settingsDigest(decisions));
  const meta = {
    unit: profile.unit.name,
    target,
    manager,
    breadth,
    posture,
    adoptAdvice,
    evidence: describeEvidence(profile),
    assumed: [...new Set(profile.runs.flatMap((run) => run.assumed ?? []))],
    incomplete: gapsOf(profile),
    ...(proved === undefined ? {} : { proved }),
  };
  const synthesis = { decisions, dropIn: renderDropIn(decisions, meta), target, manager };
  return adoptAdvice ? { ...synthesis, adopted: adoptedLines(context) } : synthesis;
}

/**
 * What directives are decided from, with the advice taken that is to be adopted: not from what the service does without,
 * which is denied.
 *
 * @throws ProfileError (bad input) when the target is neither given nor known from the profile, or when what was learned
 *   cannot be a service of the user manager.
 */
export function contextOf(
  profile: Profile,
  { breadth, posture, manager = "system", target: wanted, adoptAdvice = false }: SynthesisOptions,
): Context {
  const { hosts, unit, dropped } = profile;
  const host = hostOf({ hosts }, wanted);
  const target = wanted ?? host.systemd?.version;
  if (target === undefined) {
    throw badInput(
      `${unit.name} was learned on a host without systemd: say for which version with --target-systemd`,
    );
  }
  if (manager === "user") {
    checkForUserManager(unit);
  }
  return adopt({
    facts: FactSet.of(grantedFacts(profile)),
    host,
    unit,
    target,
    breadth,
    posture,
    manager,
    adoptAdvice,
    ...(dropped === undefined ? {} : { dropped }),
  });
}

/** The user manager runs everything as its user; what others needed says nothing about that. */
function checkForUserManager({ name, installed, user }: Unit): void {
  if (installed) {
    throw badInput(`${name} was learned as a unit of the system manager; --user is for commands`);
  }
  if (["", "root", "0"].includes(user)) {
    throw badInput(`${name} was learned as root; --user is for what was learned as the user who will run it`);
  }
}

/** What the drop-in rests on. Without times, so that two runs that saw the same say the same. */
function describeEvidence(profile: Profile): string[] {
  const { facts, hosts } = profile;
  const runs = learningRuns(profile);
  const unneeded = unneededIn(profile).size;
  if (isOfUnit(profile)) {
    return [`${count(facts.length, "fact")} that the sandbox of the unit lets through; nothing was run`];
  }
  const exercised = lifecyclePhases.filter((phase) => runs.some((run) => run.phases.includes(phase)));
  const phases = exercised.length === 0 ? "" : `, phases ${exercised.join(", ")}`;
  const missing = unexercised({ ...profile, runs });
  const gaps = missing.length === 0 ? "" : ` (not exercised: ${missing.map(({ name }) => name).join(", ")})`;
  const places = hosts.length === 1 ? "" : ` on ${count(hosts.length, "host")}`;
  const versions = [...new Set(hosts.flatMap(({ systemd }) => systemd?.version ?? []))].sort((a, b) => a - b);
  const rare = provenanceOf(profile).sometimes.filter(({ seen }) => seen > 0).length;
  return [
    `${count(facts.length, "fact")} of ${count(runs.length, "run")}${places}${phases}${gaps}`,
    ...describeOutlook(runs),
    ...(rare === 0 ? [] : [`${count(rare, "fact")} seen in some of the runs only`]),
    ...(unneeded === 0 ? [] : [`${count(unneeded, "fact")} refused though used: the service works without`]),
    // The oldest does not know all that another could enforce, nor the names of all calls.
    ...(versions.length < 2
      ? []
      : [`learned on systemd ${versions.join(" and ")}; --target-systemd writes it for another of them`]),
  ];
}

function describeOutlook(runs: readonly Run[]): string[] {
  const longest = longestSoak({ runs });
  return longest === undefined ? [] : [outlook(longest)];
}

/** A profile without a system call would lock everything. */
function gapsOf({ facts, runs }: Profile): string[] {
  const isEmpty = !facts.some((fact) => fact.kind === "syscall" && fact.result === "used");
  return [
    ...(isEmpty ? ["no system call was recorded: nothing is known of what the service needs"] : []),
    ...new Set(runs.flatMap((run) => run.incomplete)),
  ];
}
