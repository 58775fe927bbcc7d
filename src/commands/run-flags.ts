import type { MinimizeFlags } from "./minimize-options.js";
import type { Breadth, Posture } from "../directives/types.js";
import type { LifecyclePhase } from "../learning/types.js";
import type { StandardFlags } from "./standards.js";

/** Options of `profile run` as commander hands them over. */
export interface RunFlags extends StandardFlags, MinimizeFlags {
  readonly soak?: string;
  /** Seconds. */
  readonly duration?: number;
  /** A probability; true: the default. */
  readonly untilSaturated?: number | true;
  readonly lifecycle: readonly LifecyclePhase[];
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly adoptAdvice?: true;
  readonly out: string;
  readonly targetSystemd?: number;
  /** For the user manager. */
  readonly user?: true;
  /** undefined: as standard input and output suggest. */
  readonly pty?: boolean;
  /** False: the drop-in is not tried. */
  readonly verify: boolean;
  readonly keepTraces?: string;
  readonly json?: true;
}
