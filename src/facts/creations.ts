/** Permission bits that new objects get because the umask of the unit leaves them: what a stricter UMask= would change. */
import { type Entry, Ledger, type Moment } from "./ledger.js";
import type { FileSystemContext } from "./processes.js";
import { RecentMap } from "./recent.js";
import type { CreationFact } from "./types.js";

const beyondOwner = 0o077;

/** The mode of an object that was made longer ago than so many others counts as left to the umask. */
const mostUnsettled = 10_000;

/**
 * The bits that an object made with `mode` gets beyond the owner's; 0 once the process, or the one that made it, has called
 * umask(2): then the unit's does not matter.
 */
export function bitsBeyondOwner(mode: number | undefined, { umask, hasOwnUmask }: FileSystemContext): number {
  return hasOwnUmask ? 0 : (mode ?? 0) & beyondOwner & ~umask;
}

/** Objects by their real paths, as long as somebody may still set their mode. */
export class Creations {
  /** Counts the objects whose mode nobody has set. */
  readonly #noted = new Ledger<CreationFact>();
  readonly #unsettled = new RecentMap<Entry<CreationFact>>(mostUnsettled);

  /** An object at `path` was made, or was there already (O_CREAT); `name` is what facts call it, `bits` are not 0. */
  made(moment: Moment, path: string, name: string, bits: number): void {
    const octal = bits.toString(8).padStart(3, "0");
    const known = this.#unsettled.get(path);
    if (known?.value.path === name && known.value.bits === octal) {
      moment.sampling.mark(known);
      return;
    }
    const entry = this.#noted.note(`${octal}${name}`, moment, () => ({
      kind: "creation",
      path: name,
      bits: octal,
    }));
    this.#unsettled.set(path, entry);
  }

  /** Its mode is set explicitly: whatever the umask is, the object gets that. */
  settled(path: string): void {
    const entry = this.#unsettled.get(path);
    if (entry === undefined) return;
    entry.count--;
    this.#unsettled.delete(path);
  }

  moved(from: string, to: string): void {
    const entry = this.#unsettled.get(from);
    this.gone(from);
    if (entry !== undefined) this.#unsettled.set(to, entry);
  }

  /** What comes to this name later is another object. */
  gone(path: string): void {
    this.#unsettled.delete(path);
  }

  *facts(): Generator<readonly [CreationFact, Entry<CreationFact>]> {
    for (const entry of this.#noted.entries()) if (entry.count > 0) yield [entry.value, entry];
  }
}
