/** Walks under a drop-in with some of its settings undone: what was tried once is not tried again. */
import type { Laboratory } from "./laboratory.js";
import { withoutSettings } from "./lifting.js";
import { parseSettings } from "./settings.js";
import type { Walk } from "./types.js";

export class TrialWalks {
  /** Directives that the drop-in sets. */
  readonly directives: readonly string[];
  readonly #laboratory: Pick<Laboratory, "walk" | "progress">;
  readonly #text: string;
  readonly #version: number;
  readonly #walks = new Map<string, Promise<Walk>>();

  /** @param version major version of the systemd that reads the drop-in `text` */
  constructor(laboratory: Pick<Laboratory, "walk" | "progress">, text: string, version: number) {
    this.#laboratory = laboratory;
    this.#text = text;
    this.#version = version;
    this.directives = parseSettings(text).map(({ directive }) => directive);
  }

  /** How many walks it took. */
  get count(): number {
    return this.#walks.size;
  }

  /** The walk without these directives and those of their groups. */
  without(directives: readonly string[]): Promise<Walk> {
    const key = [...directives].sort().join(" ");
    const known = this.#walks.get(key);
    if (known !== undefined) return known;
    const names = directives.map((directive) => `${directive}=`).join(", ");
    this.#laboratory.progress(
      `trying it without ${directives.length > 6 ? `${directives.length} settings` : names}`,
    );
    const walk = this.#laboratory.walk(withoutSettings(this.#text, directives, this.#version));
    this.#walks.set(key, walk);
    return walk;
  }

  /** The walk under what the unit itself ships, without anything of the drop-in. */
  bare(): Promise<Walk> {
    const known = this.#walks.get("bare");
    if (known !== undefined) return known;
    this.#laboratory.progress("trying it without the drop-in");
    const walk = this.#laboratory.walk("[Service]\n");
    this.#walks.set("bare", walk);
    return walk;
  }
}

/** Does the service, or what exercises it, not work? Settings that systemd ignores and packets lost are told apart. */
export function troubleOf({ failure, symptoms }: Pick<Walk, "failure" | "symptoms">): string | undefined {
  return failure ?? symptoms.find(({ kind }) => ["start", "kill", "failure"].includes(kind))?.text;
}
