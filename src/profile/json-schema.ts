/**
 * The published JSON Schema (draft 2020-12) of the document, made from the valibot schema that reading applies. It
 * knows just the building blocks that ./schema.ts uses and refuses others, so that nothing is lost on the way.
 */
import type * as v from "valibot";
import { profileSchema } from "./schema.js";

type Json = Readonly<Record<string, unknown>>;

/** The members that the building blocks have, as far as they are read here. */
interface Block {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Block>>;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly item?: Block;
  readonly value?: Block;
  readonly wrapped?: Block;
  readonly pipe?: readonly (Block & { readonly requirement?: unknown })[];
}

const checks: Readonly<Record<string, (requirement: unknown) => Json>> = {
  // JSON has no other numbers.
  finite: () => ({}),
  safe_integer: () => ({ type: "integer" }),
  min_value: (minimum) => ({ minimum }),
  max_value: (maximum) => ({ maximum }),
  non_empty: () => ({ minLength: 1 }),
  min_length: (minItems) => ({ minItems }),
  regex: (pattern) => ({ pattern: (pattern as RegExp).source }),
  iso_timestamp: () => ({ format: "date-time" }),
};

const blocks: Readonly<Record<string, (block: Block) => Json>> = {
  string: () => ({ type: "string" }),
  number: () => ({ type: "number" }),
  boolean: () => ({ type: "boolean" }),
  literal: ({ literal }) => ({ const: literal }),
  picklist: ({ options }) => ({ enum: options }),
  array: ({ item }) => ({ type: "array", items: convert(item) }),
  record: ({ value }) => ({ type: "object", additionalProperties: convert(value) }),
  nullable: ({ wrapped }) => ({ anyOf: [convert(wrapped), { type: "null" }] }),
  exact_optional: ({ wrapped }) => convert(wrapped),
  variant: ({ options }) => ({ oneOf: (options as readonly Block[]).map(convert) }),
  strict_object: ({ entries = {} }) => ({
    type: "object",
    properties: Object.fromEntries(Object.entries(entries).map(([name, block]) => [name, convert(block)])),
    required: Object.keys(entries).filter((name) => entries[name]?.type !== "exact_optional"),
    additionalProperties: false,
  }),
};

function convert(block: Block | undefined): Json {
  const build = block === undefined ? undefined : blocks[block.type];
  if (block === undefined || build === undefined) {
    throw new TypeError(`no JSON Schema for ${block?.type ?? "nothing"}`);
  }
  const [, ...actions] = block.pipe ?? [];
  return Object.assign({}, build(block), ...actions.map(convertCheck)) as Json;
}

function convertCheck({
  type,
  requirement,
}: {
  readonly type: string;
  readonly requirement?: unknown;
}): Json {
  const build = checks[type];
  if (build === undefined) {
    throw new TypeError(`no JSON Schema for the check ${type}`);
  }
  return build(requirement);
}

/** The file schema/profile.schema.json. */
export function formatJsonSchema(): string {
  const schema: v.GenericSchema = profileSchema;
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Profile of a systemd unit, as sandbox-profiler stores it",
    ...convert(schema),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
