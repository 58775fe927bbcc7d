import type { Learned, Soak } from "./types.js";

/**
 * The soak by which a service is exercised as it was when it was learned, to be held against that: one that went on until it was
 * saturated is repeated as often, or takes as long.
 */
export function soakAgain({ soak = {}, soaked, saturation }: Learned): Soak {
  const { command, untilSaturated } = soak;
  if (untilSaturated === undefined) return soak;
  return saturation?.by === "repetition"
    ? { ...(command === undefined ? {} : { command }), repetitions: Math.max(1, saturation.repetitions) }
    : { duration: Math.max(1, soaked ?? 0) };
}
