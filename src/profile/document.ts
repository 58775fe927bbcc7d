/** Reading the stored document: from text, a file or standard input, with errors that say what is wrong and where. */
import * as v from "valibot";
import { badInput } from "../errors.js";
import { factId } from "../facts/set.js";
import type { Learned } from "../learning/types.js";
import { assemble } from "./assembly.js";
import { inconsistencyIn, membersOf, surveyDocument } from "./consistency.js";
import {
  countMembers,
  findRepeatedMember,
  findSyntaxError,
  type Position,
  positionOf,
} from "./json-syntax.js";
import { mergeProfiles } from "./merge.js";
import { fromVersion1, fromVersion2 } from "./migration.js";
import { found, pathText, type Problem, problemOf, quoted } from "./problem.js";
import { type Profile1, type Profile2, profileSchema, profileSchema1, profileSchema2 } from "./schema.js";
import { readSource } from "./source.js";
import { type Profile, type Run, schemaVersion, type Soaked } from "./types.js";

/**
 * Reads a profile from a file, or from standard input for `-`.
 *
 * @throws ProfileError (bad input) when it cannot be read or is not a profile.
 */
export async function readProfile(path: string): Promise<Profile> {
  return inOrder(await readDocument(path));
}

/**
 * The same as it stands there, for what brings it into order itself: facts, hosts and runs may be there twice, and evidence
 * for facts that are not.
 *
 * @throws ProfileError (bad input) when it cannot be read or is not a profile.
 */
export async function readDocument(path: string): Promise<Profile> {
  const { text, name } = await readSource(path);
  return parseDocument(text, name);
}

/**
 * @param name how to call the source in errors.
 * @returns the profile in canonical order: facts and runs sorted and each there once, machines joined. A fact that was deleted
 *   by hand takes its evidence and verdict along. Documents of earlier versions are read as today's.
 * @throws ProfileError (bad input): not JSON, made by a newer version, not of the schema, or inconsistent; with line and
 *   column.
 */
export function parseProfile(text: string, name: string): Profile {
  return inOrder(parseDocument(text, name));
}

function inOrder(profile: Profile): Profile {
  return isInOrder(profile) ? profile : mergeProfiles([profile]);
}

/** What was learned and nothing more: one run, each fact once and sorted, no evidence without its fact, no trials. */
function isInOrder({ facts, hosts, runs, evidence, verdicts, dropped, proofs }: Profile): boolean {
  if (hosts.length !== 1 || runs.length !== 1) return false;
  if ((verdicts ?? dropped ?? proofs) !== undefined) return false;
  let last = "";
  let witnessed = 0;
  for (const fact of facts) {
    const id = factId(fact);
    if (id <= last) return false;
    last = id;
    const seen = Object.hasOwn(evidence, id) ? evidence[id] : undefined;
    if (seen !== undefined) {
      if (seen.runs !== "0") return false;
      witnessed++;
    }
  }
  return witnessed === Object.keys(evidence).length;
}

function parseDocument(text: string, name: string): Profile {
  const document = parseJson(text, name);
  const version = versionOf(document, text, name);
  const schema = schemaOf(version);
  const result = v.safeParse(schema, document, { abortEarly: true });
  // The schema sees no members that are there twice, and leaves out some of the others without a word.
  if (!result.success || membersOf(result.output) !== countMembers(text)) {
    checkMembers(document, text, name);
  }
  if (!result.success) {
    throw invalid(problemOf(result.issues[0]), text, name);
  }
  const profile = today(result.output);
  const inconsistency = inconsistencyIn(profile);
  if (inconsistency !== undefined) {
    throw invalid(inconsistency, text, name);
  }
  return profile;
}

function schemaOf(version: number): v.GenericSchema<unknown, Profile | Profile1 | Profile2> {
  return version === 1 ? profileSchema1 : version === 2 ? profileSchema2 : profileSchema;
}

function today(document: Profile | Profile1 | Profile2): Profile {
  if (document.schema === 1) return fromVersion1(document);
  return document.schema === 2 ? fromVersion2(document) : document;
}

function checkMembers(document: unknown, text: string, name: string): void {
  const { members, problem } = surveyDocument(document);
  if (problem !== undefined) {
    throw invalid(problem, text, name);
  }
  if (members !== countMembers(text)) {
    throw repeated(text, name);
  }
}

function invalid({ path, of, message }: Problem, text: string, name: string): Error {
  return badInput(`${name} is not a valid profile: ${placeText(positionOf(text, path, of))}: ${message}`);
}

/** Somebody's half of a merge would be lost without a word. */
function repeated(text: string, name: string): Error {
  const found = findRepeatedMember(text);
  if (found === undefined) {
    throw new TypeError("a member was counted twice that is there once");
  }
  const { path, first, again } = found;
  const holder = path.length === 1 ? "" : ` in ${pathText(path.slice(0, -1))}`;
  const member = quoted(String(path.at(-1)));
  return badInput(
    `${name} is not a valid profile: ${placeText(again)}: ${member} is there twice${holder}, first at ${placeText(first)}`,
  );
}

function placeText({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
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
    ...(learned.saturation === undefined ? {} : { saturation: learned.saturation }),
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

function soakedOf({ soak, soaked, saturated }: Learned): { readonly soak?: Soaked } {
  if (soak === undefined || soaked === undefined) {
    return {};
  }
  const told = soak.duration !== undefined ? "duration" : soak.command !== undefined ? "command" : "operator";
  const until = saturated === true ? "saturation" : told;
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
    const where = position === undefined ? "" : ` at ${placeText(position)}`;
    throw badInput(`${name} is not a profile: it is not JSON${where}`, { cause: error });
  }
}

/** Before the schema is applied, so that a newer document is called newer and not wrong. */
function versionOf(document: unknown, text: string, name: string): number {
  if (typeof document !== "object" || document === null || !Object.hasOwn(document, "schema")) {
    throw badInput(`${name} is not a profile: it has no "schema" version`);
  }
  const version = (document as { readonly schema: unknown }).schema;
  if (!Number.isInteger(version) || Number(version) < 1) {
    const problem = `schema: expected a version from 1 to ${schemaVersion}, found ${found(version)}`;
    throw invalid({ path: ["schema"], of: "value", message: problem }, text, name);
  }
  if (Number(version) > schemaVersion) {
    throw badInput(
      `${name} has schema version ${Number(version)}, this program knows up to ${schemaVersion}: use a newer sandbox-profiler`,
    );
  }
  return Number(version);
}
