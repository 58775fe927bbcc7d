/** Minimizing a unit on the bench: each trial is a walk under the drop-in of the trial profile. */
import { newFailures } from "../verification/denial-candidates.js";
import type { Laboratory } from "../verification/laboratory.js";
import { troubleOf } from "../verification/trial-walks.js";
import type { Walk } from "../verification/types.js";
import { settingsDigest } from "../profile/proofs.js";
import { type Synthesis, type SynthesisOptions, synthesize } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { harmIn } from "./harm.js";
import { minimize } from "./index.js";
import type { Minimized, TrialResult } from "./types.js";

export interface Subject {
  /** One that was verified on this bench. */
  readonly profile: Profile;
  /** The walk that did it. */
  readonly walk: Walk;
  readonly options: SynthesisOptions;
  /** At most this many walks. */
  readonly limit: number;
  /** Major version of the running systemd. */
  readonly version: number;
  /** Directives that the machine accepts but does not enforce. */
  readonly unenforced: readonly string[];
}

/** Rejects only for what ends the whole work. The profile of the result has the proof of its drop-in. */
export async function minimizeConfined(subject: Subject, laboratory: Laboratory): Promise<Minimized> {
  const { profile, options, limit, version, unenforced } = subject;
  const { progress } = laboratory;
  const trials = new Trials(subject, laboratory);
  const minimized = await minimize(profile, (trial) => trials.attempt(trial), {
    synthesis: options,
    again: subject.walk.facts,
    limit,
    progress,
  });
  const { decisions } = synthesize(minimized.profile, options);
  const settings = settingsDigest(decisions);
  const walk = trials.walkUnder(settings);
  // Nothing was taken away: what was proved before is what is proved. What was not seen in full proves nothing.
  if (walk === undefined || walk.incomplete.length > 0) return minimized;
  const ignored = walk.symptoms.flatMap((one) => (one.kind === "ignored" ? [one.directive] : []));
  const proof = {
    settings,
    systemd: version,
    phases: walk.phases,
    unenforced: directivesOf(decisions).filter((name) => unenforced.includes(name) || ignored.includes(name)),
  };
  return {
    ...minimized,
    profile: { ...minimized.profile, proofs: [...(minimized.profile.proofs ?? []), proof] },
  };
}

function directivesOf(decisions: Synthesis["decisions"]): readonly string[] {
  return decisions.flatMap(({ decision, directive }) => (decision === "set" ? [directive] : []));
}

class Trials {
  readonly #subject: Subject;
  readonly #laboratory: Laboratory;
  /** Walks in which the service worked, by the digest of the settings. */
  readonly #walks = new Map<string, Walk>();

  constructor(subject: Subject, laboratory: Laboratory) {
    this.#subject = subject;
    this.#laboratory = laboratory;
  }

  walkUnder(settings: string): Walk | undefined {
    return this.#walks.get(settings);
  }

  async attempt(trial: Profile): Promise<TrialResult> {
    const { decisions, dropIn } = synthesize(trial, this.#subject.options);
    const walk = await this.#laboratory.walk(dropIn);
    const why = troubleOf(walk) ?? (await this.#harmIn(walk));
    if (why !== undefined) return { works: false, why };
    this.#walks.set(settingsDigest(decisions), walk);
    return { works: true };
  }

  /** Of what the service is refused in the trial only: what the verified drop-in denies, it has put up with before. */
  async #harmIn({ failures }: Walk): Promise<string | undefined> {
    const before = new Set(this.#subject.walk.failures.map(({ key }) => key));
    const fresh = failures.filter(({ key }) => !before.has(key));
    if (harmIn(fresh) === undefined) return undefined;
    const { reference, exists } = this.#laboratory;
    return harmIn(newFailures(fresh, (await reference()).failures, exists));
  }
}
