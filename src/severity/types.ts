import type { Severity } from "../comparison/types.js";

/** What a privilege is worth to whoever takes over the service. */
export interface Assessment {
  readonly severity: Severity;
  /** One sentence. It contains names that a traced program chose as they are. */
  readonly gain: string;
}

/** What tables say: `could` completes "An attacker could". */
export type Worth = readonly [severity: Severity, could: string];

/** @param by what gives it, to begin the sentence with; none is needed where `could` names it. */
export function assessment([severity, could]: Worth, by?: string): Assessment {
  return { severity, gain: `${by === undefined ? "An" : `${by} an`} attacker could ${could}.` };
}

export const low = (gain: string): Assessment => ({ severity: "low", gain });
export const medium = (gain: string): Assessment => ({ severity: "medium", gain });
export const high = (gain: string): Assessment => ({ severity: "high", gain });

const rank: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2 };

/** Positive when `a` is more severe than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return rank[a] - rank[b];
}

/** The first of the most severe; `otherwise` when there are none. */
export function worst(all: readonly Assessment[], otherwise: Assessment): Assessment {
  const [first, ...rest] = all;
  if (first === undefined) return otherwise;
  return rest.reduce((most, one) => (compareSeverity(one.severity, most.severity) > 0 ? one : most), first);
}
