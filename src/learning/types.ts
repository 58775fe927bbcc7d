/** What a learning run hands to the commands: facts with their evidence and how the run went. */
import type { Failure } from "../facts/failures.js";
import type { FactSet } from "../facts/set.js";
import type { Evidence } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";
import type { Saturation } from "../saturation/types.js";

export const lifecyclePhases = ["start", "soak", "reload", "restart", "stop"] as const;

export type LifecyclePhase = (typeof lifecyclePhases)[number];

/** What exercises the service: a shell command line, a duration in seconds, both, or neither (until interrupted). */
export interface Soak {
  readonly command?: string;
  readonly duration?: number;
  /** Seconds after which the command is ended and has failed: it waits for what does not come. */
  readonly patience?: number;
  /**
   * It ends when one more repetition of the command, or without one a minute more, shows anything new with no more than this
   * probability. The command is repeated until then, and the duration is the limit.
   */
  readonly untilSaturated?: number;
  /** How often the command is run, or a oneshot started; default: once. Not together with `untilSaturated`. */
  readonly repetitions?: number;
}

export interface Learned {
  readonly unit: Unit;
  readonly host: Host;
  readonly facts: FactSet;
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** Calls that failed as a sandbox might make them fail, each kind once: what a confined run is compared by. */
  readonly failures: readonly Failure[];
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Seconds. */
  readonly duration: number;
  readonly phases: readonly LifecyclePhase[];
  /** Seconds that the soak took; missing where there was none. */
  readonly soaked?: number;
  /** How likely more of that was to show something new; missing where there was no soak. */
  readonly saturation?: Saturation;
  /** The soak was over because it was likely enough to show nothing new any more. */
  readonly saturated?: boolean;
  /** What the soak was to be; missing where the work of the command itself was the soak. */
  readonly soak?: Soak;
  /** Why the evidence is incomplete: the tracer died, lines were not understood, a process was not followed … */
  readonly incomplete: readonly string[];
  /** What the evidence does not tell and was taken for granted, one line each. */
  readonly assumed?: readonly string[];
  /** The service or the soak failed, in one line; the facts are partial then (exit code 4). */
  readonly failure?: string;
}

/** Told to the terminal while a run goes on, one line each. */
export type Progress = (message: string) => void;
