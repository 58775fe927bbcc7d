/**
 * The JSON document of a check as a valibot schema, which the published JSON Schema (schema/check.schema.json) is made
 * from. Unlike a profile it may get more members without becoming another version, so that none is refused.
 */
import * as v from "valibot";
import { severities } from "../../comparison/types.js";
import { breadths, managers, postures } from "../../directives/types.js";
import { factSchema } from "../../profile/schema.js";
import { type ComparisonDocument, documentVersion } from "./json.js";

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const strings = v.array(v.string());
const severity = v.picklist(severities);

const side = v.object({
  name: v.string(),
  unit: v.string(),
  facts: natural,
  runs: natural,
  phases: strings,
});

const settingChange = v.object({
  directive: v.string(),
  from: v.nullable(strings),
  to: v.nullable(strings),
  gains: strings,
  drops: strings,
});

const sighting = v.object({
  count: natural,
  first: v.number(),
  phase: v.string(),
  process: v.string(),
  example: v.string(),
  executable: v.exactOptional(v.string()),
  seen: natural,
  runs: natural,
});

const witness = {
  fact: factSchema,
  text: v.string(),
  evidence: v.nullable(sighting),
  trial: v.exactOptional(v.picklist(["needed", "unneeded"])),
};

const growth = v.object({
  ...witness,
  severity,
  gain: v.string(),
  settings: v.array(settingChange),
  before: v.nullable(factSchema),
});

const acceptance = v.object({ growth, reason: v.string(), expires: v.string() });

const unitChange = v.object({
  setting: v.string(),
  from: v.string(),
  to: v.string(),
  direction: v.picklist(["more", "less", "other"]),
  severity,
  gain: v.string(),
  dropped: v.exactOptional(v.string()),
  rule: v.exactOptional(
    v.object({ state: v.picklist(["accepted", "lapsed"]), reason: v.string(), expires: v.string() }),
  ),
});

export const comparisonSchema = v.object({
  schema: v.literal(documentVersion),
  exitCode: natural,
  verdict: v.picklist(["more", "inconclusive", "less", "same"]),
  unit: v.string(),
  baseline: side,
  candidate: side,
  target: natural,
  manager: v.picklist(managers),
  posture: v.picklist(postures),
  breadth: v.picklist(breadths),
  failOn: severity,
  growth: v.array(growth),
  tolerated: v.array(growth),
  accepted: v.array(acceptance),
  lapsed: v.array(acceptance),
  violations: v.array(v.object({ ...witness, severity, gain: v.string(), reason: v.string() })),
  unseen: v.exactOptional(strings),
  unitChanges: v.array(unitChange),
  settings: v.array(settingChange),
  takeBack: v.array(settingChange),
  gone: v.array(v.object({ ...witness, severity })),
  covered: v.array(v.object({ ...witness, by: v.string() })),
  inconclusive: strings,
  unused: strings,
}) satisfies v.GenericSchema<unknown, ComparisonDocument>;

/** What is in it more than once, by the name that the JSON Schema gives it. */
export const comparisonParts = { fact: factSchema, evidence: sighting, settingChange, growth, acceptance };
