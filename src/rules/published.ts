/** Every JSON Schema that is published, by the name of its file below schema/. */
import { formatJsonSchema } from "../profile/json-schema.js";
import { profileSchema } from "../profile/schema.js";
import { allowSchema } from "./allow.js";
import { ceilingSchema } from "./ceiling.js";
import { patternSchema } from "./pattern-schema.js";

/** File names and contents. */
export function publishedSchemas(): Readonly<Record<string, string>> {
  const parts = { pattern: patternSchema };
  return {
    "profile.schema.json": formatJsonSchema(
      profileSchema,
      "Profile of a systemd unit, as sandbox-profiler stores it",
    ),
    "allow.schema.json": formatJsonSchema(
      allowSchema,
      "Growth that was accepted, for sandbox-profiler's --allow",
      parts,
    ),
    "ceiling.schema.json": formatJsonSchema(
      ceilingSchema,
      "What no profile may hold, for sandbox-profiler's --ceiling",
      parts,
    ),
  };
}
