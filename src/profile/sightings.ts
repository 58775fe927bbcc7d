/** How many of the runs of a profile saw a fact. */
import { parseRuns } from "./run-ranges.js";
import type { Profile, Run } from "./types.js";

/** Runs in which the service could do all that it wanted. */
export function learningRuns({ runs }: Pick<Profile, "runs">): readonly Run[] {
  return runs.filter(({ confined }) => confined !== true);
}

export interface Share {
  /** How many runs saw it. */
  readonly seen: number;
  /**
   * Of how many. A run that was confined counts where it saw it, but not as one that failed to: it is not there to learn, and
   * may have been refused what comes before.
   */
  readonly runs: number;
}

/** @returns what the ranges of the evidence of a fact say; the empty text is that of a fact without evidence. */
export function sharesIn(profile: Pick<Profile, "runs">): (ranges: string) => Share {
  const { runs } = profile;
  const learning = learningRuns(profile).length;
  // Most facts were seen by the same runs.
  const shares = new Map<string, Share>();
  return (ranges) => {
    const known = shares.get(ranges);
    if (known !== undefined) return known;
    const seen = parseRuns(ranges, runs.length);
    const confined = seen.filter((index) => runs[index]?.confined === true).length;
    const share = { seen: seen.length, runs: learning + confined };
    shares.set(ranges, share);
    return share;
  };
}
