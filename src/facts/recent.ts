/**
 * A map that holds between `limit` and twice as many entries and forgets those that were set longest ago. Two generations
 * instead of an order: forgetting costs nothing then.
 */
export class RecentMap<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0;
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Returns true when older entries were forgotten. */
  set(key: string, value: V): boolean {
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#limit) return false;
    this.#old = this.#young;
    this.#young = new Map();
    return true;
  }

  delete(key: string): boolean {
    const wasYoung = this.#young.delete(key);
    return this.#old.delete(key) || wasYoung;
  }

  entries(): [string, V][] {
    return [...this.#old, ...this.#young];
  }
}
