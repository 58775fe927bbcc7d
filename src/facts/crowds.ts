/** Directories in which so many names come up that they are no longer told apart: a mail spool, a server's documents. */
import { lexical, parent } from "./paths.js";

const crowd = 1000;

/** Counts names by directory; bounds what is remembered of a trace in which every name is new. */
export class Crowds {
  readonly #names = new Map<string, number>();
  readonly #crowded = new Set<string>();
  readonly #onCrowded: (directory: string) => void;

  /** `onCrowded` hears of each directory whose names become one. */
  constructor(onCrowded: (directory: string) => void) {
    this.#onCrowded = onCrowded;
  }

  /** Counts a path that was not seen before, and returns what it is to be called: see {@link fold}. */
  note(path: string): string {
    const folded = this.fold(path);
    const directory = parent(lexical(folded));
    if (this.#crowded.has(directory)) return folded;
    const count = (this.#names.get(directory) ?? 0) + 1;
    this.#names.set(directory, count);
    if (count <= crowd) return folded;
    this.#names.delete(directory);
    this.#crowded.add(directory);
    this.#onCrowded(directory);
    return this.fold(path);
  }

  /** The path with `{random}` for each name in a crowded directory. */
  fold(path: string): string {
    if (this.#crowded.size === 0) return path;
    const plain = lexical(path);
    let folded = "";
    for (let slash = 0; slash >= 0; ) {
      const next = plain.indexOf("/", slash + 1);
      folded += this.#crowded.has(folded === "" ? "/" : folded)
        ? "/{random}"
        : plain.slice(slash, next < 0 ? plain.length : next);
      slash = next;
    }
    return folded === plain ? path : folded;
  }
}
