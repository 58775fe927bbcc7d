/** Which settings cause something, found by running without them. Without effects of its own: the caller runs. */
import { groupOf } from "./lifting.js";
import type { Suspect } from "./types.js";

/** Directives that cause a denial, and whether trying has shown it. */
export interface Cause {
  readonly directives: readonly string[];
  /** False: with all suspects lifted it is still denied, so that none of them was it. */
  readonly isProved: boolean;
}

/**
 * Which of the suspects refuse something. Each is lifted alone first, in the order given; where none of them does it
 * alone (each refuses it by itself), the smallest set is searched that has to be lifted together. One that was found
 * alone ends the search: one cause is enough to repair, and a second one shows in the next run.
 *
 * A sole suspect (`isSole`) needs no trial and gets none.
 *
 * @param stillDenied runs without these directives; whether it is denied still
 */
export async function proveByTrial(
  suspects: readonly Suspect[],
  stillDenied: (lifted: readonly string[]) => Promise<boolean>,
): Promise<Cause> {
  const directives = suspects.map(({ directive }) => directive);
  if (suspects.every(({ isSole }) => isSole)) return { directives, isProved: directives.length > 0 };
  for (const [index, directive] of directives.entries()) {
    // Lifted already, with what it belongs to.
    if (directives.slice(0, index).some((one) => groupOf(one).includes(directive))) continue;
    if (!(await stillDenied([directive]))) return { directives: [directive], isProved: true };
  }
  if (directives.length < 2 || (await stillDenied(directives))) return { directives, isProved: false };
  const works = async (without: readonly string[]) => !(await stillDenied(without));
  return { directives: await smallestCulprits(directives, works), isProved: true };
}

/**
 * A smallest set of directives without which the service works: taking any single one back into the drop-in makes it
 * fail again (1-minimal). By delta debugging: halves and their complements, then finer parts (Zeller and Hildebrandt,
 * Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28(2), 2002, algorithm ddmin). No set is tried twice; n
 * directives take log2(n) runs for a single culprit on the first side, and at most n² + 3n.
 *
 * @param works runs without these directives. It is not asked for the empty set, which is known to fail, nor for all of
 *   them, which must work: where they do not, the answer is all of them, found by no proof
 */
export async function smallestCulprits(
  directives: readonly string[],
  works: (without: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  const asked = remembering(works);
  let culprits = [...new Set(directives)];
  let parts = 2;
  while (culprits.length > 1) {
    const pieces = split(culprits, Math.min(parts, culprits.length));
    const smaller = await firstThatWorks(pieces, asked);
    if (smaller !== undefined) {
      culprits = smaller;
      parts = 2;
      continue;
    }
    // Of two pieces each is the other's complement.
    const rests = pieces.length === 2 ? [] : pieces.map((piece) => without(culprits, piece));
    const rest = await firstThatWorks(rests, asked);
    if (rest !== undefined) {
      culprits = rest;
      parts = Math.max(pieces.length - 1, 2);
    } else if (pieces.length < culprits.length) parts = pieces.length * 2;
    else break;
  }
  return culprits;
}

async function firstThatWorks(
  candidates: readonly string[][],
  works: (without: readonly string[]) => Promise<boolean>,
): Promise<string[] | undefined> {
  for (const candidate of candidates) if (await works(candidate)) return candidate;
  return undefined;
}

/** A run takes seconds; what is known is not run again. */
function remembering(
  works: (without: readonly string[]) => Promise<boolean>,
): (without: readonly string[]) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (set) => {
    const key = [...set].sort().join("\n");
    const answer = known.get(key) ?? (await works(set));
    known.set(key, answer);
    return answer;
  };
}

/** In pieces whose sizes differ by one at most. */
function split(items: readonly string[], pieces: number): string[][] {
  return Array.from({ length: pieces }, (_, index) =>
    items.slice(
      Math.floor((index * items.length) / pieces),
      Math.floor(((index + 1) * items.length) / pieces),
    ),
  );
}

function without(items: readonly string[], piece: readonly string[]): string[] {
  return items.filter((item) => !piece.includes(item));
}
