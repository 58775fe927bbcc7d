/** What a profile is held against when it has been learned: read before, so that a mistake costs no soak. */
import { Option } from "commander";
import type { Profile } from "../profile/types.js";
import type { Ceiling } from "../rules/ceiling.js";
import type { CeilingCheck } from "../rules/check.js";

export interface StandardFlags {
  /** File. */
  readonly ceiling?: string;
}

export interface Standards {
  readonly ceiling?: Ceiling;
}

/** What came of it; missing what was not asked for. */
export interface Judgement {
  readonly ceiling?: CeilingCheck;
}

export function ceilingOption(): Option {
  return new Option("--ceiling <file>", "policy that the profile may not exceed, whatever needs it");
}

/**
 * Reads the files that options name.
 *
 * @throws ProfileError (bad input) that says what is wrong with one of them, and where.
 */
export async function readStandards({ ceiling }: StandardFlags): Promise<Standards> {
  if (ceiling === undefined) return {};
  const { readCeiling } = await import("../rules/ceiling.js");
  return { ceiling: await readCeiling(ceiling) };
}

export async function judge(profile: Profile, { ceiling }: Standards): Promise<Judgement> {
  if (ceiling === undefined) return {};
  const { checkCeiling } = await import("../rules/check.js");
  return { ceiling: checkCeiling(profile, ceiling) };
}

/** Is the answer no? */
export function isRefused({ ceiling }: Judgement): boolean {
  return ceiling !== undefined && ceiling.violations.length > 0;
}
