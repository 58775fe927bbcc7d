import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { TextTable } from "../../src/strace-parser/texts.js";

const find = (table: TextTable, text: string, before = ""): number | undefined => {
  const bytes = Buffer.from(`${before}${text}behind`);
  const start = Buffer.byteLength(before);
  return table.find(bytes, start, start + Buffer.byteLength(text));
};

const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "ä"), maxLength: 6 }), { maxLength: 60 });

testProp("a text is new the first time and has one number of its own from then on", [texts], (t, all) => {
  const table = new TextTable();
  const seen = new Set<string>();
  const numbers = new Map<string, number>();
  for (const [index, text] of all.entries()) {
    const number = find(table, text, " ".repeat(index % 5));
    t.is(number !== undefined, seen.has(text));
    seen.add(text);
    if (number === undefined) continue;
    t.is(numbers.get(text) ?? number, number);
    numbers.set(text, number);
  }
  t.is(new Set(numbers.values()).size, numbers.size);
});

test("what has not come for long is new again, and no number is used for two texts", (t) => {
  const table = new TextTable();
  find(table, "first");
  const first = find(table, "first");
  const numbers = new Set<number | undefined>();
  for (let i = 0; i < 50_000; i++) {
    find(table, `text ${i}`);
    numbers.add(find(table, `text ${i}`));
  }
  t.false(numbers.has(undefined));
  t.is(numbers.size, 50_000);
  t.false(numbers.has(first));
  t.is(find(table, "first"), undefined);
});

test("a very long text is always new", (t) => {
  const table = new TextTable();
  find(table, "x".repeat(5000));
  t.is(find(table, "x".repeat(5000)), undefined);
});
