import type { Credentials } from "./credentials.js";
import type { Descriptor } from "./descriptors.js";
import type { Entry } from "./ledger.js";
import { ancestors } from "./paths.js";
import type { Process } from "./processes.js";

/** What a call did the first time, to be done again when the same call comes again in the same state. */
export interface Effect {
  readonly entries: readonly Entry<unknown>[];
  readonly opened: { readonly fd: number; readonly descriptor: Descriptor } | undefined;
}

/** Calls that look at or open what is there. A busy server makes the same ones with every request. */
export const repeatable: ReadonlySet<string> = new Set(
  ["open", "openat", "stat", "lstat", "newfstatat", "statx", "stat64", "lstat64", "fstatat64"].concat([
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
  ]),
);

const mostEffects = 5000;
/** When so many calls in a row were new, their text is never the same (strace -T, -r) and comparing is wasted. */
const patience = 50_000;

/** Effects by the text of the call, valid for one process as long as its directory, ids and the objects are the same. */
export class Effects {
  readonly #caches = new WeakMap<Process, Cache>();
  /** Paths that some effect rests on, with all directories above them. */
  readonly #paths = new Set<string>();
  #generation = 0;
  #misses = 0;

  find(process: Process, text: string): Effect | undefined {
    const found = this.#cacheOf(process).effects.get(text);
    if (found === undefined) this.#misses++;
    else this.#misses = 0;
    return found;
  }

  get isHopeless(): boolean {
    return this.#misses > patience;
  }

  keep(process: Process, text: string, effect: Effect, path: string | undefined): void {
    const { effects } = this.#cacheOf(process);
    if (effects.size >= mostEffects) effects.clear();
    effects.set(text, effect);
    if (path === undefined || this.#paths.has(path)) return;
    if (this.#paths.size > mostEffects) this.#forget();
    this.#paths.add(path);
    for (const directory of ancestors(path)) this.#paths.add(directory);
  }

  /** An object appeared, went away or changed owner or mode: effects that rest on it no longer hold. */
  changed(path: string): void {
    if (this.#paths.has(path)) this.#forget();
  }

  #forget(): void {
    this.#generation++;
    this.#paths.clear();
  }

  #cacheOf(process: Process): Cache {
    const { fs, credentials } = process;
    const cache = this.#caches.get(process);
    if (
      cache?.generation === this.#generation &&
      cache.cwd === fs.cwd &&
      cache.root === fs.root &&
      cache.credentials === credentials
    )
      return cache;
    const fresh: Cache = {
      generation: this.#generation,
      cwd: fs.cwd,
      root: fs.root,
      credentials,
      effects: new Map(),
    };
    this.#caches.set(process, fresh);
    return fresh;
  }
}

interface Cache {
  readonly generation: number;
  readonly cwd: string | undefined;
  readonly root: string | undefined;
  readonly credentials: Credentials;
  readonly effects: Map<string, Effect>;
}
