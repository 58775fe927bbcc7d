import test from "ava";
import { decide } from "../../../src/directives/index.js";
import { file, outcome, situation } from "../context.js";

test("when homes look empty then no other entry for them shows them again", (t) => {
  const lines = (access: "missing" | "read") =>
    outcome(
      decide(situation({ facts: [file("execute", "/usr/bin/x"), file(access, "/root/.x")] })),
      "NoExecPaths",
    ).join(" ");
  t.false(lines("missing").includes("-/root"), lines("missing"));
  t.true(lines("read").includes("-/root"), lines("read"));
});
