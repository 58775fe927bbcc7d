import type { SessionContract } from "./session.js";
import type { Learned, LifecyclePhase, Progress, Soak } from "./types.js";

export interface LearnUnitOptions {
  /** As the user wrote it: `nginx`, `nginx.service`, an alias, `foo@bar`. */
  readonly unit: string;
  readonly soak: Soak;
  /** What to exercise; `start` always happens. What the unit cannot do (reload) is left out of the result. */
  readonly phases: readonly LifecyclePhase[];
  readonly session: SessionContract;
  readonly progress: Progress;
  /** Ends the run from outside: the unit is put back and the reason of the abort thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Learns a service: checks what can be checked, then runs it through its lifecycle in a permissive unit under trace and
 * puts it back as it was, whatever happens. While it runs it handles SIGINT, SIGTERM and SIGHUP itself (callers must not):
 * SIGINT during the soak ends the soak; any other throws a ProfileError with exit code 128+n after the unit is put back.
 * A service or soak that fails is no exception: `Learned.failure` says so and the facts are partial.
 * Throws badInput, hostCannot (nothing was changed). The session is finished or closed in every case.
 */
export declare function learnUnit(options: LearnUnitOptions): Promise<Learned>;
