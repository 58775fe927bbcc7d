/** The stored document: `profiles/UNIT.profile.json` (DESIGN: the lockfile). */
import type { Evidence, Fact } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";

export const schemaVersion = 1;

/** One learning run; everything that varies from run to run is here and not in `facts`. */
export interface Run {
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Seconds. */
  readonly duration: number;
  readonly tracer: "strace" | "import";
  /** How capabilities were found out. */
  readonly capabilities: "inferred";
  /** Lifecycle phases that were exercised: `start`, `soak`, `reload`, `restart`, `stop`. */
  readonly phases: readonly string[];
  /** Why the evidence is incomplete; empty when it is complete. */
  readonly incomplete: readonly string[];
  /** What the evidence does not tell and was taken for granted; missing where nothing was. */
  readonly assumed?: readonly string[];
  /** Keyed by the identity of the fact (`factId`). */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

export interface Profile {
  readonly schema: typeof schemaVersion;
  readonly unit: Unit;
  readonly host: Host;
  /** Sorted by identity. */
  readonly facts: readonly Fact[];
  readonly runs: readonly Run[];
}
