/** Whatever a hand or another program does to a profile, it is read, or refused in one line. */
import { readFileSync } from "node:fs";
import { fc, testProp } from "@fast-check/ava";
import type { ExecutionContext } from "ava";
import { postures } from "../../src/directives/types.js";
import { ProfileError } from "../../src/errors.js";
import { parseProfile } from "../../src/profile/document.js";
import { formatProfile } from "../../src/profile/format.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Profile } from "../../src/profile/types.js";
import { anyProfile } from "./arbitrary.js";
import { sampleProfile } from "./sample.js";

const genuine = readFileSync("test/fixtures/profile/schema-1.profile.json", "utf8");
const texts = [formatProfile(sampleProfile), genuine, formatProfile(parseProfile(genuine, "x"))];
const text = fc.oneof(fc.constantFrom(...texts), anyProfile.map(formatProfile));

const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** The profile, or undefined where it is refused as it should be. */
function parse(t: ExecutionContext, changed: string): Profile | undefined {
  try {
    return parseProfile(changed, "x.json");
  } catch (error) {
    t.true(error instanceof ProfileError, String(error));
    if (!(error instanceof ProfileError)) return undefined;
    t.is(error.exitCode, 2);
    t.notRegex(error.message, control);
    t.true(error.message.length < 500, error.message);
    return undefined;
  }
}

/** What is read can be written, read again, and decided on. */
function use(t: ExecutionContext, profile: Profile): void {
  const written = formatProfile(profile);
  t.is(formatProfile(parseProfile(written, "written")), written);
  const posture = postures[written.length % postures.length] ?? "strict";
  t.notThrows(() => synthesize(profile, { breadth: "portable", posture, target: 257 }));
}

const piece = fc.oneof(
  fc.string({ maxLength: 5, unit: "binary" }),
  fc.constantFrom(
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\n",
    "\u0000",
    "1e999",
    "-1",
    "null",
    "\\ud800",
    "\ufeff",
  ),
);

/** FUZZ=1000 multiplies what each property tries. */
const numRuns = 50 * Number(process.env["FUZZ"] ?? 1);

testProp(
  "when text is deleted, inserted or replaced anywhere then it is read or refused",
  [text, fc.array(fc.tuple(fc.nat(), fc.nat(20), piece), { minLength: 1, maxLength: 3 })],
  (t, original, edits) => {
    const changed = edits.reduce((before, [at, length, inserted]) => {
      const start = at % (before.length + 1);
      return before.slice(0, start) + inserted + before.slice(start + length);
    }, original);
    const profile = parse(t, changed);
    if (profile !== undefined) use(t, profile);
  },
  { numRuns },
);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Every value of a document with what holds it. */
function* places(
  value: Json,
): Generator<{ holder: Json[] | { [name: string]: Json }; key: string | number }> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    yield { holder: value, key };
    yield* places((value as { [name: string | number]: Json })[key] ?? null);
  }
}

const hostile = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    0,
    2 ** 53,
    1.5,
    1e308,
    "",
    "a\nb",
    "/",
    "/..",
    "\u001b[2J",
    "\ud800",
    "%n",
    "\u202e",
  ),
  fc.constantFrom<Json>(
    [],
    {},
    [[]],
    { __proto__: null },
    ["a\nb"],
    "constructor",
    "/a b\\",
    '"',
    "/\u202e",
    "-/x",
  ),
  fc.string({ maxLength: 8, unit: "binary" }).map((random): Json => random),
  fc.string({ maxLength: 8 }).map((random): Json => `/${random}`),
);

testProp(
  "when values are replaced, moved or removed then it is read or refused",
  [text, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.option(hostile)), { minLength: 1, maxLength: 3 })],
  (t, original, changes) => {
    const document = JSON.parse(original) as Json;
    for (const [to, from, value] of changes) {
      const all = [...places(document)];
      const [target, source] = [all[to % all.length], all[from % all.length]];
      if (target === undefined || source === undefined) continue;
      const other = (source.holder as { [name: string | number]: Json })[source.key] ?? null;
      (target.holder as { [name: string | number]: Json })[target.key] = structuredClone(value ?? other);
      if (Array.isArray(target.holder) && from % 5 === 0) target.holder.splice(Number(target.key), 1);
    }
    const profile = parse(t, JSON.stringify(document));
    if (profile !== undefined) use(t, profile);
  },
  { numRuns: 2 * numRuns },
);

testProp(
  "when a member is there twice then it is refused, wherever it is",
  [text, fc.nat()],
  (t, original, at) => {
    const members = [...original.matchAll(/^ +("(?:[^"\\]|\\.)*": .*[^[{,]),?$/gm)];
    const [line = "", member = ""] = members[at % members.length] ?? [];
    t.throws(
      () =>
        parseProfile(
          original.replace(line, () => `${member},\n${line}`),
          "x.json",
        ),
      {
        instanceOf: ProfileError,
        message:
          /^x\.json is not a valid profile: line \d+, column \d+: ".*" is there twice(?: in .*)?, first at line \d+/,
      },
    );
  },
  { numRuns },
);

testProp(
  "when a profile is cut anywhere then line and column of the end are told",
  [text, fc.nat()],
  (t, original, at) => {
    const cut = original.trimEnd().slice(0, at % original.trimEnd().length);
    t.throws(() => parseProfile(cut, "x.json"), {
      instanceOf: ProfileError,
      message: cut.trim() === "" ? /is empty/ : /it is not JSON at line \d+, column \d+$/,
    });
  },
  { numRuns },
);
