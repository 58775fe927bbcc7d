/** Need versus use: what a service was seen to do and works without. */
import type { SynthesisOptions } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import type { FactSet } from "../facts/set.js";
import type { Fact } from "../facts/types.js";

export type PrivilegeKind = "capability" | "system call" | "address family" | "writable path";

/** What is taken away as one: all facts by which it is granted. */
export interface Privilege {
  readonly kind: PrivilegeKind;
  /** `CAP_CHOWN`, `io_setup io_submit`, `AF_NETLINK`, `/run/thing`. A path is what a traced program chose. */
  readonly name: string;
  readonly facts: readonly Fact[];
}

/** How the service fared in one walk under the drop-in of a trial profile. */
export interface TrialResult {
  readonly works: boolean;
  /** What failed, or what it went on without although it should not, in one line; for those that do not work. */
  readonly why?: string;
}

/**
 * Confines the service with the drop-in of `trial` and walks it through lifecycle and soak. Its failure to work is a result,
 * not an error: what rejects ends the whole work.
 */
export type Attempt = (trial: Profile) => Promise<TrialResult>;

export interface MinimizeOptions {
  /** How drop-ins are decided from trial profiles; must be how `attempt` does it. */
  readonly synthesis: SynthesisOptions;
  /**
   * What the service was seen to do again under the drop-in that it works under. To run without what is not done again, as on the
   * first start of all, would prove nothing.
   */
  readonly again: FactSet;
  /** At most this many walks: each takes as long as a restart and the soak. */
  readonly limit: number;
  /** Told before each walk, one line. */
  readonly progress?: (text: string) => void;
}

export interface Kept {
  readonly privilege: Privilege;
  /** What failed without it. */
  readonly why: string;
}

export interface Minimized {
  /** With a verdict on each fact of what was removed or kept. Its drop-in was the last one that the service was seen to work under. */
  readonly profile: Profile;
  /** In the order in which they were taken away. */
  readonly removed: readonly Privilege[];
  readonly kept: readonly Kept[];
  /** The limit was reached before they were tried. */
  readonly untried: readonly Privilege[];
  /** What is never taken away, with the reason, one line each. */
  readonly spared: readonly string[];
  /** How often the service was walked. */
  readonly runs: number;
}
