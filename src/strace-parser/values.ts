/** Arguments from bytes: a recursive descent over what strace's printers (print_fields.h, xlat.c, util.c) produce. */

import {
  AT,
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  indexOfText,
  isWord,
  LESS,
  latin1,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  PIPE,
  QUOTE,
  SLASH,
  SPACE,
  STAR,
  skipSpaces,
  startsWith,
  TILDE,
} from "./bytes.js";
import { decodeDescriptor } from "./descriptors.js";
import { WordTable } from "./names.js";
import { findCloseParen, skipString, skipTarget } from "./nesting.js";
import { numberAt, scanNumber } from "./numbers.js";
import { decodeEscapes } from "./strings.js";
import type { ArrayValue, MacroValue, RawValue, StringValue, StructValue, Value } from "./types.js";

/** The arguments in `[start, end)`, without the parentheses around them. Never throws: what it does not know is raw. */
export function decodeArguments(bytes: Buffer, start: number, end: number): Value[] {
  return new Decoder(bytes, end).list(start, end);
}

/** The first of them alone; undefined if there is none. */
export function decodeFirstArgument(bytes: Buffer, start: number, end: number): Value | undefined {
  const at = skipSpaces(bytes, start, end);
  return at < end ? new Decoder(bytes, end).item(at, false) : undefined;
}

/** One value in `[start, end)`. */
export function decodeValue(bytes: Buffer, start: number, end: number): Value {
  return new Decoder(bytes, end).item(start, false);
}

/** The descriptor number that AT_FDCWD stands for (include/uapi/linux/fcntl.h). */
const AT_FDCWD = -100;

/** Constants come again and again: their text is made once. Numbers do not go here, they would fill the table. */
const WORDS = new WordTable(4096);
const MAX_WORD = 32;

function wordText(bytes: Buffer, start: number, end: number): string {
  const word = end - start <= MAX_WORD ? WORDS.intern(bytes, start, end) : undefined;
  return word?.text ?? latin1(bytes, start, end);
}

/** Deeper than anything strace prints; protects the stack against a line of brackets. */
const MAX_DEPTH = 64;

interface Group {
  readonly items: Value[];
  readonly names: string[];
  readonly truncated: boolean;
}

/** `#at` is where the next value starts; every method leaves it behind what it read. */
class Decoder {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = 0;
  #depth = 0;

  constructor(bytes: Buffer, end: number) {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** Values separated by commas. */
  list(start: number, end: number): Value[] {
    this.#at = skipSpaces(this.#bytes, start, end);
    const values: Value[] = [];
    while (this.#at < end) {
      const before = this.#at;
      values.push(this.item(this.#at, false));
      this.#at = this.#separator(end);
      this.#at += this.#at === before ? 1 : 0;
    }
    return values;
  }

  /** A value with its change, and with its name if it has one (`flags=CLONE_VM`: a struct of one member). */
  item(start: number, inWords: boolean): Value {
    this.#at = start;
    const name = this.#name();
    const value = this.#changing(inWords);
    return name === "" ? value : { type: "struct", members: [{ name, value }], truncated: false };
  }

  /** Reads `NAME=` or `[INDEX]=`, if that is what stands here. */
  #name(): string {
    const bytes = this.#bytes;
    let i = this.#at;
    if (bytes[i] === OPEN_BRACKET) {
      do {
        i++;
      } while (i < this.#end && isIndexByte(bytes[i]));
      i = bytes[i] === CLOSE_BRACKET ? skipSpaces(bytes, i + 1, this.#end) : this.#end;
    } else {
      while (i < this.#end && (isWord(bytes[i]) || bytes[i] === DOT)) {
        i++;
      }
    }
    const next = bytes[i + 1];
    if (i >= this.#end || i === this.#at || bytes[i] !== EQUALS || next === EQUALS || next === GREATER) {
      return "";
    }
    const name = latin1(bytes, this.#at, i).trimEnd();
    this.#at = skipSpaces(bytes, i + 1, this.#end);
    return name;
  }

  #changing(inWords: boolean): Value {
    const start = this.#at;
    const first = startsWith(this.#bytes, start, this.#end, "=> ") ? empty() : this.#value();
    const arrow = skipSpaces(this.#bytes, this.#at, this.#end);
    if (startsWith(this.#bytes, arrow, this.#end, "=> ")) {
      this.#at = skipSpaces(this.#bytes, arrow + 3, this.#end);
      return { type: "change", before: first, after: this.#changing(inWords) };
    }
    if (!this.#atBoundary(inWords)) {
      return this.#raw(start);
    }
    return first;
  }

  #value(): Value {
    const bytes = this.#bytes;
    const start = this.#at;
    const byte = bytes[start];
    if (this.#depth > MAX_DEPTH) {
      return this.#raw(start);
    }
    if (byte === QUOTE) {
      return this.#string(start, "");
    }
    if (byte === AT && bytes[start + 1] === QUOTE) {
      return this.#string(start + 1, "\0");
    }
    if (byte === OPEN_BRACE) {
      return this.#struct();
    }
    if (byte === OPEN_BRACKET) {
      return this.#array(false);
    }
    if (byte === TILDE && bytes[start + 1] === OPEN_BRACKET) {
      this.#at++;
      return this.#array(true);
    }
    if (isWord(byte) || byte === MINUS) {
      return this.#scalar();
    }
    return this.#raw(start);
  }

  #string(quote: number, lead: string): StringValue {
    const behind = skipString(this.#bytes, quote, this.#end);
    const close = behind < 0 ? this.#end : behind - 1;
    const { value, utf8 } = decodeEscapes(this.#bytes, quote + 1, close);
    this.#at = behind < 0 ? this.#end : behind;
    const truncated = behind < 0 || startsWith(this.#bytes, behind, this.#end, "...");
    this.#at += truncated && behind > 0 ? 3 : 0;
    return { type: "string", value: lead + value, utf8, truncated };
  }

  #struct(): StructValue {
    const { items, names, truncated } = this.#group(CLOSE_BRACE);
    return {
      type: "struct",
      members: items.map((value, i) => ({ name: names[i] ?? "", value })),
      truncated,
    };
  }

  #array(complement: boolean): ArrayValue {
    const { items, names, truncated } = this.#group(CLOSE_BRACKET);
    const named = (value: Value, name: string): Value =>
      name === "" ? value : { type: "struct", members: [{ name, value }], truncated: false };
    return {
      type: "array",
      items: items.map((value, i) => named(value, names[i] ?? "")),
      complement,
      truncated,
    };
  }

  /** `{…}` or `[…]`; items are separated by commas, in sets of signals or descriptors by spaces. */
  #group(close: number): Group {
    const items: Value[] = [];
    const names: string[] = [];
    let truncated = false;
    this.#depth++;
    this.#at = skipSpaces(this.#bytes, this.#at + 1, this.#end);
    while (this.#at < this.#end && this.#bytes[this.#at] !== close) {
      const before = this.#at;
      if (startsWith(this.#bytes, before, this.#end, "...")) {
        truncated = true;
        this.#at += 3;
      } else {
        names.push(this.#name());
        items.push(this.#changing(true));
      }
      this.#at = this.#separator(this.#end);
      if (this.#at === before) {
        break; // a bracket of another kind: not ours to read
      }
    }
    this.#depth--;
    if (this.#bytes[this.#at] === close) {
      this.#at++;
    } else {
      truncated = true;
    }
    return { items, names, truncated };
  }

  /** Number, flags, descriptor, macro: all that starts with a word. */
  #scalar(): Value {
    const start = this.#at;
    const names: string[] = [];
    let bits = 0;
    let number: number | undefined;
    let words = 0;
    do {
      this.#at += words === 0 ? 0 : 1;
      words++;
      const word = this.#at;
      number = this.#skipNumber();
      if (number === undefined) {
        this.#skipWord();
      }
      const next = this.#bytes[this.#at];
      if (next === LESS && words === 1) {
        const descriptor = this.#descriptor(number, start);
        if (descriptor !== undefined) {
          return descriptor;
        }
      }
      if (number !== undefined) {
        bits += number; // distinct bits, possibly more than 32
      } else if (word === this.#at) {
        return this.#raw(start);
      } else if (next === OPEN_PAREN) {
        const macro = this.#macro(wordText(this.#bytes, word, this.#at));
        return words === 1 && this.#bytes[this.#at] !== PIPE ? macro : this.#raw(start);
      } else {
        names.push(wordText(this.#bytes, word, this.#at));
      }
      if (next === SPACE && number !== undefined) {
        const end = this.#at;
        const commented = this.#comment();
        const descriptor =
          words === 1 && this.#bytes[this.#at] === LESS ? this.#descriptor(number, start) : undefined;
        if (descriptor !== undefined) {
          return descriptor;
        }
        if (commented !== undefined) {
          names.push(...commented.names);
          bits += commented.bits - number;
        } else if (words === 1 && this.#bytes[this.#at] !== PIPE) {
          return { type: "number", value: number, text: latin1(this.#bytes, start, end) };
        }
      }
    } while (this.#bytes[this.#at] === PIPE && this.#bytes[this.#at + 1] !== PIPE);
    return words === 1 && number !== undefined && names.length === 0
      ? { type: "number", value: number, text: latin1(this.#bytes, start, this.#at) }
      : { type: "flags", names, bits };
  }

  /** The `<…>` of a descriptor whose number was just read (undefined: perhaps `AT_FDCWD`). */
  #descriptor(number: number | undefined, start: number): Value | undefined {
    if (number === undefined && !startsWith(this.#bytes, start, this.#at, "AT_FDCWD")) {
      return undefined;
    }
    const behind = skipTarget(this.#bytes, this.#at, this.#end);
    if (behind < 0) {
      return undefined;
    }
    const value = decodeDescriptor(this.#bytes, number ?? AT_FDCWD, this.#at, behind, this.#end);
    this.#at = value.behind;
    return value.descriptor;
  }

  #skipWord(): void {
    while (this.#at < this.#end && isWord(this.#bytes[this.#at])) {
      this.#at++;
    }
  }

  /** Reads a number if one stands here; `8192*1024` (limits) and `1<<20` are one number. */
  #skipNumber(): number | undefined {
    const end = scanNumber(this.#bytes, this.#at, this.#end);
    if (end < 0) {
      return undefined;
    }
    const value = numberAt(this.#bytes, this.#at, end);
    this.#at = end;
    const next = this.#bytes[end];
    const isShift = next === LESS && this.#bytes[end + 1] === LESS;
    if (next !== STAR && !isShift) {
      return value;
    }
    this.#at += isShift ? 2 : 1;
    const right = this.#skipNumber();
    if (right === undefined) {
      this.#at = end;
      return value;
    }
    return isShift ? value * 2 ** right : value * right;
  }

  #macro(name: string): MacroValue {
    const open = this.#at;
    const close = findCloseParen(this.#bytes, open + 1, this.#end);
    const end = close < 0 ? this.#end : close;
    this.#depth++;
    const args = new Decoder(this.#bytes, end).#nested(open + 1, this.#depth);
    this.#depth--;
    this.#at = close < 0 ? this.#end : close + 1;
    return { type: "macro", name, args };
  }

  #nested(start: number, depth: number): Value[] {
    this.#depth = depth;
    return depth > MAX_DEPTH ? [] : this.list(start, this.#end);
  }

  /** Skips comments; returns the flags of one that -X verbose prints behind a number, if there is one. */
  #comment(): NamedFlags | undefined {
    let flags: NamedFlags | undefined;
    for (;;) {
      const at = skipSpaces(this.#bytes, this.#at, this.#end);
      const isComment = this.#bytes[at] === SLASH && this.#bytes[at + 1] === STAR;
      const close = isComment ? indexOfText(this.#bytes, "*/", at + 2, this.#end) : -1;
      if (close < 0) {
        return flags;
      }
      flags = namedFlags(latin1(this.#bytes, at + 2, close).trim()) ?? flags;
      this.#at = close + 2;
    }
  }

  /** True where a value may end. */
  #atBoundary(inWords: boolean): boolean {
    this.#comment();
    const byte = this.#bytes[this.#at];
    return (
      this.#at >= this.#end ||
      byte === COMMA ||
      byte === CLOSE_PAREN ||
      byte === CLOSE_BRACE ||
      byte === CLOSE_BRACKET ||
      (byte === SPACE && inWords && !this.#expressionFollows())
    );
  }

  /** ` && …`, ` == …`: the value is part of an expression. */
  #expressionFollows(): boolean {
    const at = skipSpaces(this.#bytes, this.#at, this.#end);
    const byte = this.#bytes[at];
    return byte === 38 /* & */ || byte === EQUALS || byte === PIPE || byte === STAR || byte === LESS;
  }

  /** Takes everything from `start` to the next separator outside brackets and strings as it was printed. */
  #raw(start: number): RawValue {
    const bytes = this.#bytes;
    let depth = 0;
    let i = start;
    for (; i < this.#end; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) {
        const behind = skipString(bytes, i, this.#end);
        i = (behind < 0 ? this.#end : behind) - 1;
      } else if (byte === BACKSLASH) {
        i++;
      } else if (byte === OPEN_PAREN || byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth++;
      } else if (byte === CLOSE_PAREN || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (depth === 0) {
          break;
        }
        depth--;
      } else if (byte === COMMA && depth === 0) {
        break;
      }
    }
    i = Math.min(i, this.#end);
    this.#at = i;
    return { type: "raw", text: latin1(bytes, start, i).trimEnd() };
  }

  /** The position behind `, ` or spaces. */
  #separator(end: number): number {
    const at = skipSpaces(this.#bytes, this.#at, end);
    return this.#bytes[at] === COMMA && at < end ? skipSpaces(this.#bytes, at + 1, end) : at;
  }
}

function empty(): RawValue {
  return { type: "raw", text: "" };
}

/** A byte of an index in brackets; lists, structs and strings are none. */
function isIndexByte(byte: number | undefined): boolean {
  return byte !== CLOSE_BRACKET && byte !== OPEN_BRACKET && byte !== OPEN_BRACE && byte !== QUOTE;
}

interface NamedFlags {
  readonly names: readonly string[];
  readonly bits: number;
}

const NAMED_FLAGS = /^[A-Z_][A-Z0-9_]*(?:\|(?:[A-Z_][A-Z0-9_]*|0x[0-9a-f]+|0[0-7]*))*$/;

/** Constants in the text of a comment: `S_IFIFO|0600`. Undefined for other remarks, as `23 vars` or `O_???`. */
function namedFlags(text: string): NamedFlags | undefined {
  if (!NAMED_FLAGS.test(text)) {
    return undefined;
  }
  const parts = text.split("|");
  const numbers = parts.filter((part) => part.startsWith("0")).map((part) => Buffer.from(part));
  return {
    names: parts.filter((part) => !part.startsWith("0")),
    bits: numbers.reduce((sum, part) => sum + numberAt(part, 0, part.length), 0),
  };
}
