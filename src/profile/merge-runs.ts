/** Which run is which when profiles are merged. */
import { compareText } from "../facts/set.js";
import type { Run } from "./types.js";

/** A run and the `machineId` of its host. */
export interface KnownRun {
  readonly run: Run;
  readonly machine: string;
}

/** What a run is known by, as text that sorts by when it was started. */
export function runKey({ started, id }: Pick<Run, "started" | "id">): string {
  return `${started} ${id}`;
}

/** One run with two accounts of it, of which a hand has edited one: the one with more reasons for doubt is kept. */
export function preferredRun(a: KnownRun, b: KnownRun): KnownRun {
  const doubts = b.run.incomplete.length - a.run.incomplete.length;
  return (doubts || compareText(textOf(a), textOf(b))) <= 0 ? a : b;
}

/** The index of the host is another one in each profile. */
function textOf({ run: { host: _, ...run }, machine }: KnownRun): string {
  return canonicalText({ ...run, machine });
}

/** JSON with the members of objects in order: equal values give equal text. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => compareText(a, b)))
      : member,
  );
}
