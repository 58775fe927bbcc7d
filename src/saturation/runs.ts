import type { Saturation } from "./types.js";

/** Of several runs the one whose soak can tell most; undefined where none can. */
export function longestSoak({
  runs,
}: {
  readonly runs: readonly { readonly saturation?: Saturation }[];
}): Saturation | undefined {
  const known = runs.flatMap(({ saturation }) => saturation ?? []);
  return known.reduce<Saturation | undefined>(
    (longest, one) => (longest === undefined || one.seconds > longest.seconds ? one : longest),
    undefined,
  );
}
