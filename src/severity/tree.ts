/** Looking up paths in tables of trees: the deepest tree that a path lies in counts. */
import { ancestors, parent } from "../facts/paths.js";
import type { Severity } from "../comparison/types.js";
import { compareSeverity } from "./types.js";
import type { Row } from "./weights.js";

/** What a tree is worth. */
export interface Mark {
  readonly severity: Severity;
  /** A clause that says why, to stand behind a colon. */
  readonly why: string;
  /** The row of `systemd-analyze security` about the directive that protects the tree. */
  readonly row?: Row;
}

/** A tree and what it is worth. */
export interface Found {
  readonly tree: string;
  readonly mark: Mark;
}

/** One row of a table: trees, separated by spaces, that are worth the same. */
export type Entry = readonly [severity: Severity, trees: string, why: string, row?: Row];

function isWorse(a: Mark, b: Mark | undefined): boolean {
  return b === undefined || compareSeverity(a.severity, b.severity) > 0;
}

export class TreeTable {
  readonly #marks: ReadonlyMap<string, Mark>;
  /** For each directory above a tree the worst of the trees below it. */
  readonly #below: ReadonlyMap<string, Found>;

  constructor(entries: readonly Entry[]) {
    this.#marks = new Map(entries.flatMap(marksOf));
    const below = new Map<string, Found>();
    for (const [tree, mark] of this.#marks)
      for (const directory of ancestors(tree))
        if (isWorse(mark, below.get(directory)?.mark)) below.set(directory, { tree, mark });
    this.#below = below;
  }

  /** The tree that `path` lies in, or is. */
  at(path: string): Found | undefined {
    for (let tree = path; ; tree = parent(tree)) {
      const mark = this.#marks.get(tree);
      if (mark !== undefined) return { tree, mark };
      if (tree === "/") return undefined;
    }
  }

  /** The worst of the tree that a directory lies in and those that lie in it: what who may do all in it reaches. */
  within(directory: string): Found | undefined {
    const around = this.at(directory);
    const inside = this.#below.get(directory);
    return inside !== undefined && isWorse(inside.mark, around?.mark) ? inside : around;
  }
}

function marksOf([severity, trees, why, row]: Entry): (readonly [string, Mark])[] {
  const mark = { severity, why, ...(row !== undefined && { row }) };
  return trees.split(" ").map((tree) => [tree, mark] as const);
}
