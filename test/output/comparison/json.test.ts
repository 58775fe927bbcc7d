import { readFileSync } from "node:fs";
import { testProp } from "@fast-check/ava";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import * as v from "valibot";
import { renderJson } from "../../../src/output/comparison/json.js";
import { comparisonSchema } from "../../../src/output/comparison/schema.js";
import { comparison, someRuns } from "./arbitrary.js";
import { lessExercised, much, same } from "./sample.js";

const published = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync("schema/check.schema.json", "utf8")) as object,
);

test("when the document is read then it has its version, the exit code and all of the comparison", (t) => {
  for (const [one, exitCode] of [
    [same, 0],
    [much, 1],
    [lessExercised, 5],
  ] as const) {
    t.deepEqual(JSON.parse(renderJson(one, exitCode)), { schema: 1, exitCode, ...one });
  }
});

test("when a member is missing or of another type then the published schema refuses it", (t) => {
  const { growth, ...rest } = much;
  t.false(published({ schema: 1, exitCode: 1, ...rest }));
  t.false(
    published({ schema: 1, exitCode: 1, ...rest, growth: growth.map((one) => ({ ...one, severity: "x" })) }),
  );
  t.false(published({ schema: 2, exitCode: 1, ...much }));
});

test("when a later version adds members then readers of this one still accept it", (t) => {
  t.true(published({ schema: 1, exitCode: 1, ...much, added: true }));
});

testProp(
  "every document is of the schema, and safe in a log",
  [comparison],
  (t, one) => {
    const text = renderJson(one, 1);
    const document = JSON.parse(text) as unknown;
    t.true(published(document), JSON.stringify(published.errors));
    t.true(v.is(comparisonSchema, document));
    t.deepEqual(document, { schema: 1, exitCode: 1, ...(JSON.parse(JSON.stringify(one)) as object) });
    t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|##(?:vso)?\[/);
  },
  someRuns,
);
