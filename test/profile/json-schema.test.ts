import { readFileSync } from "node:fs";
import test from "ava";
import { publishedSchemas } from "../../src/output/published-schemas.js";

const published = publishedSchemas();

for (const [name, text] of Object.entries(published)) {
  test(`when a schema changes then ${name} is generated again (scripts/generate-schema)`, (t) => {
    t.deepEqual(JSON.parse(readFileSync(`schema/${name}`, "utf8")), JSON.parse(text));
  });
}

test("when an editor reads the published schema then optional members are not required and others not allowed", (t) => {
  const schema = JSON.parse(published["profile.schema.json"] ?? "") as {
    properties: { facts: { items: { oneOf: { properties: Record<string, object>; required: string[] }[] } } };
  };
  const file = schema.properties.facts.items.oneOf.find(({ required }) => required.includes("access"));
  t.deepEqual(file?.required, ["kind", "access", "path"]);
  t.like(file, {
    additionalProperties: false,
    properties: { kind: { const: "file" }, path: { type: "string" } },
  });
});
