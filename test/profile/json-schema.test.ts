import { readFileSync } from "node:fs";
import test from "ava";
import { formatJsonSchema } from "../../src/profile/json-schema.js";

test("when the schema changes then the published JSON Schema is generated again (scripts/generate-schema)", (t) => {
  t.deepEqual(JSON.parse(readFileSync("schema/profile.schema.json", "utf8")), JSON.parse(formatJsonSchema()));
});

test("when an editor reads the published schema then optional members are not required and others not allowed", (t) => {
  const schema = JSON.parse(formatJsonSchema()) as {
    properties: { facts: { items: { oneOf: { properties: Record<string, object>; required: string[] }[] } } };
  };
  const file = schema.properties.facts.items.oneOf.find(({ required }) => required.includes("access"));
  t.deepEqual(file?.required, ["kind", "access", "path"]);
  t.like(file, {
    additionalProperties: false,
    properties: { kind: { const: "file" }, path: { type: "string" } },
  });
});
