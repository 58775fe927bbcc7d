/** Soaks of services of which all is known, so that estimates can be held against the truth. */

/** Numbers from 0 to 1 that look random and are the same for the same seed (Marsaglia's xorshift, 32 bits). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What a service does in one unit of its soak with these probabilities, each independent of all others. */
export type Assemblage = readonly number[];

/** In how many of `units` each was seen. */
export function sample(assemblage: Assemblage, units: number, random: () => number): number[] {
  return assemblage.map((probability) => {
    let seen = 0;
    for (let unit = 0; unit < units; unit++) if (random() < probability) seen++;
    return seen;
  });
}

/** How many were seen in exactly so many units. */
export function seenIn(often: number, seen: readonly number[]): number {
  return seen.filter((one) => one === often).length;
}

/** How many `more` units will show, on average, of what this sample has not. */
export function trulyNew(assemblage: Assemblage, seen: readonly number[], more: number): number {
  return assemblage.reduce(
    (sum, probability, i) => sum + (seen[i] === 0 ? 1 - (1 - probability) ** more : 0),
    0,
  );
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
