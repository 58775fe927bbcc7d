/** Directories with more than one name because of symbolic links, as far as the trace shows it (/var/run is /run). */
import { baseName, lexical, parent } from "./paths.js";

const mostLinked = 1000;

/** Where directories really are, by the names that they were used by. Learned from what strace -y prints. */
export class LinkedDirectories {
  readonly #targets = new Map<string, string>();

  /**
   * What was named `raw` was opened and is `kernel`: the directories above what both have in common are the same.
   *
   * @returns the name of a directory about which that is news
   */
  learn(raw: string, kernel: string): string | undefined {
    const named = lexical(raw);
    if (this.real(named) === kernel) return undefined;
    const [from, to] = beginnings(named, kernel);
    // The object itself is the link: that says nothing of other names.
    if (from === named) return undefined;
    if (this.#targets.size >= mostLinked) this.#targets.clear();
    this.#targets.set(from, to);
    return from;
  }

  /** The path with the longest such beginning replaced. */
  real(path: string): string {
    if (this.#targets.size === 0) return path;
    for (let at = path; at !== "/"; at = parent(at)) {
      const target = this.#targets.get(at);
      if (target !== undefined) return target + path.slice(at.length);
    }
    return path;
  }
}

/** Both paths without the components that they end in alike, but for the first of each. */
function beginnings(a: string, b: string): [string, string] {
  let [from, to] = [a, b];
  while (parent(from) !== "/" && parent(to) !== "/" && baseName(from) === baseName(to)) {
    from = parent(from);
    to = parent(to);
  }
  return [from, to];
}
