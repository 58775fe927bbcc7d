/** What somebody made of a drop-in that was decided: where it is stricter than the facts say. Pure. */
import { liftedBy, refusalOf, refusesListed } from "../directives/refusals.js";
import type { Decision } from "../directives/types.js";
import { compareStrength, splitWords } from "../directives/vendor.js";
import { canonical } from "./confined-unit.js";
import { isScalar, parseSettings } from "./settings.js";

/** A setting that refuses something that the decided one does not. */
export interface ChangedSetting {
  readonly directive: string;
  /** Right-hand sides in the text; null where it is missing. */
  readonly from: readonly string[] | null;
  /** Decided ones; null where it is not to be set. */
  readonly to: readonly string[] | null;
  /** `tighter`: it refuses more and lets nothing more through; `other`: both, or that cannot be told. */
  readonly relation: "tighter" | "other";
}

/**
 * The directives whose values in `text` are tighter or other than decided; what is only looser is left out, for it can
 * refuse nothing. A list of exceptions that is missing counts, where what it makes them from is there.
 */
export function changedSettings(text: string, decisions: readonly Decision[]): readonly ChangedSetting[] {
  const settings = new Map(parseSettings(text).map(({ directive, values }) => [directive, values]));
  const decided = new Map(
    decisions.flatMap((one) => (one.decision === "set" ? [[one.directive, one.values] as const] : [])),
  );
  const names = [...new Set([...settings.keys(), ...decided.keys()])].filter(
    (directive) => refusalOf(directive) !== undefined,
  );
  return names.flatMap((directive): ChangedSetting[] => {
    const from = settings.get(directive) ?? null;
    const to = decided.get(directive) ?? null;
    const isMoot = from === null && !liftedBy(directive).some((name) => settings.has(name));
    const relation = isMoot ? undefined : relationOf(directive, from, to);
    return relation === undefined ? [] : [{ directive, from, to, relation }];
  });
}

type Values = readonly string[] | null;

/** undefined: the same, or looser. */
function relationOf(directive: string, from: Values, to: Values): ChangedSetting["relation"] | undefined {
  if (isScalar(directive)) return scalarRelation(directive, from?.at(-1), to?.at(-1));
  const [has, should] = [entriesOf(directive, from), entriesOf(directive, to)];
  const isRefusing = refusesListed(directive) || (to === null && !isException(directive));
  const more = [...has].filter((entry) => !should.has(entry));
  const less = [...should].filter((entry) => !has.has(entry));
  const refuses = (entry: string) => entry.startsWith("~") || isRefusing;
  const tightens =
    more.some(refuses) || less.some((entry) => !refuses(entry)) || isNewList(directive, from, to);
  const loosens = more.some((entry) => !refuses(entry)) || less.some(refuses);
  if (!tightens) return isOtherKind(from, to) ? "other" : undefined;
  return loosens ? "other" : "tighter";
}

function scalarRelation(
  directive: string,
  from: string | undefined,
  to: string | undefined,
): ChangedSetting["relation"] | undefined {
  if (from === undefined) return undefined;
  const [has, should] = [canonical(from), canonical(to ?? "")];
  if (has === should) return undefined;
  const difference = compareStrength(directive, should, has);
  if (difference !== undefined) return difference > 0 ? "tighter" : undefined;
  return isOff(directive, has) ? undefined : "other";
}

/** Lifts whatever it is about. */
function isOff(directive: string, value: string): boolean {
  return value === "infinity" || (directive === "DevicePolicy" && value === "auto");
}

/** A list of what is allowed, where nothing was to be restricted: also an empty one refuses all. */
function isNewList(directive: string, from: Values, to: Values): boolean {
  if (from === null || to !== null || refusesListed(directive) || isException(directive)) return false;
  return from.at(-1) !== "" || rights.has(directive);
}

/** Lists of rights: the empty assignment takes away what the unit ships. */
const rights = new Set(["CapabilityBoundingSet", "AmbientCapabilities", "SupplementaryGroups"]);

/** An allow-list in place of a deny-list, or with a reset where there was none: the unit's own list counts then. */
function isOtherKind(from: Values, to: Values): boolean {
  const kindOf = (values: readonly string[]) =>
    `${values[0] === ""} ${values.find((value) => value !== "")?.startsWith("~") === true}`;
  return from !== null && to !== null && kindOf(from) !== kindOf(to);
}

/** It makes exceptions, and refuses nothing. */
function isException(directive: string): boolean {
  return liftedBy(directive).length > 0;
}

/** Entries with spaces in them. */
const whole = new Set(["DeviceAllow", "SocketBindAllow", "SocketBindDeny"]);

/** The words since the last reset, those of inverted lines with their `~`; `yes` for a list is that of nothing. */
function entriesOf(directive: string, values: Values): ReadonlySet<string> {
  const lines = (values ?? []).slice((values ?? []).lastIndexOf("") + 1);
  return new Set(
    lines
      .filter((line) => canonical(line) !== "yes")
      .flatMap((line) => {
        if (whole.has(directive)) return [line];
        const words = splitWords(line.replace(/^~/, ""));
        return line.startsWith("~") ? words.map((word) => `~${word}`) : words;
      }),
  );
}
