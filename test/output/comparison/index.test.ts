import test from "ava";
import picocolors from "picocolors";
import { checkFormats } from "../../../src/output/comparison/formats.js";
import { renderComparison } from "../../../src/output/comparison/index.js";
import { much } from "./sample.js";

const options = {
  colors: picocolors.createColors(false),
  verbose: false,
  exitCode: 1,
  version: "1.2.3",
  baseline: { path: "p.json", text: '{\n"facts": [\n]}' },
};

const starts = {
  text: /^demo\.service needs 3 privileges/,
  json: /^\{\n {2}"schema": 1,\n {2}"exitCode": 1,\n/,
  markdown: /^### `demo\.service` needs/,
  junit: /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /,
  sarif: /^\{\n {2}"\$schema": ".*sarif-schema-2\.1\.0\.json",\n {2}"version": "2\.1\.0",/,
  github: /^::error title=/,
};

for (const format of checkFormats) {
  test(`when ${format} is asked for then that is rendered, each time the same, with one newline at the end`, async (t) => {
    const first = await renderComparison(format, much, options);
    t.regex(first, starts[format]);
    t.regex(first, /[^\n]\n$/);
    t.is(await renderComparison(format, much, options), first);
  });
}

test("when the baseline is a file then reports for version control point at a line of it, otherwise at none", async (t) => {
  for (const [format, place] of [
    ["junit", "p.json:3"],
    ["sarif", '"startLine": 3'],
    ["github", "file=p.json,line=3,"],
  ] as const) {
    t.true((await renderComparison(format, much, options)).includes(place));
    t.false((await renderComparison(format, much, { ...options, baseline: null })).includes("p.json"));
  }
});
