/** Reading the stored document: from text, a file or standard input, with errors that say what is wrong and where. */
import { readFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import * as v from "valibot";
import { badInput } from "../errors.js";
import { FactSet } from "../facts/set.js";
import type { Learned } from "../learning/types.js";
import { describeFileError } from "../output/files.js";
import { findSyntaxError } from "./json-syntax.js";
import { assemble } from "./assembly.js";
import { fromVersion1 } from "./migration.js";
import { profileSchema, profileSchema1 } from "./schema.js";
import { type Profile, type Run, schemaVersion, type Soaked } from "./types.js";

/**
 * Reads a profile from a file, or from standard input for `-`.
 *
 * @throws ProfileError (bad input) when it cannot be read or is not a profile.
 */
export async function readProfile(path: string): Promise<Profile> {
  if (path === "-") {
    return parseProfile(await readStream(process.stdin), "standard input");
  }
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw badInput(`cannot read ${path}: ${describeFileError(error)}`, { cause: error });
  }
  return parseProfile(text, path);
}

/**
 * @param name how to call the source in errors.
 * @returns the profile, its facts sorted and each there once. Documents of earlier versions are read as today's.
 * @throws ProfileError (bad input): not JSON (line and column), made by a newer version, or not of the schema (JSON path).
 */
export function parseProfile(text: string, name: string): Profile {
  const document = parseJson(text, name);
  const version = versionOf(document, name);
  const profile =
    version === 1
      ? fromVersion1(validate(profileSchema1, document, name))
      : validate(profileSchema, document, name);
  return { ...profile, facts: [...FactSet.of(profile.facts)] };
}

function validate<T>(schema: v.GenericSchema<unknown, T>, document: unknown, name: string): T {
  const result = v.safeParse(schema, document, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw badInput(`${name} is not a valid profile: ${describeIssue(issue)}`);
  }
  return result.output;
}

/** The profile of one learning run. What a run that failed has not shown is missing evidence, so the profile says that. */
export function fromLearned(learned: Learned, tracer: Run["tracer"]): Profile {
  const { started, phases, evidence, failure, assumed = [] } = learned;
  const run: Omit<Run, "id"> = {
    started,
    duration: Math.round(learned.duration * 1000) / 1000,
    tracer,
    capabilities: "inferred",
    phases,
    incomplete: [...learned.incomplete, ...(failure === undefined ? [] : [`the run failed: ${failure}`])],
    ...(assumed.length === 0 ? {} : { assumed }),
    ...soakedOf(learned),
    host: 0,
  };
  return {
    schema: schemaVersion,
    unit: learned.unit,
    facts: [...learned.facts],
    hosts: [learned.host],
    ...assemble(learned.unit.name, [{ run, evidence }]),
  };
}

function soakedOf({ soak, soaked }: Learned): { readonly soak?: Soaked } {
  if (soak === undefined || soaked === undefined) {
    return {};
  }
  const until =
    soak.duration !== undefined ? "duration" : soak.command !== undefined ? "command" : "operator";
  return { soak: { until, seconds: Math.round(soaked * 1000) / 1000 } };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (text.trim() === "") {
      throw badInput(`${name} is empty, not a profile`, { cause: error });
    }
    const position = findSyntaxError(text);
    const where = position === undefined ? "" : ` at line ${position.line}, column ${position.column}`;
    throw badInput(`${name} is not a profile: it is not JSON${where}`, { cause: error });
  }
}

/** Before the schema is applied, so that a newer document is called newer and not wrong. */
function versionOf(document: unknown, name: string): number {
  const version: unknown =
    typeof document === "object" && document !== null && "schema" in document ? document.schema : undefined;
  if (typeof version !== "number") {
    throw badInput(`${name} is not a profile: it has no "schema" version`);
  }
  if (version > schemaVersion) {
    throw badInput(
      `${name} has schema version ${version}, this program knows up to ${schemaVersion}: use a newer sandbox-profiler`,
    );
  }
  return version;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) => pathStep(item.key)).join("");
  const expected = issue.expected === null ? "" : `expected ${issue.expected} but `;
  return issue.expected === "never"
    ? `$${path} is not a known member`
    : `$${path}: ${expected}found ${issue.received}`;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

function pathStep(key: unknown): string {
  if (typeof key === "number") {
    return `[${key}]`;
  }
  const text = String(key);
  return identifier.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}
