import { describeFact } from "../directives/describe.js";
import { factId } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { type Share, sharesIn } from "../profile/sightings.js";
import type { Profile } from "../profile/types.js";
import type { Sighting, Witness } from "./types.js";

/** Facts with the evidence of a profile. */
export class Witnesses {
  readonly #evidence: Profile["evidence"];
  readonly #verdicts: NonNullable<Profile["verdicts"]>;
  readonly #shareOf: (ranges: string) => Share;

  constructor(profile: Pick<Profile, "runs" | "evidence" | "verdicts">) {
    this.#evidence = profile.evidence;
    this.#verdicts = profile.verdicts ?? {};
    this.#shareOf = sharesIn(profile);
  }

  /** In the order of the facts. */
  of(facts: readonly Fact[]): Witness[] {
    return facts.map((fact) => this.one(fact));
  }

  one(fact: Fact): Witness {
    const id = factId(fact);
    const trial = Object.hasOwn(this.#verdicts, id) ? this.#verdicts[id] : undefined;
    const witness = { fact, text: describeFact(fact), evidence: this.#sighting(id) };
    return trial === undefined ? witness : { ...witness, trial };
  }

  #sighting(id: string): Sighting | null {
    const stored = Object.hasOwn(this.#evidence, id) ? this.#evidence[id] : undefined;
    if (stored === undefined) {
      return null;
    }
    const { runs: ranges, ...first } = stored;
    return { ...first, ...this.#shareOf(ranges) };
  }
}
