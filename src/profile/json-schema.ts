/**
 * JSON Schemas (draft 2020-12) of our documents, made from the valibot schemas that we apply ourselves. It knows just
 * the building blocks that those use and refuses others, so that nothing is lost on the way.
 */
import type * as v from "valibot";

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
  readonly getter?: (input: unknown) => Block;
  readonly pipe?: readonly (Block & { readonly requirement?: unknown })[];
}

const checks: Readonly<Record<string, (requirement: unknown) => Json>> = {
  // JSON has no other numbers.
  finite: () => ({}),
  safe_integer: () => ({ type: "integer" }),
  min_value: (minimum) => ({ minimum }),
  max_value: (maximum) => ({ maximum }),
  max_length: (maxLength) => ({ maxLength }),
  non_empty: () => ({ minLength: 1 }),
  min_length: (minItems) => ({ minItems }),
  regex: (pattern) => ({ pattern: (pattern as RegExp).source }),
  iso_timestamp: () => ({ format: "date-time" }),
  iso_date: () => ({ format: "date" }),
};

/** Converts what a block is made of. */
type Convert = (block: Block | undefined) => Json;

const blocks: Readonly<Record<string, (block: Block, convert: Convert) => Json>> = {
  string: () => ({ type: "string" }),
  number: () => ({ type: "number" }),
  boolean: () => ({ type: "boolean" }),
  literal: ({ literal }) => ({ const: literal }),
  picklist: ({ options }) => ({ enum: options }),
  array: ({ item }, convert) => ({ type: "array", items: convert(item) }),
  record: ({ value }, convert) => ({ type: "object", additionalProperties: convert(value) }),
  nullable: ({ wrapped }, convert) => ({ anyOf: [convert(wrapped), { type: "null" }] }),
  exact_optional: ({ wrapped }, convert) => convert(wrapped),
  lazy: ({ getter }, convert) => convert(getter?.(undefined)),
  union: ({ options }, convert) => ({ anyOf: (options as readonly Block[]).map(convert) }),
  variant: ({ options }, convert) => ({ oneOf: (options as readonly Block[]).map(convert) }),
  object: convertMembers,
  strict_object: (block, convert) => ({ ...convertMembers(block, convert), additionalProperties: false }),
};

function convertMembers({ entries = {} }: Block, convert: Convert): Json {
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(entries).map(([name, block]) => [name, convert(block)])),
    required: Object.keys(entries).filter((name) => entries[name]?.type !== "exact_optional"),
  };
}

function convertBlock(block: Block | undefined, convert: Convert): Json {
  const build = block === undefined ? undefined : blocks[block.type];
  if (block === undefined || build === undefined) {
    throw new TypeError(`no JSON Schema for ${block?.type ?? "nothing"}`);
  }
  const [, ...actions] = block.pipe ?? [];
  return Object.assign({}, build(block, convert), ...actions.map(convertCheck)) as Json;
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

/**
 * A file in schema/.
 *
 * @param parts schemas that it refers to by name instead of repeating them.
 */
export function formatJsonSchema(
  schema: v.GenericSchema,
  title: string,
  parts: Readonly<Record<string, v.GenericSchema>> = {},
): string {
  const names = new Map<unknown, string>(Object.entries(parts).map(([name, part]) => [part, name]));
  const convert: Convert = (block) => {
    const name = names.get(block);
    return name === undefined ? convertBlock(block, convert) : { $ref: `#/$defs/${name}` };
  };
  const definitions = Object.entries(parts).map(([name, part]) => [name, convertBlock(part, convert)]);
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...convert(schema),
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) as Json }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
