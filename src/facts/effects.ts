import { type Credentials, idsOf } from "./credentials.js";
import type { Descriptor } from "./descriptors.js";
import type { Entry } from "./ledger.js";
import { ancestors } from "./paths.js";
import type { Process } from "./processes.js";

/** What a call did the first time, to be done again when the same call comes again in the same state. */
export interface Effect {
  readonly entries: Entry<unknown>[];
  /** The object that it looked at. */
  path: string | undefined;
  /** What became of a descriptor; without `descriptor` it was closed. */
  table: { readonly fd: number; readonly descriptor: Descriptor | undefined } | undefined;
  /** The process (thread group) whose number decided something, as in /proc/self. */
  group: number | undefined;
  /** The program that it is a failure of (src/facts/failures.ts). */
  executable: string | undefined;
  /** False when the call did or depended on more than is recorded here. */
  isRepeatable: boolean;
}

export function newEffect(): Effect {
  return {
    entries: [],
    path: undefined,
    table: undefined,
    group: undefined,
    executable: undefined,
    isRepeatable: true,
  };
}

/**
 * Calls that look at or open what is there, and some that come with them. A busy server makes the same ones with every
 * request.
 */
export const repeatable: ReadonlySet<string> = new Set(
  ["open", "openat", "stat", "lstat", "newfstatat", "statx", "stat64", "lstat64", "fstatat64"].concat(
    ["access", "faccessat", "faccessat2", "readlink", "readlinkat"],
    ["close", "setsockopt"],
  ),
);

/** Calls that only keep the table of descriptors, which is not needed where strace prints what they refer to (-y). */
export const tableOnly: ReadonlySet<string> = new Set(["close"]);

const mostEffects = 5000;
const mostStates = 100;

/**
 * Effects by the text of the call. They hold for all processes with the same root, working directory and ids, as long
 * as nothing happens to the object or to a directory above it.
 */
export class Effects {
  /** Shared by all processes in the same state. */
  readonly #states = new Map<string, Map<number, Effect>>();
  readonly #current = new WeakMap<Process, State>();
  /** Effects by the path that they rest on, and by all directories above it. */
  readonly #byPath = new Map<string, Effect[]>();
  #count = 0;
  /** Counts how often everything was forgotten. */
  #generation = 0;

  find(process: Process, textId: number): Effect | undefined {
    const effect = this.#stateOf(process).effects.get(textId);
    return effect?.isRepeatable === true &&
      (effect.group === undefined || effect.group === process.group) &&
      (effect.executable === undefined || effect.executable === process.executable)
      ? effect
      : undefined;
  }

  keep(process: Process, textId: number, effect: Effect): void {
    if (!effect.isRepeatable) return;
    if (this.#count >= mostEffects) this.#forgetAll();
    this.#count++;
    this.#stateOf(process).effects.set(textId, effect);
    if (effect.path === undefined) return;
    this.#restsOn(effect.path, effect);
    for (const directory of ancestors(effect.path)) this.#restsOn(directory, effect);
  }

  /** An object appeared, went away or changed owner or mode: effects that rest on it no longer hold. */
  changed(path: string): void {
    const effects = this.#byPath.get(path);
    if (effects === undefined) return;
    for (const effect of effects) effect.isRepeatable = false;
    this.#byPath.delete(path);
  }

  #restsOn(path: string, effect: Effect): void {
    const effects = this.#byPath.get(path);
    if (effects === undefined) this.#byPath.set(path, [effect]);
    else effects.push(effect);
  }

  #forgetAll(): void {
    this.#generation++;
    this.#states.clear();
    this.#byPath.clear();
    this.#count = 0;
  }

  #stateOf(process: Process): State {
    const { fs, credentials } = process;
    const current = this.#current.get(process);
    return current !== undefined &&
      current.cwd === fs.cwd &&
      current.root === fs.root &&
      current.credentials === credentials &&
      current.generation === this.#generation
      ? current
      : this.#changeState(process);
  }

  #changeState(process: Process): State {
    const { fs, credentials, tree } = process;
    const key = JSON.stringify([fs.cwd, fs.root, tree.number, idsOf(credentials)]);
    let effects = this.#states.get(key);
    if (effects === undefined) {
      if (this.#states.size >= mostStates) this.#forgetAll();
      effects = new Map();
      this.#states.set(key, effects);
    }
    const state = { cwd: fs.cwd, root: fs.root, credentials, generation: this.#generation, effects };
    this.#current.set(process, state);
    return state;
  }
}

/** What the effects of a process's calls depend on, to be compared quickly. */
interface State {
  readonly cwd: string | undefined;
  readonly root: string | undefined;
  readonly credentials: Credentials;
  readonly generation: number;
  readonly effects: Map<number, Effect>;
}
