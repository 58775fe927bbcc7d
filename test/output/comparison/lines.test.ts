import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { compareText, factId } from "../../../src/facts/set.js";
import type { Fact } from "../../../src/facts/types.js";
import { findLines } from "../../../src/output/comparison/lines.js";
import { formatProfile } from "../../../src/profile/format.js";
import { sampleProfile } from "../../profile/sample.js";

function file(path: string): Fact {
  return { kind: "file", access: "read", path };
}

test("when a fact is in the profile then its line is found, and the line of the unit", (t) => {
  const text = formatProfile(sampleProfile);
  const lines = text.split("\n");
  const found = findLines(text);
  for (const fact of sampleProfile.facts) {
    t.deepEqual(
      JSON.parse((lines[found.ofFact(fact) - 1] ?? "").replace(/,$/, "")),
      JSON.parse(factId(fact)),
    );
  }
  t.is(lines[found.ofUnit - 1], '  "unit": {');
});

test("when a fact is not in the profile then the line is that before which it would be inserted", (t) => {
  const text = formatProfile({ ...sampleProfile, facts: ["/a", "/c", "/e"].map(file) });
  const { ofFact } = findLines(text);
  const lines = text.split("\n");
  t.regex(lines[ofFact(file("/b")) - 1] ?? "", /"\/c"/);
  t.regex(lines[ofFact(file("/d")) - 1] ?? "", /"\/e"/);
  t.is(lines[ofFact(file("/f")) - 1], "  ],");
});

test("when a profile has no facts then the line is that of the list", (t) => {
  t.is(findLines('{\n"facts": []}').ofFact(file("/a")), 2);
  t.is(findLines('{\n"facts":\n[\n\n]}').ofFact(file("/a")), 5);
});

test("when a hand has laid the profile out then lines are found all the same", (t) => {
  const text = `{ "note": "facts", "\\u0066acts"\r
 : [ {"kind":"file",\t"path":"/b ] } \\" [",
"access" : "read"}, { "access":
"read", "path": "/a",

"kind": "file" } ],
"hosts": [{ "facts": [{ "kind": "file", "access": "read", "path": "/z" }] }],
"unit": {} }`;
  const { ofFact, ofUnit } = findLines(text);
  t.is(ofFact(file('/b ] } " [')), 2);
  t.is(ofFact(file("/a")), 3);
  t.is(ofFact(file("/z")), 6);
  t.is(ofUnit, 8);
});

test("when a text is not a profile then the first line is meant", (t) => {
  for (const text of ["", "]]]}", "no JSON", "[]", '"facts"', '{"facts":["x",1,null,{]}']) {
    t.is(findLines(text).ofFact(file("/a")), 1, text);
  }
});

testProp(
  "facts are found however the document is indented",
  [fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }), fc.nat(4), fc.string()],
  (t, paths, indent, other) => {
    const facts = paths.map(file).sort((a, b) => compareText(factId(a), factId(b)));
    const text = JSON.stringify({ unit: { note: other }, facts }, null, indent);
    const { ofFact } = findLines(text);
    const lines = facts.map(ofFact);
    // Each begins where the one before it has ended.
    t.deepEqual(
      lines,
      facts.map((_, i) => (indent === 0 ? 1 : 6 + 5 * i)),
    );
  },
);
