/** What a profile is held against when it has been learned: read before, so that a mistake costs no soak. */
import { realpath } from "node:fs/promises";
import { Option } from "commander";
import type { Comparison, Severity } from "../comparison/types.js";
import type { Breadth, Posture } from "../directives/types.js";
import { badInput, exitCodes } from "../errors.js";
import type { Unit } from "../host/types.js";
import type { Profile } from "../profile/types.js";
import type { AllowRules } from "../rules/allow.js";
import type { Ceiling } from "../rules/ceiling.js";
import type { CeilingCheck } from "../rules/check.js";
import { managerOf } from "./arguments.js";

/** The choices of `--fail-on`. */
export type FailOn = "any" | Exclude<Severity, "low">;

export interface StandardFlags {
  /** Files; `-` is standard input. */
  readonly baseline?: string;
  readonly allow?: string;
  readonly ceiling?: string;
  readonly failOn?: FailOn;
}

/** What settings of both profiles are decided for. */
interface FrameFlags {
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly targetSystemd?: number;
  readonly user?: true;
  readonly adoptAdvice?: true;
}

export interface Standards {
  readonly baseline?: {
    /** As on the command line. */
    readonly path: string;
    readonly profile: Profile;
  };
  readonly allow?: AllowRules;
  readonly ceiling?: Ceiling;
}

/** What came of it; missing what was not asked for. */
export interface Judgement {
  /** Holds the candidate against the ceiling as well. */
  readonly comparison?: Comparison;
  readonly ceiling?: CeilingCheck;
}

export function ceilingOption(): Option {
  return new Option("--ceiling <file>", "policy that the profile may not exceed, whatever needs it");
}

export function allowOption(): Option {
  return new Option("--allow <file>", "growth that is accepted, each with a reason and a last day");
}

export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "the lowest severity that fails (default: any)").choices([
    "any",
    "medium",
    "high",
  ] satisfies FailOn[]);
}

/**
 * Reads the files that options name.
 *
 * @throws ProfileError (bad input) that says what is wrong with one of them, and where; also for options that are of no use.
 */
export async function readStandards(flags: StandardFlags & FrameFlags): Promise<Standards> {
  const { baseline, allow, ceiling } = flags;
  if (baseline === undefined && (allow ?? flags.failOn) !== undefined) {
    throw badInput(
      `${allow === undefined ? "--fail-on" : "--allow"} is about growth beyond a baseline: give one by --baseline FILE`,
    );
  }
  readOnce([baseline, allow, ceiling]);
  return {
    ...(baseline === undefined ? {} : { baseline: await readBaseline(baseline, flags) }),
    ...(allow === undefined
      ? {}
      : { allow: await (await import("../rules/allow.js")).readAllowRules(allow) }),
    ...(ceiling === undefined
      ? {}
      : { ceiling: await (await import("../rules/ceiling.js")).readCeiling(ceiling) }),
  };
}

/** @throws ProfileError (bad input) when several of the paths are standard input. */
export function readOnce(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === "-").length > 1) {
    throw badInput("standard input can be read only once");
  }
}

async function readBaseline(path: string, flags: FrameFlags): Promise<Standards["baseline"] & object> {
  const { readProfile } = await import("../profile/document.js");
  const { contextOf } = await import("../profile/synthesize.js");
  const profile = await readProfile(path);
  // What it is compared in must be known before.
  contextOf(profile, frameOf(flags));
  return { path, profile };
}

function frameOf(flags: FrameFlags) {
  const { breadth, posture, targetSystemd: target } = flags;
  return { breadth, posture, target, manager: managerOf(flags) };
}

/** @throws ProfileError (bad input) when the baseline is of something else than what is going to be learned. */
export async function checkBaselineOf(unit: Unit, { baseline }: Standards): Promise<void> {
  if (baseline === undefined) return;
  const { checkComparable } = await import("../comparison/units.js");
  checkComparable(
    baseline.profile,
    { unit },
    { baseline: baseline.path, candidate: "what is to be learned" },
  );
}

/** Holds a profile against all that was asked for. */
export async function judge(
  profile: Profile,
  { baseline, allow, ceiling }: Standards,
  flags: StandardFlags & FrameFlags,
): Promise<Judgement> {
  const { checkCeiling } = await import("../rules/check.js");
  const own = ceiling === undefined ? {} : { ceiling: checkCeiling(profile, ceiling) };
  if (baseline === undefined) return own;
  const { compare } = await import("../comparison/index.js");
  const comparison = compare(baseline.profile, profile, {
    ...frameOf(flags),
    names: { baseline: baseline.path === "-" ? "standard input" : baseline.path, candidate: "this run" },
    failOn: severityOf(flags.failOn),
    allow,
    ceiling,
    today: todayUtc(),
  });
  return { ...own, comparison };
}

/** What `--fail-on` means. */
export function severityOf(failOn: FailOn = "any"): Severity {
  return failOn === "any" ? "low" : failOn;
}

/** ISO 8601 date: rules expire at the end of their last day in UTC, wherever the check runs. */
export function todayUtc(): string {
  return new Date().toISOString().slice(0, 10);
}

/** No (1), nobody knows (5), or yes (0). */
export function exitCodeOfJudgement({ comparison, ceiling }: Judgement): number {
  if (comparison?.verdict === "more" || (ceiling?.violations.length ?? 0) > 0) {
    return exitCodes.no;
  }
  return comparison?.verdict === "inconclusive" ? exitCodes.incompleteEvidence : exitCodes.done;
}

/** Is the baseline the file that would be written? */
export async function isBaseline(path: string, { baseline }: Standards): Promise<boolean> {
  if (baseline === undefined || baseline.path === "-") return false;
  const [one, other] = await Promise.all(
    [path, baseline.path].map((name) => realpath(name).catch(() => undefined)),
  );
  return one !== undefined && one === other;
}
