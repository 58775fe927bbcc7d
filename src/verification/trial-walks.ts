/** Walks under a drop-in with some of its settings undone: what was tried once is not tried again. */
import type { Laboratory } from "./laboratory.js";
import { withoutSettings } from "./lifting.js";
import { parseSettings } from "./settings.js";
import type { Walk } from "./types.js";

export class TrialWalks {
  /** Directives that the drop-in sets. */
  readonly directives: readonly string[];
  readonly #laboratory: Pick<Laboratory, "walk" | "progress">;
  /** The drop-in under test. */
  readonly text: string;
  readonly #version: number;
  readonly #walks = new Map<string, Promise<Walk>>();

  /** @param version major version of the systemd that reads the drop-in `text` */
  constructor(laboratory: Pick<Laboratory, "walk" | "progress">, text: string, version: number) {
    this.#laboratory = laboratory;
    this.text = text;
    this.#version = version;
    this.directives = parseSettings(text).map(({ directive }) => directive);
  }

  /** How many walks it took. */
  get count(): number {
    return this.#walks.size;
  }

  /** The walk without these directives and those of their groups; of none: the same again. */
  without(directives: readonly string[]): Promise<Walk> {
    const names = directives.map((directive) => `${directive}=`).join(", ");
    const what = directives.length > 6 ? `${directives.length} settings` : names;
    return this.under(
      withoutSettings(this.text, directives, this.#version),
      directives.length === 0 ? "once more" : `without ${what}`,
    );
  }

  /** The walk under what the unit itself ships, without anything of the drop-in. */
  bare(): Promise<Walk> {
    return this.under("[Service]\n", "without the drop-in");
  }

  /** The walk under another drop-in. `what`: how it differs, for people. */
  under(text: string, what: string): Promise<Walk> {
    const known = this.#walks.get(text);
    if (known !== undefined) return known;
    this.#laboratory.progress(`trying it ${what}`);
    const walk = this.#laboratory.walk(text);
    this.#walks.set(text, walk);
    return walk;
  }
}

/** Does the service, or what exercises it, not work? Settings that systemd ignores and packets lost are told apart. */
export function troubleOf({ failure, symptoms }: Pick<Walk, "failure" | "symptoms">): string | undefined {
  return failure ?? symptoms.find(({ kind }) => ["start", "kill", "failure"].includes(kind))?.text;
}
