/** What is wrong with a document that is JSON but no profile, in words for whoever edited it. */
import type * as v from "valibot";
import { nearest } from "../explain/nearest.js";
import { cut } from "../output/explanation/layout.js";
import { safe } from "../output/escape.js";
import type { JsonPath } from "./json-syntax.js";

export interface Problem {
  readonly path: JsonPath;
  /** Which part of the member is wrong. */
  readonly of: "name" | "value";
  /** One line that begins with the path. */
  readonly message: string;
}

/** What valibot found, once. */
export function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const steps = issue.path ?? [];
  const path = steps.map(({ key }) => (typeof key === "number" ? key : String(key)));
  const place = pathText(path);
  const holder = steps.at(-1)?.input;
  if (issue.expected === "never") {
    return { path, of: "name", message: `${place} is not a known member` };
  }
  if (issue.received === "undefined" && issue.input === undefined) {
    const name = String(path.at(-1));
    const near = nearest(name, Object.keys(typeof holder === "object" && holder !== null ? holder : {}));
    const hint = near === undefined ? "" : ` (${quoted(near)} is there)`;
    return { path, of: "value", message: `${place} is missing${hint}` };
  }
  const choices = choicesOf(issue);
  const expected = choices.length === 0 ? expectation(issue) : choiceText(choices);
  const near = typeof issue.input === "string" ? nearest(issue.input, choices) : undefined;
  const message = `${place}: expected ${expected}, found ${found(issue.input)}${meant(near)}`;
  return { path, of: "value", message };
}

/** `facts[2].access`, `evidence["{…}"]`; `the document` for itself. */
export function pathText(path: JsonPath): string {
  const text = path.map(pathStep).join("").replace(/^\./, "");
  return text === "" ? "the document" : text;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A name may be a path of the service or the text of a fact. */
const longestName = 60;

function pathStep(step: string | number): string {
  if (typeof step === "number") {
    return `[${step}]`;
  }
  return identifier.test(step) ? `.${cut(step, longestName)}` : `[${quoted(step)}]`;
}

/** Text of the document, cut, in quotes and harmless. */
export function quoted(text: string): string {
  return safe(JSON.stringify(cut(text, longestName)));
}

/** A value in few words. */
export function found(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? quoted(value) : String(value);
}

const kinds: Readonly<Record<string, string>> = {
  Object: "an object",
  Array: "an array",
  string: "a string",
  number: "a number",
  boolean: "true or false",
};

/** What the checks of the schema ask for, where valibot would print a pattern. */
const checks: Readonly<Record<string, string>> = {
  finite: "a number",
  safe_integer: "a whole number",
  non_empty: "a text that is not empty",
  min_length: "at least one element",
  iso_timestamp: "a time such as 2026-01-02T03:04:05.678Z",
};

/** More choices than this are counted only. */
const mostChoices = 6;

function expectation({ type, expected, message }: v.BaseIssue<unknown>): string {
  // The patterns of the schema say themselves what they are about.
  if (type === "regex") return message;
  const check = checks[type];
  if (check !== undefined) return check;
  const bound = /^([<>]=)(.*)$/.exec(expected ?? "");
  if (bound !== null) return `${bound[1] === ">=" ? "at least" : "at most"} ${bound[2] ?? ""}`;
  return kinds[(expected ?? "").replace(/^\(?(\w+).*$/, "$1")] ?? expected ?? "something else";
}

function choiceText(choices: readonly string[]): string {
  const shown = choices.length > mostChoices + 1 ? choices.slice(0, mostChoices) : choices;
  const rest = choices.length - shown.length;
  return `${choices.length > 1 ? "one of " : ""}${shown.join(", ")}${rest > 0 ? ` or ${rest} more` : ""}`;
}

/** valibot gives them as text: `("a" | "b")`. */
function choicesOf({ type, expected }: v.BaseIssue<unknown>): readonly string[] {
  const isChoice = type === "picklist" || type === "literal" || type === "variant";
  return isChoice ? (expected?.match(/"[^"]*"|\d+/g) ?? []).map((text) => String(JSON.parse(text))) : [];
}

function meant(near: string | undefined): string {
  return near === undefined ? "" : ` (Did you mean ${quoted(near)}?)`;
}
