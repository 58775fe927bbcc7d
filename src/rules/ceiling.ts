/** A policy that no learned profile may exceed (`--ceiling FILE`): privileges that are refused whatever needs them. */
import * as v from "valibot";
import { isBelow } from "../facts/paths.js";
import type { Fact, FileFact, RenameFact } from "../facts/types.js";
import type { Host } from "../host/types.js";
import { bestowed, isHeld, type Surroundings } from "./held.js";
import { fileVariants, onHosts, plainPart, variantsOf } from "./names.js";
import { readSource } from "../profile/source.js";
import { compilePattern, matches, type Pattern, withValues } from "./pattern.js";
import { patternSchema, reasonSchema } from "./pattern-schema.js";
import { below } from "./problem.js";
import { type Form, headMembers, headSchema, parseRules } from "./reading.js";

const rule = v.strictObject({
  fact: patternSchema,
  except: v.exactOptional(v.array(patternSchema)),
  reason: reasonSchema,
});

/** A ceiling, as it is written. */
export const ceilingSchema = v.strictObject({ ...headSchema, never: v.array(rule) });

type WrittenRule = v.InferOutput<typeof rule>;

export interface CeilingRule {
  readonly never: Pattern;
  readonly except: readonly Pattern[];
  readonly reason: string;
}

export interface Ceiling {
  /** How the file is called. */
  readonly name: string;
  readonly rules: readonly CeilingRule[];
}

/** A privilege above the ceiling, and the reason that the first rule against it gives. */
export interface Breach {
  readonly fact: Fact;
  readonly reason: string;
}

/**
 * Reads a ceiling, or standard input for `-`.
 *
 * @throws ProfileError (bad input) that says what is wrong and where.
 */
export async function readCeiling(path: string): Promise<Ceiling> {
  const { text, name } = await readSource(path, form.what);
  return parseCeiling(text, name);
}

/** The same from a text; `name` is what errors call it. */
export function parseCeiling(text: string, name: string): Ceiling {
  return { name, rules: parseRules(text, name, form) };
}

const form: Form<v.InferOutput<typeof ceilingSchema>, readonly CeilingRule[]> = {
  what: "a ceiling",
  list: "never",
  schema: ceilingSchema,
  members: {
    ...headMembers,
    never: "a list of rules",
    fact: "a pattern for facts",
    except: "a list of patterns for facts",
    reason: "a text that says why",
  },
  compile: ({ never }) => never.map((written, index) => below(["never", index], () => compileRule(written))),
  examine: (part, path) => {
    const isPattern = path.at(-1) === "fact" || path.at(-2) === "except";
    if (isPattern && part !== undefined) below(path, () => compilePattern(part));
  },
};

function compileRule({ fact, except = [], reason }: WrittenRule): CeilingRule {
  return {
    never: below(["fact"], () => compilePattern(fact)),
    except: except.map((one, index) => below(["except", index], () => compilePattern(one))),
    reason,
  };
}

/**
 * What of the facts, and of what unit and files bestow, is above the ceiling, in the order of the facts. A fact is looked
 * at under each of its names: an exception holds for the name that it was made for, and a symbolic link from there to
 * elsewhere gains nothing.
 */
export function violations(
  facts: Iterable<Fact>,
  { rules }: Ceiling,
  surroundings: Surroundings,
): readonly Breach[] {
  const { hosts } = surroundings;
  const byKind = groupByKind(rules, hosts);
  const all = [...facts];
  const breaches: Breach[] = [];
  const broken = new Set<string>();
  for (const fact of [...all, ...bestowed(all, surroundings)]) {
    const against = firstBroken(byKind.get(fact.kind) ?? [], fact, hosts);
    if (against === undefined) continue;
    breaches.push({ fact, reason: against.reason });
    if (fact.kind === "file") broken.add(fact.path);
  }
  const files = byKind.get("file") ?? [];
  for (const fact of all) {
    if (fact.kind !== "rename" || broken.has(fact.from) || broken.has(fact.to)) continue;
    const against = firstMovedInto(files, fact, hosts);
    if (against !== undefined) breaches.push({ fact, reason: against.reason });
  }
  return breaches;
}

function groupByKind(
  rules: readonly CeilingRule[],
  hosts: readonly Host[],
): ReadonlyMap<Fact["kind"], readonly CeilingRule[]> {
  const groups = new Map<Fact["kind"], CeilingRule[]>();
  for (const { never, except, reason } of rules) {
    const group = groups.get(never.kind) ?? [];
    groups.set(never.kind, group);
    // Not so the exceptions: a link that a package brings along would make an exception of what it leads to.
    group.push({ never: onHosts(never, hosts), except: except.map((one) => onHosts(one, [])), reason });
  }
  return groups;
}

/** The member that tells what was used from what was merely tried; a rule that names it means what it says. */
const telling: Partial<Record<Fact["kind"], string>> = {
  syscall: "result",
  capability: "operation",
  personality: "persona",
};

function firstBroken(
  rules: readonly CeilingRule[],
  fact: Fact,
  hosts: readonly Host[],
): CeilingRule | undefined {
  if (rules.length === 0) return undefined;
  const variants = variantsOf(fact, hosts);
  const held = isHeld(fact);
  return rules.find((rule) => {
    const isMeant = held || rule.never.wanted.has(telling[fact.kind] ?? "");
    const asked = isCrowd(fact) ? withValues(rule.never, "address", []) : rule.never;
    return isMeant && isAbove({ ...rule, never: asked }, variants);
  });
}

/** Under one of its names the rule forbids it, and makes no exception for that name. */
function isAbove({ never, except }: CeilingRule, variants: readonly Fact[]): boolean {
  return variants.some((variant) => matches(never, variant) && !except.some((one) => matches(one, variant)));
}

/** So many addresses that facts do not tell them apart: the one that a rule is about may be among them. */
function isCrowd(fact: Fact): boolean {
  return (fact.kind === "connect" || fact.kind === "accept") && fact.address === "{other}";
}

const contents = ["read", "write", "execute"] as const;

/**
 * By another name (link(2)) or in another place (rename(2)) one gets at what is not to be touched: a file, or a
 * directory on the way to it.
 */
function firstMovedInto(
  rules: readonly CeilingRule[],
  fact: RenameFact,
  hosts: readonly Host[],
): CeilingRule | undefined {
  if (rules.length === 0) return undefined;
  const named = (access: FileFact["access"], path: string) =>
    fileVariants({ kind: "file", access, path }, hosts);
  const uses = contents.flatMap((access) => named(access, fact.from));
  const ends = [...named("delete", fact.from), ...named("create", fact.to)].map(({ path }) => path);
  return rules.find(
    (rule) =>
      !rule.except.some((one) => matches(one, fact)) &&
      (isAbove(rule, uses) || ends.some((end) => isOnTheWay(end, rule.never))),
  );
}

/** Is what the pattern names by a text without wildcards below that path? */
function isOnTheWay(path: string, { wanted }: Pattern): boolean {
  return (wanted.get("path") ?? [])
    .map((text) => plainPart(String(text)))
    .some((part) => part !== path && part !== "" && isBelow(part, path));
}
