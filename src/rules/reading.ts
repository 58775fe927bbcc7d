/** Reads the files by which people steer a check: what is wrong is told with line and column. */
import * as v from "valibot";
import { badInput } from "../errors.js";
import { nearest } from "../explain/nearest.js";
import {
  findRepeatedMember,
  findSyntaxError,
  type JsonPath,
  type Position,
  positionOf,
} from "../profile/json-syntax.js";
import { found, quoted } from "../profile/problem.js";
import { RuleProblem } from "./problem.js";

/** One kind of rules file. */
export interface Form<Document, Rules> {
  /** With its article, for errors: `an allow file`. */
  readonly what: string;
  /** The member that holds its rules. */
  readonly list: string;
  readonly schema: v.GenericSchema<unknown, Document>;
  /** Every member that there is outside of patterns, and what it is. */
  readonly members: Readonly<Record<string, string>>;
  /** What schema does not say: throws RuleProblem. `lineOf` gives the line of a part, from 1. */
  readonly compile: (document: Document, lineOf: (path: JsonPath) => number) => Rules;
  /** Finds what is wrong with a part that the schema refuses, if it knows better: throws RuleProblem. */
  readonly examine: (part: unknown, path: JsonPath) => void;
}

/** The version of both kinds. */
const rulesVersion = 1;

/** How each begins; `$schema` is for editors. */
export const headSchema = {
  $schema: v.exactOptional(v.string()),
  schema: v.literal(rulesVersion),
};

/** The same in words, for errors. */
export const headMembers = {
  $schema: "the place of a JSON Schema",
  schema: `the version of the form, ${rulesVersion}`,
};

/**
 * @param name how to call the source in errors.
 * @throws ProfileError (bad input): not JSON, of a newer version, not of the schema, or a rule that could never match.
 */
export function parseRules<Document, Rules>(text: string, name: string, form: Form<Document, Rules>): Rules {
  const document = parseJson(text, name, form.what);
  checkHead(document, name, form);
  checkRepeated(text, name, form.what);
  try {
    const result = v.safeParse(form.schema, document, { abortEarly: true });
    if (!result.success) throw problemOf(result.issues[0], document, form);
    return form.compile(result.output, (path) => positionOf(text, path).line);
  } catch (error) {
    throw error instanceof RuleProblem
      ? badInput(
          `${name} is not ${form.what}: ${placeText(positionOf(text, error.path, error.of))}: ${error.message}`,
          { cause: error },
        )
      : error;
  }
}

function parseJson(text: string, name: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (text.trim() === "") {
      throw badInput(`${name} is empty, not ${what}`, { cause: error });
    }
    const position = findSyntaxError(text);
    const where = position === undefined ? "" : ` at line ${position.line}, column ${position.column}`;
    throw badInput(`${name} is not ${what}: it is not JSON${where}`, { cause: error });
  }
}

/** Before the schema is applied, so that a newer document is called newer, and something else (a profile) something else. */
function checkHead<Document, Rules>(document: unknown, name: string, form: Form<Document, Rules>): void {
  const { what, list } = form;
  const head: Readonly<Record<string, unknown>> =
    typeof document === "object" && document !== null ? { ...document } : {};
  if (!Object.hasOwn(head, list)) {
    throw badInput(`${name} is not ${what}: it has no "${list}"`);
  }
  if (typeof head["schema"] !== "number") {
    throw badInput(`${name} is not ${what}: it has no "schema" version`);
  }
  if (head["schema"] > rulesVersion) {
    throw badInput(
      `${name} has schema version ${head["schema"]}, this program knows up to ${rulesVersion}: use a newer sandbox-profiler`,
    );
  }
}

/** Of two members with one name JSON.parse keeps the last, and half a rule would be gone. */
function checkRepeated(text: string, name: string, what: string): void {
  const repeated = findRepeatedMember(text);
  if (repeated === undefined) return;
  const { path, first, again } = repeated;
  throw badInput(
    `${name} is not ${what}: ${placeText(again)}: ${quoted(String(path.at(-1)))} is there twice, first at ${placeText(first)}`,
  );
}

function placeText({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}

function problemOf<Document, Rules>(
  issue: v.BaseIssue<unknown>,
  document: unknown,
  form: Form<Document, Rules>,
): RuleProblem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  try {
    examineParts(document, path, form);
  } catch (error) {
    if (error instanceof RuleProblem) return error;
    throw error;
  }
  const last = String(path.at(-1));
  if (issue.expected === "never") {
    const near = nearest(last, Object.keys(form.members));
    const suggestion = near === undefined ? "" : ` (Did you mean ${quoted(near)}?)`;
    return new RuleProblem(`${quoted(last)} is not a known member${suggestion}`, path, "name");
  }
  if (issue.received === "undefined") {
    return new RuleProblem(`${quoted(last)} is missing`, path);
  }
  const name = path.findLast((key) => typeof key === "string") ?? "the file";
  const meant = Object.hasOwn(form.members, name) ? form.members[name] : issue.expected;
  return new RuleProblem(`${quoted(name)} is ${meant ?? "something else"}, not ${found(issue.input)}`, path);
}

/** Lets the form look at each part on the way to the one that the schema refuses. */
function examineParts<Document, Rules>(document: unknown, path: JsonPath, form: Form<Document, Rules>): void {
  let part = document;
  for (const [depth, key] of path.entries()) {
    if (typeof part !== "object" || part === null) return;
    part = (part as Readonly<Record<string | number, unknown>>)[key];
    form.examine(part, path.slice(0, depth + 1));
  }
}
