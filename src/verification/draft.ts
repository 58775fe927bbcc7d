/** What is being proved: a profile, what is decided from it, and the text of the drop-in. Pure. */
import { decide } from "../directives/index.js";
import type { Context, Decision } from "../directives/types.js";
import { valuesOf } from "../directives/setting-change.js";
import { factId, FactSet } from "../facts/set.js";
import type { Evidence, Fact } from "../facts/types.js";
import type { Host } from "../host/types.js";
import { assemble } from "../profile/assembly.js";
import { mergeProfiles } from "../profile/merge.js";
import { contextOf, type SynthesisOptions, synthesize } from "../profile/synthesize.js";
import { type Profile, type Run, schemaVersion } from "../profile/types.js";
import { changedSettings } from "./differences.js";
import { parseSettings, withSetting } from "./settings.js";

/** A fact that was refused, and the call that shows it. */
export interface Refused {
  readonly fact: Fact;
  readonly evidence: Evidence;
  readonly host: Host;
}

/** When and how the walks went that facts were refused to. */
export type ConfinedRun = Pick<Run, "started" | "duration" | "phases" | "incomplete">;

export interface Draft {
  readonly profile: Profile;
  readonly context: Context;
  readonly decisions: readonly Decision[];
  /** The drop-in under test. */
  readonly text: string;
  /** The text is somebody's own. */
  readonly isGiven: boolean;
  /** It sets just what is decided. */
  readonly isAsDecided: boolean;
  /** Directives of a given text that refuse something that the decided ones let through. */
  readonly edited: ReadonlySet<string>;
  /** All directives to which a given text gives other values, also where that refuses nothing by itself. */
  readonly changed: ReadonlySet<string>;
}

/** `text`: a drop-in to be tested in place of the one that the profile gives. */
export function draftOf(profile: Profile, options: SynthesisOptions, text?: string): Draft {
  const context = contextOf(profile, options);
  const { decisions, dropIn } = synthesize(profile, options);
  if (text === undefined)
    return {
      profile,
      context,
      decisions,
      text: dropIn,
      isGiven: false,
      isAsDecided: true,
      edited: new Set(),
      changed: new Set(),
    };
  const edited = new Set(changedSettings(text, decisions).map(({ directive }) => directive));
  return {
    profile,
    context,
    decisions,
    text,
    isGiven: true,
    isAsDecided: hasSameSettings(text, dropIn),
    edited,
    changed: changedBetween(text, dropIn),
  };
}

function changedBetween(one: string, other: string): ReadonlySet<string> {
  const [ones, others] = [one, other].map(
    (text) => new Map(parseSettings(text).map(({ directive, values }) => [directive, values.join("\n")])),
  ) as [Map<string, string>, Map<string, string>];
  return new Set([...ones.keys(), ...others.keys()].filter((name) => ones.get(name) !== others.get(name)));
}

function hasSameSettings(one: string, other: string): boolean {
  return JSON.stringify(parseSettings(one)) === JSON.stringify(parseSettings(other));
}

/** The profile with facts that a confined run was refused, as seen in that run. */
export function withRefused(profile: Profile, refused: readonly Refused[], run: ConfinedRun): Profile {
  const [first] = refused;
  const [known] = profile.hosts;
  if (first === undefined || known === undefined) return profile;
  const hosts = [...new Set(refused.map(({ host }) => host))].map((host) => ({
    ...host,
    // What the machine enforces was asked when the profile was made.
    unenforced: known.unenforced,
  }));
  const facts = FactSet.of(refused.map(({ fact }) => fact));
  const evidence = Object.fromEntries(refused.map(({ fact, evidence }) => [factId(fact), evidence]));
  const seen: Omit<Run, "id"> = {
    ...run,
    tracer: "strace",
    capabilities: "inferred",
    host: 0,
    confined: true,
  };
  return mergeProfiles(
    [profile].concat(
      hosts.map((host) => ({
        schema: schemaVersion,
        unit: profile.unit,
        facts: [...facts],
        hosts: [host],
        ...assemble(profile.unit.name, [{ run: seen, evidence }]),
      })),
    ),
  );
}

/** Directives that would be decided otherwise if these facts were known, too. */
export function impliedBy(draft: Draft, facts: FactSet): ReadonlySet<string> {
  const after = decide({ ...draft.context, facts: draft.context.facts.union(facts) });
  return new Set(changedDirectives(draft.decisions, after));
}

/** The text with the decided values of these directives. */
export function asDecided({ text, decisions }: Draft, directives: readonly string[]): string {
  const decided = new Map(decisions.map((decision) => [decision.directive, valuesOf(decision)]));
  return directives.reduce((rest, name) => withSetting(rest, name, decided.get(name) ?? null), text);
}

/** Directives whose values differ between two ways of deciding. */
function changedDirectives(before: readonly Decision[], after: readonly Decision[]): readonly string[] {
  const values = new Map(before.map((decision) => [decision.directive, textOf(decision)]));
  return after
    .filter((decision) => values.get(decision.directive) !== textOf(decision))
    .map(({ directive }) => directive);
}

function textOf(decision: Decision): string {
  return JSON.stringify(valuesOf(decision));
}

/**
 * The next draft. A text that was edited by hand stays so but for what the profile now decides otherwise, and for
 * `restored`, which get what is decided.
 */
export function redraft(
  draft: Draft,
  profile: Profile,
  options: SynthesisOptions,
  restored: ReadonlySet<string>,
): Draft {
  const next = draftOf(profile, options);
  if (!draft.isGiven) return next;
  const directives = new Set([...changedDirectives(draft.decisions, next.decisions), ...restored]);
  let { text } = draft;
  for (const decision of next.decisions)
    if (directives.has(decision.directive)) text = withSetting(text, decision.directive, valuesOf(decision));
  return draftOf(profile, options, text);
}
