/** Which settings refused something: by rule where one can be told, else by trial. */
import type { Failure } from "../facts/failures.js";
import type { Draft } from "./draft.js";
import { asDecided, impliedBy } from "./draft.js";
import type { Finding } from "./findings.js";
import { groupOf } from "./lifting.js";
import { parseSettings } from "./settings.js";
import { suspectsOf } from "./suspects/index.js";
import { proveByTrial, smallestCulprits } from "./trials.js";
import { type TrialWalks, troubleOf } from "./trial-walks.js";
import type { Certainty, Suspect, Symptom, Walk } from "./types.js";

export interface Cause {
  /** None: the drop-in has no part in it. Several: none of them would have done it alone. */
  readonly directives: readonly string[];
  readonly certainty: Certainty;
  readonly how: string;
}

/** What a cause is looked for in. */
export interface Scene {
  readonly draft: Draft;
  readonly trials: TrialWalks;
}

/** Which settings refused a call. */
export async function causeOfFinding(finding: Finding, scene: Scene): Promise<Cause> {
  const { draft, trials } = scene;
  const suspects = suspectsIn(finding, draft);
  const own = suspects.filter(({ ofUnit }) => ofUnit !== true);
  if (own.length === 0 && suspects.length > 0) return ofUnitItself();
  const implied = impliedBy(draft, finding.facts);
  // A setting that knows the facts and refuses all the same is none, unless somebody has edited it.
  const concerned = own.filter(({ directive }) => isConcerned(directive, implied, draft));
  const pool = concerned.length > 0 ? concerned : own;
  const [first] = pool;
  const isSole = pool.every(({ directive }) => groupOf(first?.directive ?? "").includes(directive));
  if (first !== undefined && isSole)
    return { directives: [first.directive], certainty: "facts", how: first.how };
  return tried(finding, pool, implied, trials, draft);
}

function isConcerned(directive: string, implied: ReadonlySet<string>, draft: Draft): boolean {
  return groupOf(directive).some((one) => implied.has(one) || draft.edited.has(one));
}

/**
 * By runs without each of those that could have refused it. What no rule and no fact has to do with is looked for only where
 * the service does not work, for all that is refused to it together.
 */
async function tried(
  { failure }: Finding,
  pool: readonly Suspect[],
  implied: ReadonlySet<string>,
  trials: TrialWalks,
  draft: Draft,
): Promise<Cause> {
  const isStillRefused = async (without: readonly string[]): Promise<boolean> =>
    (await trials.without(without)).failures.some(({ key }) => key === failure.key);
  const nobody = (how: string): Cause => ({ directives: [], certainty: "trial", how });
  const strangers = strangersAmong([...implied, ...draft.edited, ...rights(failure)], trials);
  if (pool.length + strangers.length === 0) return nobody("no setting is known to refuse such a call");
  if (pool.length === 0 && !(await isStillRefused([]))) return nobody("it is not refused each time");
  const { directives, isProved } = await proveByTrial(pool.length > 0 ? pool : strangers, isStillRefused);
  return isProved
    ? { directives, certainty: "trial", how: howOf(directives, pool) }
    : nobody("it is refused without any setting that could refuse it, too");
}

/** A capability may be checked where no rule knows of it. */
function rights({ errno }: Failure): readonly string[] {
  return errno === "EPERM" || errno === "EACCES" ? ["CapabilityBoundingSet"] : [];
}

/** Settings of which no rule says that they refuse such a call, but that have to do with it. */
function strangersAmong(directives: readonly string[], trials: TrialWalks): readonly Suspect[] {
  return leadersOf(directives.filter((directive) => trials.directives.includes(directive))).map(
    (directive) => ({
      directive,
      how: unexplained,
      isSole: false,
    }),
  );
}

const unexplained = "it is not refused without that";

function ofUnitItself(): Cause {
  return {
    directives: [],
    certainty: "trial",
    how: "what the unit itself ships refuses it, with and without the drop-in",
  };
}

/** Which settings of a draft, or of the unit itself, could have refused a call. */
export function suspectsIn({ failure, facts, host }: Finding, draft: Draft): readonly Suspect[] {
  const { target, unit } = draft.context;
  return suspectsOf(failure, parseSettings(draft.text), { target, unit, host, facts: [...facts] });
}

/** Which settings make the service, or what exercises it, fail without refusing a call that could be seen. */
export async function causeOfTrouble(walk: Walk, scene: Scene): Promise<Cause> {
  // What systemd speaks of first: that takes few runs.
  for (const { directives, text } of accusations(walk.symptoms)) {
    const cause = await causeAmong(directives, scene);
    if (cause !== undefined) return { ...cause, how: text };
  }
  const found = await causeAmong(scene.trials.directives, scene);
  return found === undefined
    ? { directives: [], certainty: "trial", how: "it fails without any setting of the drop-in, too" }
    : { ...found, certainty: "bisection" };
}

/**
 * The smallest set of settings that somebody changed and with whose decided values all is well; undefined: nothing was
 * changed, or it is not well then, either.
 */
export async function causeAmongChanges(
  { draft, trials }: Scene,
  isWell: (walk: Walk) => boolean = (walk) => troubleOf(walk) === undefined,
): Promise<Cause | undefined> {
  const works = async (leaders: readonly string[]): Promise<boolean> => {
    const names = changedIn(draft, leaders);
    return isWell(await trials.under(asDecided(draft, names), `with ${names.join("=, ")}= as decided`));
  };
  const all = leadersOf([...draft.changed]);
  if (all.length === 0 || !(await works(all))) return undefined;
  return {
    directives: changedIn(draft, await smallestCulprits(all, works)),
    certainty: "trial",
    how: "it works with the decided value, and with all other settings",
  };
}

function changedIn({ changed }: Draft, leaders: readonly string[]): readonly string[] {
  return leaders.flatMap(groupOf).filter((directive) => changed.has(directive));
}

/** The smallest set of these settings without which all is well; undefined: without all of them it is not, either. */
export async function causeAmong(
  directives: readonly string[],
  { trials }: Scene,
  isWell: (walk: Walk) => boolean = (walk) => troubleOf(walk) === undefined,
): Promise<Cause | undefined> {
  const works = async (without: readonly string[]): Promise<boolean> => isWell(await trials.without(without));
  const all = leadersOf(directives.filter((directive) => trials.directives.includes(directive)));
  if (all.length === 0 || !(await works(all))) return undefined;
  return {
    directives: await smallestCulprits(all, works),
    certainty: "trial",
    how: "it works without that, and with all other settings",
  };
}

/**
 * The settings that systemd names, then those that it was putting into effect when something failed. What it ignores
 * refuses nothing.
 */
function accusations(
  symptoms: readonly Symptom[],
): readonly { readonly directives: readonly string[]; readonly text: string }[] {
  const telling = symptoms.filter(({ kind }) => kind !== "ignored");
  const named = telling.flatMap(({ directive, text }) =>
    directive === undefined ? [] : [{ directives: [directive], text }],
  );
  const possible = telling.flatMap(({ candidates, text }) =>
    candidates === undefined ? [] : [{ directives: candidates, text }],
  );
  return [...named, ...possible];
}

/** One directive for each group: those of a group are undone together. */
function leadersOf(directives: readonly string[]): readonly string[] {
  return [...new Set(directives.map((directive) => groupOf(directive)[0] ?? directive))];
}

function howOf(directives: readonly string[], suspects: readonly Suspect[]): string {
  const known = suspects.find(({ directive }) => directives.some((one) => groupOf(one).includes(directive)));
  return known?.how ?? unexplained;
}
