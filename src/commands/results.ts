/** What both kinds of `profile run` do with what they have learned: store it, show it, choose the exit code. */
import { join } from "node:path";
import { exitCodes } from "../errors.js";
import type { Learned, Soak } from "../learning/types.js";
import type { Minimized } from "../minimize/types.js";
import { minimizedDocument } from "../output/minimized.js";
import { writeFileAtomically } from "../output/files.js";
import { type Exposure, summarize } from "../output/summary.js";
import { colorsFor } from "../output/terminal.js";
import { type Synthesis, type SynthesisOptions, synthesize } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { writeProfile } from "../profile/write.js";
import { unexercised } from "../saturation/unexercised.js";
import { managerOf } from "./arguments.js";
import type { RunFlags } from "./run-flags.js";
import type { Verification } from "../verification/types.js";
import { exitCodeOfJudgement, isBaseline, type Judgement, type Standards } from "./standards.js";

/** What was written of a run. */
export interface Stored {
  readonly learned: Learned;
  readonly profile: Profile;
  /** Missing when the run failed, or when it is not known for which systemd a drop-in should be written. */
  readonly synthesis: Synthesis | undefined;
  readonly written: readonly string[];
}

export interface Outcome extends Stored {
  readonly exposure?: Exposure;
  readonly complaints?: readonly string[];
  readonly judgement: Judgement;
  /** How the service fared under the drop-in, or why that was not tried; missing where there is none to try. */
  readonly verification?: Verification | { readonly skipped: string };
  /** Missing where nobody asked for it, or there was no proof to start from. */
  readonly minimized?: Minimized;
}

/**
 * Writes NAME.profile.json, and NAME.conf unless the run failed: from a service that did not work one learns what it
 * needs only in part, and a drop-in of that would keep it from ever working. What is above a ceiling is written all the same: it has been learned, and the exit code says no.
 *
 * @param profile what was learned, or what is known since the drop-in was proved
 */
export async function store(
  learned: Learned,
  profile: Profile,
  flags: RunFlags,
  standards: Standards,
): Promise<Stored> {
  const base = await baseOf(join(flags.out, fileName(learned.unit.name)), standards);
  const profilePath = `${base}.profile.json`;
  await writeProfile(profilePath, profile);
  const target = flags.targetSystemd ?? learned.host.systemd?.version;
  if (learned.failure !== undefined || target === undefined) {
    return { learned, profile, synthesis: undefined, written: [profilePath] };
  }
  const synthesis = synthesize(profile, synthesisOptionsOf(flags, target));
  const dropInPath = `${base}.conf`;
  await writeFileAtomically(dropInPath, synthesis.dropIn);
  return { learned, profile, synthesis, written: [profilePath, dropInPath] };
}

/** How settings are to be decided, as the options say it. */
export function synthesisOptionsOf(
  flags: Pick<RunFlags, "breadth" | "posture" | "adoptAdvice" | "user">,
  target: number,
): SynthesisOptions {
  return {
    breadth: flags.breadth,
    posture: flags.posture,
    manager: managerOf(flags),
    target,
    adoptAdvice: flags.adoptAdvice === true,
  };
}

/**
 * What is learned does not take the place of the baseline that it was held against: the same command would find no growth
 * the next time, and nobody would have accepted any.
 */
async function baseOf(base: string, standards: Standards): Promise<string> {
  return (await isBaseline(`${base}.profile.json`, standards)) ? `${base}.candidate` : base;
}

/** A chance of one in twenty that one more repetition shows something new. */
const saturatedBelow = 0.05;

/** What exercises the service, as the options say it. */
export function soakOf({
  soak,
  duration,
  untilSaturated,
}: Pick<RunFlags, "soak" | "duration" | "untilSaturated">): Soak {
  return {
    ...(soak === undefined ? {} : { command: soak }),
    ...(duration === undefined ? {} : { duration }),
    ...(untilSaturated === undefined
      ? {}
      : { untilSaturated: untilSaturated === true ? saturatedBelow : untilSaturated }),
  };
}

/** The summary for people, on standard error. */
export async function showSummary(outcome: Outcome): Promise<void> {
  const report = {
    learned: outcome.learned,
    decisions: outcome.synthesis?.decisions,
    adopted: outcome.synthesis?.adopted,
    exposure: outcome.exposure,
    complaints: outcome.complaints ?? [],
    written: outcome.written,
  };
  const colors = colorsFor(process.stderr, process.env);
  process.stderr.write(`${summarize(report, colors)}\n`);
  if (outcome.verification !== undefined) {
    const { describeSkipped, describeVerification } = await import("../output/verification.js");
    const { verification } = outcome;
    const lines =
      "skipped" in verification
        ? describeSkipped(verification.skipped, colors)
        : describeVerification(outcome.learned.unit.name, verification, colors);
    process.stderr.write(`${lines}\n`);
  }
  if (outcome.minimized !== undefined) {
    const { renderMinimized } = await import("../output/minimized.js");
    process.stderr.write(`${renderMinimized(outcome.minimized, colors)}\n`);
  }
  if (outcome.synthesis === undefined) {
    const [profilePath = ""] = outcome.written;
    process.stderr.write(`${adviceWithoutDropIn(outcome.learned, profilePath)}\n`);
  }
  await showJudgement(outcome);
}

/** The comparison says what the ceiling found, too. */
async function showJudgement(outcome: Outcome): Promise<void> {
  const { comparison, ceiling } = outcome.judgement;
  const colors = colorsFor(process.stderr, process.env);
  if (comparison !== undefined) {
    const { renderText } = await import("../output/comparison/text.js");
    const columns = process.stderr.columns as number | undefined;
    process.stderr.write(`\n${renderText(comparison, { colors, verbose: false, columns })}\n`);
  } else if (ceiling !== undefined) {
    const { renderCeiling } = await import("../output/ceiling.js");
    process.stderr.write(`${renderCeiling(ceiling, colors)}\n`);
  }
}

function adviceWithoutDropIn(learned: Learned, profilePath: string): string {
  return learned.failure === undefined
    ? `no drop-in: this host has no systemd; profile synthesize --target-systemd N ${profilePath} prints one`
    : `no drop-in from a run that failed; profile synthesize ${profilePath} prints what it would be`;
}

/** For `--json`: the settings with their reasons; the facts are in the profile that `files` names. */
export function toDocument(outcome: Outcome): object {
  const { learned, synthesis, exposure, complaints, written, judgement, verification, minimized } = outcome;
  return {
    unit: learned.unit.name,
    exitCode: exitCodeOf(outcome),
    files: written,
    phases: learned.phases,
    duration: learned.duration,
    facts: learned.facts.size,
    saturation: learned.saturation ?? null,
    unexercised: unexercised({ ...learned, runs: [learned] }),
    failure: learned.failure ?? null,
    incomplete: learned.incomplete,
    check: judgement.comparison ?? null,
    ceiling: judgement.ceiling ?? null,
    exposure: exposure ?? null,
    verification: verification ?? null,
    minimized: minimized === undefined ? null : minimizedDocument(minimized),
    complaints: complaints ?? [],
    target: synthesis?.target ?? null,
    manager: synthesis?.manager ?? null,
    adopted: synthesis?.adopted ?? null,
    dropIn: synthesis?.dropIn ?? null,
    decisions: synthesis?.decisions ?? [],
  };
}

/**
 * A failure says more than what was seen until then, and what was seen to be too much more than gaps in the evidence,
 * which can only hide more.
 */
export function exitCodeOf({
  learned,
  judgement,
  verification,
}: Pick<Outcome, "learned" | "judgement" | "verification">): number {
  if (learned.failure !== undefined) {
    return exitCodes.serviceFailed;
  }
  const proved = verification === undefined ? exitCodes.done : exitCodeOfVerification(verification);
  const answer = proved === exitCodes.done ? exitCodeOfJudgement(judgement) : proved;
  if (answer !== exitCodes.done) {
    return answer;
  }
  return learned.incomplete.length > 0 ? exitCodes.incompleteEvidence : exitCodes.done;
}

/** Nobody asked for more than what is skipped. */
export function exitCodeOfVerification(verification: Verification | { readonly skipped: string }): number {
  if ("skipped" in verification) {
    return exitCodes.done;
  }
  if (verification.verdict === "failed") {
    return exitCodes.serviceFailed;
  }
  if (verification.verdict === "denied") {
    return exitCodes.no;
  }
  return verification.incomplete.length > 0 ? exitCodes.incompleteEvidence : exitCodes.done;
}

/** The name of a unit or program as a file name: a program may be called anything but `/` and NUL. */
export function fileName(name: string): string {
  // Control characters do not belong into file names.
  const plain = name.replace(/[/\u0000-\u001f\u007f]/g, "_").replace(/^\.+/, "_");
  return plain === "" ? "command" : plain;
}
