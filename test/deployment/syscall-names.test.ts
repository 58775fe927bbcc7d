import test from "ava";
import { callOf } from "../../src/deployment/syscall-names.js";
import { syscallNumbers } from "../../src/deployment/syscall-numbers.js";

test("numbers are those of the architecture that the record names", (t) => {
  const name = (arch: string, number: number) => {
    const { name: call, architecture } = callOf(arch, number);
    return `${call} ${architecture}`;
  };
  t.is(name("c000003e", 0), "read x86-64");
  t.is(name("c000003e", 63), "uname x86-64");
  t.is(name("c000003e", 434), "pidfd_open x86-64");
  t.is(name("40000003", 122), "uname x86");
  t.is(name("c00000b7", 160), "uname arm64");
  t.is(name("40000028", 122), "uname arm");
  t.is(name("c00000f3", 258), "riscv_hwprobe riscv64");
  t.is(name("c0000015", 122), "uname ppc64-le");
  t.is(name("80000016", 122), "uname s390x");
});

test("a call of x32 has its bit set, and calls of its own from 512 on", (t) => {
  t.deepEqual(callOf("c000003e", 0x40000000 + 63), { name: "uname", architecture: "x32", isKnown: true });
  t.is(callOf("c000003e", 0x40000000 + 520).name, "execve");
});

test("what the table does not have keeps its number", (t) => {
  t.deepEqual(callOf("c000003e", 9999), { name: "syscall 9999", architecture: "x86-64", isKnown: false });
  t.deepEqual(callOf("deadbeef", 1), {
    name: "syscall 1",
    architecture: "audit-arch deadbeef",
    isKnown: false,
  });
});

test("no architecture has a name twice", (t) => {
  for (const [architecture, table] of Object.entries(syscallNumbers)) {
    const names = table
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^\d+:/, ""));
    t.deepEqual(names, [...new Set(names)], architecture);
    t.true(names.length > 290, architecture);
  }
});
