import { latin1 } from "./bytes.js";

/** A distinct word of the trace: the name of a call or an errno. `id` counts from 0, `hash` as `hashByte` makes it. */
export interface Word {
  readonly id: number;
  readonly text: string;
  readonly hash: number;
  readonly bytes: Buffer;
}

/** One step of the rolling hash that finds a word; starts from 0. */
export function hashByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/**
 * Words by their bytes, so that no string is made for one that is known. Holds at most `limit` words: a traced program
 * can call any number it likes (`syscall_0x12345`), and must not fill our memory with it.
 */
export class WordTable {
  readonly words: Word[] = [];
  readonly #limit: number;
  readonly #slots: (Word | undefined)[];
  readonly #mask: number;

  /** `limit` is a power of two. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#mask = limit * 2 - 1;
    this.#slots = new Array<Word | undefined>(limit * 2).fill(undefined);
  }

  /** The word in `[start, end)` with the given hash; undefined when the table is full. */
  find(bytes: Buffer, start: number, end: number, hash: number): Word | undefined {
    let slot = hash & this.#mask;
    for (;;) {
      const word = this.#slots[slot];
      if (word === undefined) {
        return this.#add(bytes, start, end, hash, slot);
      }
      if (word.hash === hash && sameBytes(word.bytes, bytes, start, end)) {
        return word;
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The same for words whose hash is not at hand. */
  intern(bytes: Buffer, start: number, end: number): Word | undefined {
    let hash = 0;
    for (let i = start; i < end; i++) {
      hash = hashByte(hash, bytes[i] ?? 0);
    }
    return this.find(bytes, start, end, hash);
  }

  #add(bytes: Buffer, start: number, end: number, hash: number, slot: number): Word | undefined {
    if (this.words.length >= this.#limit) {
      return undefined;
    }
    const word: Word = {
      id: this.words.length,
      text: latin1(bytes, start, end),
      hash,
      bytes: Buffer.from(bytes.subarray(start, end)), // a copy: the buffer is the caller's
    };
    this.words.push(word);
    this.#slots[slot] = word;
    return word;
  }
}

function sameBytes(word: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (word.length !== end - start) {
    return false;
  }
  for (let i = 0; i < word.length; i++) {
    if (word[i] !== bytes[start + i]) {
      return false;
    }
  }
  return true;
}
