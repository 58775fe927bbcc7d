/** The JSON Schemas that are published with the package, by the names of their files in schema/ (scripts/generate-schema). */
import { comparisonSchema, comparisonParts } from "./comparison/schema.js";
import { formatJsonSchema } from "../profile/json-schema.js";
import { profileSchema } from "../profile/schema.js";

export function publishedSchemas(): Readonly<Record<string, string>> {
  return {
    "profile.schema.json": formatJsonSchema(
      profileSchema,
      "Profile of a systemd unit, as sandbox-profiler stores it",
    ),
    "check.schema.json": formatJsonSchema(
      comparisonSchema,
      "What profile check --format json prints",
      comparisonParts,
    ),
  };
}
