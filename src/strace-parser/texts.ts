/** Powers of two. */
const MOST_TEXTS = 16_384;
const MOST_SLOTS = MOST_TEXTS * 2;
const ARENA_BYTES = 4 * 1024 * 1024;
const LONGEST_TEXT = 2048;
/** Texts whose hashes collide on purpose must not make a search long: beyond this a text counts as new. */
const MOST_PROBES = 16;

/**
 * Recognises texts that come again, by their bytes and without making strings. Holds a fixed amount of memory: when it
 * is full it forgets everything and starts over.
 */
export class TextTable {
  /** One more than the index of the entry; 0: free. */
  readonly #slots = new Uint16Array(MOST_SLOTS);
  readonly #hashes = new Int32Array(MOST_TEXTS);
  readonly #starts = new Int32Array(MOST_TEXTS);
  readonly #lengths = new Int32Array(MOST_TEXTS);
  readonly #arena = new DataView(new ArrayBuffer(ARENA_BYTES));
  readonly #views = new Views();
  #count = 0;
  #used = 0;
  /** Number of the first entry: numbers are never used again for another text. */
  #first = 0;

  /** The number of the text in `[start, end)`; undefined when it is new (it is then remembered) or very long. */
  find(bytes: Buffer, start: number, end: number): number | undefined {
    const length = end - start;
    if (length > LONGEST_TEXT) {
      return undefined;
    }
    const view = this.#views.of(bytes);
    const hash = hashOf(view, start, end);
    let slot = hash & (MOST_SLOTS - 1);
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) {
        this.#add(view, start, length, hash, slot);
        return undefined;
      }
      if (
        this.#hashes[entry] === hash &&
        this.#lengths[entry] === length &&
        this.#holds(entry, view, start)
      ) {
        return this.#first + entry;
      }
      slot = (slot + 1) & (MOST_SLOTS - 1);
    }
    return undefined;
  }

  #holds(entry: number, view: DataView, start: number): boolean {
    const from = this.#starts[entry] ?? 0;
    const length = this.#lengths[entry] ?? 0;
    const arena = this.#arena;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      if (arena.getInt32(from + i) !== view.getInt32(start + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (arena.getUint8(from + i) !== view.getUint8(start + i)) {
        return false;
      }
    }
    return true;
  }

  #add(view: DataView, start: number, length: number, hash: number, slot: number): void {
    if (this.#count === MOST_TEXTS || this.#used + length > ARENA_BYTES) {
      this.#slots.fill(0);
      this.#first += this.#count;
      this.#count = this.#used = 0;
    }
    const entry = this.#count++;
    this.#slots[slot] = entry + 1;
    this.#hashes[entry] = hash;
    this.#lengths[entry] = length;
    this.#starts[entry] = this.#used;
    const to = this.#used;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      this.#arena.setInt32(to + i, view.getInt32(start + i));
    }
    for (; i < length; i++) {
      this.#arena.setUint8(to + i, view.getUint8(start + i));
    }
    this.#used += length;
  }
}

/** Four bytes at a time, which a `DataView` reads in one instruction. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = mix(hash, view.getInt32(i));
  }
  for (; i < end; i++) {
    hash = mix(hash, view.getUint8(i));
  }
  return hash ^ (hash >>> 15);
}

function mix(hash: number, word: number): number {
  return Math.imul(((hash << 5) | (hash >>> 27)) ^ word, 0x9e3779b1);
}

/** Views of the two buffers that calls lie in by turns: the chunk, and the one where unfinished parts are joined. */
class Views {
  #bytes: Buffer | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #otherBytes: Buffer | undefined;
  #otherView: DataView = this.#view;

  of(bytes: Buffer): DataView {
    if (bytes === this.#bytes) {
      return this.#view;
    }
    const view =
      bytes === this.#otherBytes
        ? this.#otherView
        : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#otherBytes = this.#bytes;
    this.#otherView = this.#view;
    this.#bytes = bytes;
    this.#view = view;
    return view;
  }
}
