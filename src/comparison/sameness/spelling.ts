/** Facts of a candidate in the words of its baseline, so that settings are decided about one file by one name. */
import { ancestors } from "../../facts/paths.js";
import type { Architecture, Fact } from "../../facts/types.js";
import { packageName } from "./paths.js";

/** Paths as the baseline has them: `/usr/lib/python3.13/new.py` is `/usr/lib/python3.11/new.py` where it knows that directory. */
export class Spelling {
  readonly #known = new Map<string, string>();

  /** @param paths of the baseline. */
  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      // Only what has another name elsewhere can be meant by one.
      if (packageName(path) !== path) this.#learn(path);
    }
  }

  #learn(path: string): void {
    for (const part of [path, ...ancestors(path)]) {
      const name = packageName(part);
      if (name !== part && !this.#known.has(name)) this.#known.set(name, part);
    }
  }

  /** The same path, its longest part that the baseline knows by another name under that name. */
  of(path: string): string {
    if (this.#known.size === 0) return path;
    for (const part of [path, ...ancestors(path).reverse()]) {
      const name = packageName(part);
      const known = name === part ? undefined : this.#known.get(name);
      if (known !== undefined) return `${known}${path.slice(part.length)}`;
    }
    return path;
  }
}

/**
 * The fact as it would have been learned on the host of the baseline.
 *
 * @param natives architectures of the hosts that it was learned on.
 */
export function respell(
  fact: Fact,
  spelling: Spelling,
  natives: ReadonlySet<Architecture>,
  architecture: Architecture,
): Fact {
  switch (fact.kind) {
    case "syscall":
      return fact.architecture !== architecture && natives.has(fact.architecture)
        ? { ...fact, architecture }
        : fact;
    case "file":
    case "elevation": {
      const path = spelling.of(fact.path);
      return path === fact.path ? fact : { ...fact, path };
    }
    default:
      return fact;
  }
}
