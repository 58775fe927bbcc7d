import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { interleave, timeOf } from "../../src/learning/interleave.js";

const directory = mkdtempSync(join(tmpdir(), "interleave-"));
test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** The merged lines of files given as lines, with pids 1, 2, … */
function merge(...processes: readonly (readonly string[])[]): string[] {
  const files = processes.map((lines, index) => {
    const path = join(directory, `t.${index + 1}`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return { pid: index + 1, path };
  });
  return Buffer.concat([...interleave(files)])
    .toString()
    .split("\n")
    .slice(0, -1);
}

test("lines come in the order of their times, each with its process", (t) => {
  t.deepEqual(merge(["100000000.1 a", "100000000.4 d"], ["100000000.2 b", "100000000.3 c"]), [
    "1 100000000.1 a",
    "2 100000000.2 b",
    "2 100000000.3 c",
    "1 100000000.4 d",
  ]);
});

test("a trace that goes past midnight goes on", (t) => {
  t.deepEqual(merge(["23:59:59.5 a", "00:00:00.5 c"], ["23:59:59.9 b", "00:00:01.0 d"]), [
    "1 23:59:59.5 a",
    "2 23:59:59.9 b",
    "1 00:00:00.5 c",
    "2 00:00:01.0 d",
  ]);
});

test("without times the files follow each other", (t) => {
  t.deepEqual(merge(["a", "b"], ["c"]), ["1 a", "1 b", "2 c"]);
});

test("times are those of -t, -tt and -ttt", (t) => {
  t.is(timeOf(Buffer.from("01:02:03 x"), 0), 3723);
  t.is(timeOf(Buffer.from("01:02:03.5 x"), 0), 3723.5);
  t.is(timeOf(Buffer.from("1700000000.123456 x"), 0), 1700000000.123456);
  t.is(timeOf(Buffer.from("     0.000123 x"), 0), undefined);
  t.is(timeOf(Buffer.from("execve("), 0), undefined);
});

testProp(
  "no line is lost, and each process keeps its order",
  [fc.array(fc.array(fc.nat(50), { maxLength: 30 }), { minLength: 1, maxLength: 6 })],
  (t, processes) => {
    const lines = processes.map((times) =>
      times.toSorted((a, b) => a - b).map((time, i) => `${1e8 + time} ${i}`),
    );
    const merged = merge(...lines);
    for (const [index, own] of lines.entries()) {
      const prefix = `${index + 1} `;
      t.deepEqual(
        merged.filter((line) => line.startsWith(prefix)),
        own.map((line) => prefix + line),
      );
    }
    const times = merged.map((line) => Number(line.split(" ")[1]));
    t.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  },
);
