/** The JSON Schemas that are published with the package, by the names of their files in schema/ (scripts/generate-schema). */
import { formatJsonSchema } from "../profile/json-schema.js";
import { profileSchema } from "../profile/schema.js";
import { allowSchema } from "../rules/allow.js";
import { ceilingSchema } from "../rules/ceiling.js";
import { patternSchema } from "../rules/pattern-schema.js";
import { comparisonParts, comparisonSchema } from "./comparison/schema.js";

export function publishedSchemas(): Readonly<Record<string, string>> {
  const pattern = { pattern: patternSchema };
  return {
    "profile.schema.json": formatJsonSchema(
      profileSchema,
      "Profile of a systemd unit, as sandbox-profiler stores it",
    ),
    "allow.schema.json": formatJsonSchema(
      allowSchema,
      "Growth that was accepted, for sandbox-profiler's --allow",
      pattern,
    ),
    "ceiling.schema.json": formatJsonSchema(
      ceilingSchema,
      "What no profile may hold, for sandbox-profiler's --ceiling",
      pattern,
    ),
    "check.schema.json": formatJsonSchema(
      comparisonSchema,
      "What profile check --format json prints",
      comparisonParts,
    ),
  };
}
