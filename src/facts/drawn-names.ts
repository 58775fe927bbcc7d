/** Names drawn at random that were not known as such, or not yet, when they were used. */
import { isVolatile, replaceTokens } from "./placeholders.js";
import { RecentMap } from "./recent.js";

const mostGuesses = 20_000;
const mostDrawn = 20_000;
const mostTokens = 20_000;
const shortestToken = 6;

interface Guess {
  readonly plain: string;
  readonly name: string;
}

/** What facts are to call objects instead of the names that they were noted under. Bounded. */
export class DrawnNames {
  /** By real path: objects that are temporary if they go away. */
  readonly #guesses = new RecentMap<Guess>(mostGuesses);
  /** Path as facts have it → last component, with the random part replaced. */
  readonly #drawn = new Map<string, string>();
  /** Parts of names that were drawn, and so are in whatever name they come up. */
  readonly #tokens = new Set<string>();

  /** Facts that call an object `plain` mean one whose name is `name`. */
  note(plain: string, name: string): void {
    if (this.#drawn.size < mostDrawn) this.#drawn.set(plain, name);
  }

  /** This text was drawn as a part of a name. */
  token(text: string): void {
    if (this.#tokens.size < mostTokens) this.#tokens.add(text);
  }

  /** Facts that call it `plain` mean one whose name is `name`, if the object at the real `path` is a temporary one. */
  guess(path: string, plain: string, name: string): void {
    this.#guesses.set(path, { plain, name });
  }

  /** The object at the real `path` was removed or got another name. */
  gone(path: string): void {
    const guess = this.#guesses.get(path);
    if (guess === undefined) return;
    this.#guesses.delete(path);
    this.note(guess.plain, guess.name);
  }

  /**
   * A path of a fact with all such names in it replaced.
   *
   * @param real the name that an object with several is known by
   */
  fold(path: string, real: (path: string) => string): string {
    if (this.#drawn.size === 0 && this.#tokens.size === 0) return path;
    let folded = "";
    for (let slash = 0; slash >= 0; ) {
      const next = path.indexOf("/", slash + 1);
      const end = next < 0 ? path.length : next;
      const name = this.#drawn.get(real(path.slice(0, end)));
      folded += `/${name ?? this.#withoutTokens(path.slice(0, slash) || "/", path.slice(slash + 1, end))}`;
      slash = next;
    }
    return folded;
  }

  #withoutTokens(directory: string, name: string): string {
    if (this.#tokens.size === 0 || name.length < shortestToken || !isVolatile(directory)) return name;
    return replaceTokens(name, this.#tokens);
  }
}
