import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { parseInterpreter, readInterpreter } from "../../src/host/interpreters.js";

const scripts: readonly [string, string | undefined][] = [
  ["#!/bin/sh\necho\n", "/bin/sh"],
  ["#! \t/usr/bin/env python3\n", "/usr/bin/env"],
  ["#!sh\n", undefined],
  ["#!/bin/a\u0007b\n", undefined],
  ["plain text", undefined],
  ["", undefined],
];

for (const [text, interpreter] of scripts) {
  test(`the kernel starts ${JSON.stringify(text)} with ${interpreter ?? "nothing"}`, (t) => {
    t.is(parseInterpreter(Buffer.from(text)), interpreter);
  });
}

/** A program with one segment, PT_INTERP. */
function elf(bits: 32 | 64, name: string, big: boolean): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write("\x7fELF", "latin1");
  bytes[4] = bits === 64 ? 2 : 1;
  bytes[5] = big ? 2 : 1;
  const half = (value: number, at: number) =>
    big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const word = (value: number, at: number) =>
    big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  const long = (value: number, at: number) => {
    if (bits === 32) word(value, at);
    else word(value, big ? at + 4 : at);
  };
  const [table, size, count, offset, length] =
    bits === 64 ? [0x20, 0x36, 0x38, 8, 0x20] : [0x1c, 0x2a, 0x2c, 4, 0x10];
  long(64, table);
  half(56, size);
  half(1, count);
  word(3, 64);
  long(128, 64 + offset);
  long(name.length + 1, 64 + length);
  bytes.write(`${name}\0`, 128);
  return bytes;
}

for (const bits of [32, 64] as const) {
  for (const big of [false, true]) {
    test(`the dynamic linker of a ${bits}-bit program, ${big ? "big" : "little"}-endian`, (t) => {
      t.is(parseInterpreter(elf(bits, "/lib64/ld.so.2", big)), "/lib64/ld.so.2");
    });
  }
}

test("a program that is cut off has none", (t) => {
  t.is(parseInterpreter(elf(64, "/lib64/ld.so.2", false).subarray(0, 100)), undefined);
});

testProp("whatever a program is made of, it is a path or nothing", [fc.uint8Array()], (t, bytes) => {
  const found = parseInterpreter(Buffer.concat([Buffer.from("\x7fELF", "latin1"), bytes]));
  t.true(found === undefined || found.startsWith("/"));
});

test("a file that is not there has none", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "interpreters-"));
  writeFileSync(join(directory, "script"), "#!/bin/sh\n");
  t.is(readInterpreter(join(directory, "script")), "/bin/sh");
  t.is(readInterpreter(join(directory, "none")), undefined);
  rmSync(directory, { recursive: true });
});
