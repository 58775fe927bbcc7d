import test from "ava";
import { colorsFor, isLively } from "../../src/output/terminal.js";

const terminal = { isTTY: true, write: () => true };
const pipe = { isTTY: false, write: () => true };

test("when output is a terminal then it has colours", (t) => {
  t.true(isLively(terminal, { TERM: "xterm" }));
  t.is(colorsFor(terminal, {}).red("x"), "\u001b[31mx\u001b[39m");
});

test("when output is a pipe, or NO_COLOR or CI is set, or the terminal is dumb then it has none", (t) => {
  t.is(colorsFor(pipe, {}).red("x"), "x");
  t.is(colorsFor({ write: () => true }, {}).red("x"), "x");
  for (const environment of [{ NO_COLOR: "1" }, { CI: "true" }, { TERM: "dumb" }]) {
    t.is(colorsFor(terminal, environment).red("x"), "x");
  }
});

test("when NO_COLOR or CI is empty, or CI says false, then it counts as not set", (t) => {
  t.true(isLively(terminal, { NO_COLOR: "", CI: "" }));
  t.true(isLively(terminal, { CI: "false" }));
});
