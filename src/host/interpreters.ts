/** What the kernel runs besides a program that is executed; no system call names it. */
import { closeSync, openSync, readSync } from "node:fs";
import { isPrintable } from "../facts/paths.js";

/** A page: program headers and the name of the dynamic linker lie at the begin of the file in practice. */
const headLength = 4096;

/** The kernel reads no more of a `#!` line (BINPRM_BUF_SIZE, include/uapi/linux/binfmts.h). */
const longestLine = 256;

const elfMagic = Buffer.from("\x7fELF", "latin1");

/** PT_INTERP of elf(5). */
const interpreterSegment = 3;

/** Where elf(5) has what we need, by class: 1 for 32 bits, 2 for 64. */
const layouts = new Map([
  [1, { table: 0x1c, size: 0x2a, count: 0x2c, offset: 0x04, length: 0x10, wide: false }],
  [2, { table: 0x20, size: 0x36, count: 0x38, offset: 0x08, length: 0x20, wide: true }],
]);

/**
 * The interpreter of the program at `path`: the dynamic linker of an ELF file, or what a `#!` line names
 * (fs/binfmt_elf.c, fs/binfmt_script.c). undefined when there is none, or the file cannot be read.
 */
export function readInterpreter(path: string): string | undefined {
  const head = Buffer.alloc(headLength);
  try {
    const file = openSync(path, "r");
    try {
      return parseInterpreter(head.subarray(0, readSync(file, head, 0, headLength, 0)));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** The same from the first bytes of the file, which may be anything. Only a path that could be looked up is returned. */
export function parseInterpreter(head: Buffer): string | undefined {
  const name = head.subarray(0, 4).equals(elfMagic) ? elfInterpreter(head) : scriptInterpreter(head);
  return name?.startsWith("/") === true && isPrintable(name) && !name.includes("\ufffd") ? name : undefined;
}

function scriptInterpreter(head: Buffer): string | undefined {
  const line = head.subarray(0, longestLine).toString("utf8").split("\n")[0] ?? "";
  return /^#![ \t]*([^ \t]+)/.exec(line)?.[1];
}

function elfInterpreter(head: Buffer): string | undefined {
  const layout = layouts.get(head[4] ?? 0);
  if (layout === undefined) return undefined;
  try {
    const read = head[5] === 2 ? bigEndian(head) : littleEndian(head);
    const word = (at: number) => (layout.wide ? read.long(at) : read.word(at));
    const segments = Array.from(
      { length: Math.min(read.half(layout.count), headLength) },
      (_, index) => word(layout.table) + index * read.half(layout.size),
    );
    const segment = segments.find((at) => read.word(at) === interpreterSegment);
    if (segment === undefined) return undefined;
    const begin = word(segment + layout.offset);
    const text = head.subarray(begin, begin + word(segment + layout.length));
    return text.subarray(0, text.indexOf(0)).toString("utf8");
  } catch (error) {
    // It points behind what was read.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Reading {
  readonly half: (at: number) => number;
  readonly word: (at: number) => number;
  readonly long: (at: number) => number;
}

function littleEndian(bytes: Buffer): Reading {
  return {
    half: (at) => bytes.readUInt16LE(at),
    word: (at) => bytes.readUInt32LE(at),
    long: (at) => Number(bytes.readBigUInt64LE(at)),
  };
}

function bigEndian(bytes: Buffer): Reading {
  return {
    half: (at) => bytes.readUInt16BE(at),
    word: (at) => bytes.readUInt32BE(at),
    long: (at) => Number(bytes.readBigUInt64BE(at)),
  };
}
