import type { Fact } from "./types.js";

/**
 * The identity of a fact: its members in alphabetical order, as JSON. Two facts are the same privilege exactly when
 * their identities are equal; sorting by it makes every stored document stable.
 */
export function factId(fact: Fact): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fact).sort(([a], [b]) => compareText(a, b))));
}

/** Compares by UTF-16 code units, so that the order does not depend on the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An immutable set of facts, iterated in the order of their identities. */
export class FactSet implements Iterable<Fact> {
  readonly #facts: ReadonlyMap<string, Fact>;

  private constructor(facts: ReadonlyMap<string, Fact>) {
    this.#facts = facts;
  }

  static of(facts: Iterable<Fact>): FactSet {
    const entries = Array.from(facts, (fact) => [factId(fact), fact] as const);
    return new FactSet(new Map(entries.sort(([a], [b]) => compareText(a, b))));
  }

  static readonly empty = FactSet.of([]);

  get size(): number {
    return this.#facts.size;
  }

  has(fact: Fact): boolean {
    return this.#facts.has(factId(fact));
  }

  /** Commutative, associative and idempotent. */
  union(other: FactSet): FactSet {
    return FactSet.of([...this, ...other]);
  }

  /** The facts of this set that are not in `other`: what this one needs more. */
  difference(other: FactSet): FactSet {
    return FactSet.of([...this].filter((fact) => !other.has(fact)));
  }

  /** The facts of one kind, typed. */
  ofKind<K extends Fact["kind"]>(kind: K): (Fact & { kind: K })[] {
    return [...this].filter((fact): fact is Fact & { kind: K } => fact.kind === kind);
  }

  [Symbol.iterator](): Iterator<Fact> {
    return this.#facts.values();
  }
}
