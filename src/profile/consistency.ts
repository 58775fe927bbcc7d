/** What a schema cannot say: the parts of a document that speak of each other must fit. */
import { count } from "../output/count.js";
import type { JsonPath } from "./json-syntax.js";
import { pathText, type Problem, quoted } from "./problem.js";
import type { Profile } from "./types.js";

/** @returns the first thing that does not fit. */
export function inconsistencyIn({ facts, hosts, runs, evidence }: Profile): Problem | undefined {
  for (const [index, fact] of facts.entries()) {
    const name = Object.entries(fact).find(([, text]) => isEverywhere(text))?.[0];
    if (name !== undefined) return wrong(["facts", index, name], "nothing is called so");
  }
  for (const [index, { host }] of runs.entries()) {
    if (host >= hosts.length) {
      return wrong(["runs", index, "host"], `${host} is none of ${countFrom(hosts.length, "host")}`);
    }
  }
  // Most facts name the same runs.
  const checked = new Map<string, string | undefined>();
  for (const [id, { runs: ranges }] of Object.entries(evidence)) {
    if (!checked.has(ranges)) checked.set(ranges, rangeProblem(ranges, runs.length));
    const problem = checked.get(ranges);
    if (problem !== undefined) return wrong(["evidence", id, "runs"], problem);
  }
  return undefined;
}

const everywhere = new Set(Object.getOwnPropertyNames(Object.prototype));
const longest = Math.max(...[...everywhere].map((name) => name.length));

/** Tables of what is known of calls, families … would answer to such a name with what every object has. */
function isEverywhere(text: unknown): boolean {
  return typeof text === "string" && text.length <= longest && everywhere.has(text);
}

function wrong(path: JsonPath, message: string): Problem {
  return { path, of: "value", message: `${pathText(path)}: ${message}` };
}

function rangeProblem(ranges: string, runs: number): string | undefined {
  let next = 0;
  for (const range of ranges.split(",")) {
    const [first = 0, last = first] = range.split("-").map(Number);
    if (last < first || first < next) return `${quoted(ranges)} is not in rising order`;
    if (last >= runs) return `${last} is none of ${countFrom(runs, "run")}`;
    next = last + 1;
  }
  return undefined;
}

function countFrom(number: number, noun: string): string {
  return `the ${count(number, noun)}${number === 0 ? "" : `, which count from 0`}`;
}

/** How many members all objects of a valid document have together. */
export function membersOf(value: object): number {
  let members = 0;
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (isHolder(member)) members += membersOf(member);
    members++;
  }
  return Array.isArray(value) ? members - value.length : members;
}

/** Members by which a script could reach behind an object; valibot leaves them out of tables without a word. */
const reserved = ["__proto__", "constructor", "prototype"];

/** A list in the place of a table would pass for a table whose names are numbers (an empty one for an empty one). */
const tables = new Set(["users", "groups", "memberships", "files", "properties", "evidence", "verdicts"]);

/** Nothing in a profile is deeper than half of this. */
const deepest = 16;

interface Part {
  readonly value: object;
  /** Its name or number in `holder`; the document itself has none. */
  readonly step: JsonPath[number];
  readonly holder: Part | undefined;
  readonly depth: number;
}

/** Made only when there is something to say about it: a document has thousands of parts. */
function pathOf({ step, holder }: Part): JsonPath {
  return holder === undefined ? [] : [...pathOf(holder), step];
}

export interface Survey {
  /** How many members all objects have together. */
  readonly members: number;
  readonly problem: Problem | undefined;
}

/** Looks at what no schema would see of a parsed document. Iterative: what is nested too deeply is only found out here. */
export function surveyDocument(document: unknown): Survey {
  const pending: Part[] = isHolder(document)
    ? [{ value: document, step: "", holder: undefined, depth: 0 }]
    : [];
  let members = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const { value, depth } = part;
    const problem = problemWith(part);
    if (problem !== undefined) {
      return { members, problem };
    }
    const isList = Array.isArray(value);
    for (const name of Object.keys(value)) {
      if (!isList) members++;
      const member: unknown = Reflect.get(value, name);
      if (!isHolder(member)) continue;
      pending.push({ value: member, step: isList ? Number(name) : name, holder: part, depth: depth + 1 });
    }
  }
  return { members, problem: undefined };
}

function problemWith(part: Part): Problem | undefined {
  const { value, step, depth } = part;
  if (depth > deepest) {
    return { path: pathOf(part), of: "value", message: "it is nested too deeply" };
  }
  if (Array.isArray(value)) {
    return tables.has(String(step)) ? wrong(pathOf(part), "expected an object, found an array") : undefined;
  }
  const name = reserved.find((key) => Object.hasOwn(value, key));
  if (name === undefined) {
    return undefined;
  }
  const at = [...pathOf(part), name];
  return { path: at, of: "name", message: `${pathText(at)} is not a known member` };
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
