import test from "ava";
import { directives } from "../../src/directives/index.js";
import { liftedBy, refusalOf } from "../../src/directives/refusals.js";

const names = directives.flatMap((directive) => directive.names);

test("when a directive is decided then it can be told what it refuses and how that fails", (t) => {
  t.deepEqual(
    names.filter((name) => refusalOf(name) === undefined),
    [],
  );
});

test("when a refusal is told then it is one sentence in one line", (t) => {
  for (const name of names) {
    t.regex(refusalOf(name) ?? "", /^\S[^\n]*\.$/, name);
  }
});

test("when a directive is not known then nothing is told of it", (t) => {
  t.is(refusalOf("toString"), undefined);
  t.deepEqual(liftedBy("constructor"), []);
  t.deepEqual(liftedBy("ProtectHome"), []);
});
