import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { placesIn } from "../../src/rules/places.js";

const text = `{
  "a": [1, {"b": null}],
  "c\\"d": "x, y: {z}",
  "a2": {}
}`;

test("when a value is looked for then its line and column are told, and those of its name", (t) => {
  const { positionOf } = placesIn(text);
  t.deepEqual(positionOf([]), { line: 1, column: 1 });
  t.deepEqual(positionOf(["a", 1, "b"]), { line: 2, column: 18 });
  t.deepEqual(positionOf(["a", 1, "b"], "name"), { line: 2, column: 13 });
  t.deepEqual(positionOf(['c"d']), { line: 3, column: 11 });
  t.deepEqual(positionOf(["a2"]), { line: 4, column: 9 });
  t.is(positionOf(["a", 2]), undefined);
  t.is(positionOf(["b"]), undefined);
});

test("when an object has a member twice then that is noticed, and only then", (t) => {
  t.is(placesIn(text).doubled, undefined);
  t.is(placesIn('[{"a": 1}, {"a": 1}, ["a", "a"]]').doubled, undefined);
  t.deepEqual(placesIn('{"x": [{"a": 1, "\\u0061": 2}]}').doubled, ["x", 0, "a"]);
});

test("when nesting is deep then neither the stack nor patience is exhausted", (t) => {
  const { positionOf } = placesIn(`${"[".repeat(200_000)}1${"]".repeat(200_000)}`);
  t.deepEqual(positionOf([0, 0]), { line: 1, column: 3 });
});

testProp(
  "whatever the document, each value is found where it stands",
  [fc.jsonValue({ maxDepth: 8 }), fc.nat(4)],
  (t, value, indent) => {
    const document = JSON.stringify(value, null, indent);
    const { positionOf } = placesIn(document);
    const lines = document.split("\n");
    const check = (part: unknown, path: (string | number)[]): void => {
      const { line = 0, column = 0 } = positionOf(path) ?? {};
      const rest = lines[line - 1]?.slice(column - 1) ?? "";
      if (typeof part === "object" && part !== null) {
        t.is(rest[0], Array.isArray(part) ? "[" : "{");
        for (const [key, one] of Object.entries(part))
          check(one, [...path, Array.isArray(part) ? Number(key) : key]);
      } else {
        t.true(rest.startsWith(JSON.stringify(part)), rest);
      }
    };
    check(JSON.parse(document), []);
  },
);
