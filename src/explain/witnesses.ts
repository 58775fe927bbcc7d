import { describeFact } from "../directives/describe.js";
import { factId } from "../facts/set.js";
import type { Evidence, Fact } from "../facts/types.js";
import type { Run } from "../profile/types.js";
import type { Witness } from "./types.js";

/** Facts with the evidence of all runs. */
export class Witnesses {
  readonly #runs: readonly Run[];

  constructor(runs: readonly Run[]) {
    this.#runs = runs;
  }

  /** In the order of the facts. */
  of(facts: readonly Fact[]): Witness[] {
    return facts.map((fact) => ({ fact, text: describeFact(fact), evidence: this.#evidence(factId(fact)) }));
  }

  /** Counts of all runs added up; when, who and the example of the first run that has any. */
  #evidence(id: string): Evidence | null {
    const found = this.#runs.flatMap(({ evidence }) =>
      Object.hasOwn(evidence, id) && evidence[id] !== undefined ? [evidence[id]] : [],
    );
    const [first] = found;
    return first === undefined ? null : { ...first, count: found.reduce((sum, { count }) => sum + count, 0) };
  }
}
