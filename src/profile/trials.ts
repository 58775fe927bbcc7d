/** What trials showed, as far as profiles that are merged agree on it. */
import { compareText, factId } from "../facts/set.js";
import type { Fact } from "../facts/types.js";
import { canonicalText } from "./merge-runs.js";
import type { Dropped, Profile, Proof, Verdict } from "./types.js";

/**
 * What one profile says of a fact that it has, in rising order. Without a verdict it is used: whoever has not tried to do
 * without it may need it.
 */
const standings = ["unneeded", "used", "needed"] as const;

type Standing = (typeof standings)[number];

/** A semilattice in each of its parts: no order of joining matters, nor joining one twice. */
export class Trials {
  readonly #standings = new Map<string, Standing>();
  readonly #dropped = new Map<string, Dropped>();
  readonly #proofs = new Map<string, Proof>();

  /**
   * @param ids of the facts that the profile has. Verdicts on others are left out. Of one fact the strongest standing that any
   *   profile gives it holds: it is unneeded only where all that have it say so.
   */
  add({ verdicts = {}, dropped = [], proofs = [] }: Profile, ids: Iterable<string>): void {
    for (const id of ids) {
      const standing = (Object.hasOwn(verdicts, id) ? verdicts[id] : undefined) ?? "used";
      const known = this.#standings.get(id);
      if (known === undefined || standings.indexOf(standing) > standings.indexOf(known)) {
        this.#standings.set(id, standing);
      }
    }
    for (const one of dropped) {
      const known = this.#dropped.get(one.directive);
      if (known === undefined || one.why < known.why) this.#dropped.set(one.directive, one);
    }
    for (const proof of proofs) {
      this.#proofs.set(canonicalText(proof), proof);
    }
  }

  /** In canonical order, and without what there is none of. */
  finish(): Pick<Profile, "verdicts" | "dropped" | "proofs"> {
    const verdicts = [...this.#standings].flatMap(([id, standing]): [string, Verdict][] =>
      standing === "used" ? [] : [[id, standing]],
    );
    const dropped = [...this.#dropped.values()];
    const proofs = [...this.#proofs];
    return {
      ...(verdicts.length > 0 && {
        verdicts: Object.fromEntries(verdicts.sort(([a], [b]) => compareText(a, b))),
      }),
      ...(dropped.length > 0 && {
        dropped: dropped.sort((a, b) => compareText(a.directive, b.directive)),
      }),
      ...(proofs.length > 0 && {
        proofs: proofs.sort(([a], [b]) => compareText(a, b)).map(([, proof]) => proof),
      }),
    };
  }
}

/** The facts that a profile says the service does without, by their identities. */
export function unneededIn({ verdicts = {} }: Pick<Profile, "verdicts">): ReadonlySet<string> {
  return new Set(Object.entries(verdicts).flatMap(([id, verdict]) => (verdict === "unneeded" ? [id] : [])));
}

/** What a drop-in has to let through: all that was used but what the service does without. */
export function grantedFacts(profile: Pick<Profile, "facts" | "verdicts">): readonly Fact[] {
  const unneeded = unneededIn(profile);
  return unneeded.size === 0 ? profile.facts : profile.facts.filter((fact) => !unneeded.has(factId(fact)));
}
