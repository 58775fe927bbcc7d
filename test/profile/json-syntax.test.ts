import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { findSyntaxError } from "../../src/profile/json-syntax.js";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

testProp("when text is JSON then there is no error", [fc.json()], (t, text) => {
  t.is(findSyntaxError(text), undefined);
});

const characters = Array.from('{}[],:"\\ \n0123-+.eEtruefalsn');
const jsonish = fc.string({ unit: fc.constantFrom(...characters), maxLength: 12 });

testProp(
  "when text is nearly JSON then there is an error exactly where JSON.parse sees one too",
  [jsonish],
  (t, text) => {
    t.is(findSyntaxError(text) === undefined, isJson(text));
  },
  { numRuns: 5000 },
);

testProp("when JSON is cut then the error is not after the cut", [fc.json(), fc.nat()], (t, text, cut) => {
  const start = text.slice(0, cut % (text.length + 1));
  const error = findSyntaxError(start);
  t.true(error === undefined ? isJson(start) : error.line === 1 && error.column <= start.length + 1);
});

const cases: readonly (readonly [string, number, number])[] = [
  ["", 1, 1],
  ['{"a":1,}', 1, 8],
  ['{\n  "a" 1}', 2, 7],
  ["[1 2]", 1, 4],
  ['{"a":1}\nx', 2, 1],
  ["tru", 1, 1],
  ['["a\nb"]', 1, 2],
];

for (const [text, line, column] of cases) {
  test(`when ${JSON.stringify(text)} is read then the error is at ${line}:${column}`, (t) => {
    t.deepEqual(findSyntaxError(text), { line, column });
  });
}

test("when nesting is deep then the stack is not exhausted", (t) => {
  t.deepEqual(findSyntaxError("[".repeat(100_000)), { line: 1, column: 100_001 });
});
