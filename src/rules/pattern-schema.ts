/** Patterns as a valibot schema, made from what there is to say; the published JSON Schemas follow from it. */
import * as v from "valibot";
import type { PatternText } from "./pattern.js";
import { kinds, type Member } from "./vocabulary.js";

type Schema = v.GenericSchema;

/** Texts with wildcards may stand for one of the words that there are. */
const withWildcard = v.pipe(v.string(), v.regex(/\*/));

function oneOf({ type, values, form, shorthands }: Member): Schema {
  if (type === "boolean") return v.boolean();
  if (type === "number") return v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65535));
  if (values === undefined || form !== undefined) return v.string();
  return v.union([v.picklist([...values, ...(shorthands?.keys() ?? [])]), withWildcard]);
}

function oneOrMany(member: Member): Schema {
  const one = oneOf(member);
  return v.exactOptional(v.union([one, v.pipe(v.array(one), v.minLength(1))]));
}

/** A pattern: `kind`, and values for the members that matter. */
export const patternSchema = v.variant(
  "kind",
  [...kinds].map(([kind, members]) =>
    v.strictObject({
      kind: v.literal(kind),
      ...Object.fromEntries([...members].map(([name, member]) => [name, oneOrMany(member)])),
    }),
  ),
) as unknown as v.GenericSchema<unknown, PatternText>;

/** A reason that says something. */
export const reasonSchema = v.pipe(v.string(), v.regex(/\S/));
