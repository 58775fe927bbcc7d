import type { Fact } from "./types.js";

/**
 * The identity of a fact: its members in alphabetical order, as JSON. Two facts are the same privilege exactly when
 * their identities are equal; sorting by it makes every stored document stable.
 */
export function factId(fact: Fact): string {
  // Facts that were read are in order, and sorting a million of them would take longer than all else.
  return isInOrder(Object.keys(fact))
    ? JSON.stringify(fact)
    : JSON.stringify(Object.fromEntries(Object.entries(fact).sort(([a], [b]) => compareText(a, b))));
}

function isInOrder(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) {
    if ((names[index - 1] ?? "") > (names[index] ?? "")) return false;
  }
  return true;
}

/** Compares by UTF-16 code units, so that the order does not depend on the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An immutable set of facts, iterated in the order of their identities. */
export class FactSet implements Iterable<Fact> {
  readonly #facts: ReadonlyMap<string, Fact>;
  /** Each directive asks for some kinds, again and again. */
  #byKind: ReadonlyMap<string, readonly Fact[]> | undefined;

  private constructor(facts: ReadonlyMap<string, Fact>) {
    this.#facts = facts;
  }

  static of(facts: Iterable<Fact>): FactSet {
    return FactSet.#sorted(Array.from(facts, (fact) => [factId(fact), fact] as const));
  }

  static #sorted(entries: (readonly [string, Fact])[]): FactSet {
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
    return FactSet.#sorted([...this.#facts, ...other.#facts]);
  }

  /** The facts of this set that are not in `other`: what this one needs more. */
  difference(other: FactSet): FactSet {
    return FactSet.#sorted([...this.#facts].filter(([id]) => !other.#facts.has(id)));
  }

  /** The facts of one kind, typed. */
  ofKind<K extends Fact["kind"]>(kind: K): readonly (Fact & { kind: K })[] {
    this.#byKind ??= groupByKind(this.#facts.values());
    return (this.#byKind.get(kind) ?? []) as readonly (Fact & { kind: K })[];
  }

  /** Facts with their identities, in order. */
  entries(): Iterable<readonly [string, Fact]> {
    return this.#facts.entries();
  }

  [Symbol.iterator](): Iterator<Fact> {
    return this.#facts.values();
  }
}

function groupByKind(facts: Iterable<Fact>): ReadonlyMap<string, readonly Fact[]> {
  const found = new Map<string, Fact[]>();
  for (const fact of facts) {
    const known = found.get(fact.kind);
    if (known === undefined) found.set(fact.kind, [fact]);
    else known.push(fact);
  }
  return found;
}
