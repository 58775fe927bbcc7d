import { readFileSync } from "node:fs";
import test from "ava";
import { formatJsonSchema } from "../../src/profile/json-schema.js";
import { publishedSchemas } from "../../src/output/published-schemas.js";
import { profileSchema } from "../../src/profile/schema.js";

test("when a schema changes then the published JSON Schemas are generated again (scripts/generate-schema)", (t) => {
  for (const [name, text] of Object.entries(publishedSchemas())) {
    t.deepEqual(JSON.parse(readFileSync(`schema/${name}`, "utf8")), JSON.parse(text), name);
  }
});

test("when an editor reads the published schema then optional members are not required and others not allowed", (t) => {
  const schema = JSON.parse(formatJsonSchema(profileSchema, "")) as {
    properties: { facts: { items: { oneOf: { properties: Record<string, object>; required: string[] }[] } } };
  };
  const file = schema.properties.facts.items.oneOf.find(({ required }) => required.includes("access"));
  t.deepEqual(file?.required, ["kind", "access", "path"]);
  t.like(file, {
    additionalProperties: false,
    properties: { kind: { const: "file" }, path: { type: "string" } },
  });
});
