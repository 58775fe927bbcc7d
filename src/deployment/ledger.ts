/** What `apply` has installed for a unit, and how a change of it is made so that a crash leaves it done or undone. Pure. */
import * as v from "valibot";

/** `profile`: the sandbox; `canary`: what only observes. A unit may have one of each. */
export const kinds = ["profile", "canary"] as const;

export type Kind = (typeof kinds)[number];

const layerSchema = v.object({
  /** The whole drop-in. */
  text: v.string(),
  /** When it was installed, ISO 8601, UTC; null: not by us. */
  at: v.nullable(v.string()),
  /** Whether the service was seen to come back under it. */
  proved: v.boolean(),
});

const installedSchema = v.object({
  ...layerSchema.entries,
  at: v.string(),
  /** What had been there before, the latest first; empty: no such file. */
  earlier: v.array(layerSchema),
});

/** One drop-in that was installed, and what it is to be put back to. */
export type Installed = v.InferOutput<typeof installedSchema>;

const intentSchema = v.object({
  /** What the drop-in is to hold; null: no such file. */
  goal: v.nullable(v.string()),
  /** What is to be known of it then; null: nothing, it is not ours any more. */
  record: v.nullable(installedSchema),
});

/** A change that is about to be made: it is stored first, then made, then forgotten. */
export type Intent = v.InferOutput<typeof intentSchema>;

/** Throws ValiError or SyntaxError for anything else. */
export function parseInstalled(text: string): Installed {
  return v.parse(installedSchema, JSON.parse(text));
}

/** Throws ValiError or SyntaxError for anything else. */
export function parseIntent(text: string): Intent {
  return v.parse(intentSchema, JSON.parse(text));
}

/** Whether the change was made: `current` is what the drop-in holds, null for no such file. */
export function wasMade(intent: Intent, current: string | null): boolean {
  return intent.goal === current;
}

/** So many drop-ins are kept; of more, those between the latest and the very first are forgotten. */
const keptLayers = 8;

/** Installs `text`. @param current what the drop-in holds now. @param installed what is known of that. */
export function toInstall(
  text: string,
  current: string | null,
  installed: Installed | undefined,
  how: { readonly at: string; readonly proved: boolean },
): Intent {
  return { goal: text, record: { ...how, text, earlier: layersBelow(text, current, installed) } };
}

function layersBelow(
  text: string,
  current: string | null,
  installed: Installed | undefined,
): Installed["earlier"] {
  if (current === null) {
    return [];
  }
  if (installed?.text !== current) {
    return [{ text: current, at: null, proved: false }];
  }
  const { at, proved, earlier } = installed;
  // The same again: it is put back to what had been there before the first time.
  const layers = current === text ? earlier : [{ text: current, at, proved }, ...earlier];
  return layers.length <= keptLayers ? layers : [...layers.slice(0, keptLayers - 1), ...layers.slice(-1)];
}

/** Takes back what was installed last, so that what had been there before is there again. */
export function toRevert({ earlier: [last, ...rest] }: Installed): Intent {
  if (last === undefined) {
    return { goal: null, record: null };
  }
  const { at, text, proved } = last;
  return { goal: text, record: at === null ? null : { at, text, proved, earlier: rest } };
}
