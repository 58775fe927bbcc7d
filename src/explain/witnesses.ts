import { describeFact } from "../directives/describe.js";
import { factId } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { parseRuns } from "../profile/run-ranges.js";
import type { Profile } from "../profile/types.js";
import type { Sighting, Witness } from "./types.js";

/** Facts with the evidence of a profile. */
export class Witnesses {
  readonly #profile: Pick<Profile, "runs" | "evidence">;

  constructor(profile: Pick<Profile, "runs" | "evidence">) {
    this.#profile = profile;
  }

  /** In the order of the facts. */
  of(facts: readonly Fact[]): Witness[] {
    return facts.map((fact) => this.one(fact));
  }

  one(fact: Fact): Witness {
    return { fact, text: describeFact(fact), evidence: this.#sighting(factId(fact)) };
  }

  #sighting(id: string): Sighting | null {
    const { evidence, runs } = this.#profile;
    const stored = Object.hasOwn(evidence, id) ? evidence[id] : undefined;
    if (stored === undefined) {
      return null;
    }
    const { runs: ranges, ...first } = stored;
    return { ...first, seen: parseRuns(ranges, runs.length).length, runs: runs.length };
  }
}
