import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { safe, safeLines } from "../../src/output/escape.js";

test("when a path has escape sequences then they are shown and not obeyed", (t) => {
  t.is(safe("/tmp/\u001b[2J\u0007x"), "/tmp/\\x1b[2J\\x07x");
  t.is(safe("a\u009b31mb"), "a\\x9b31mb");
  t.is(safe("one\ntwo\r"), "one\\x0atwo\\x0d");
});

test("when a name reorders or hides text then that is shown", (t) => {
  t.is(safe("safe\u202etxt.exe"), "safe\\u{202e}txt.exe");
  t.is(safe("a\u200bb\ufeff"), "a\\u{200b}b\\u{feff}");
  t.is(safe("x\ud800y"), "x\\u{d800}y");
  t.is(safe("tag\u{e0041}"), "tag\\u{e0041}");
});

test("when text is ordinary in any language then it stays", (t) => {
  const text = "/srv/Ünï/日本語/😀 x";
  t.is(safe(text), text);
});

test("when text has several lines then only the newlines stay", (t) => {
  t.is(safeLines("a\n\u001bb\n"), "a\n\\x1bb\n");
});

testProp(
  "when text is arbitrary then no control character is left",
  [fc.string({ unit: "binary" })],
  (t, text) => {
    t.notRegex(safe(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  },
);
