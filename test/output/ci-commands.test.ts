import test from "ava";
import { withoutCommands, withoutCommandsInJson } from "../../src/output/ci-commands.js";

test("when a line would be a command of a CI system then it is none any more", (t) => {
  t.is(withoutCommands("::error::x"), "\\x3a:error::x");
  t.is(withoutCommands(" \t ::stop-commands::x"), " \t \\x3a:stop-commands::x");
  t.is(withoutCommands("a ##[error]x ###[b]"), "a #\\x23[error]x ##\\x23[b]");
  t.is(withoutCommands("##vso[a] ##TeamCity[b]"), "#\\x23vso[a] #\\x23TeamCity[b]");
});

test("when a line is none then it stays as it is", (t) => {
  for (const line of ["binds :: port 80", "a::b", "## [x]", "#[x]", ":: "].map((text) => `x ${text}`)) {
    t.is(withoutCommands(line), line);
  }
});

test("when JSON has such a command then its strings stay the same", (t) => {
  const document = { path: "/##[error]x/##vso[y]" };
  const json = withoutCommandsInJson(JSON.stringify(document));
  t.false(json.includes("##"));
  t.deepEqual(JSON.parse(json), document);
});
