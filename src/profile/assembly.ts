/** A profile from runs that each have evidence of their own: one that was just learned, or those of an older document. */
import { createHash } from "node:crypto";
import { compareText } from "../facts/set.js";
import type { Evidence } from "../facts/types.js";
import { runKey } from "./merge-runs.js";
import { formatRuns } from "./run-ranges.js";
import type { Profile, Run, StoredEvidence } from "./types.js";

export interface RunWithEvidence {
  readonly run: Omit<Run, "id">;
  /** Keyed by the identity of the fact. */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

/** @returns the runs in order and named, and of each fact the evidence of the first run that saw it. */
export function assemble(
  unit: string,
  learned: readonly RunWithEvidence[],
): Pick<Profile, "runs" | "evidence"> {
  const ordered = learned
    .map(({ run, evidence }) => ({ run: { ...run, id: runId(unit, run, evidence) }, evidence }))
    .sort((a, b) => compareRuns(a.run, b.run));
  const seenBy = new Map<string, number[]>();
  const first = new Map<string, Evidence>();
  for (const [index, { evidence }] of ordered.entries()) {
    for (const [id, seen] of Object.entries(evidence)) {
      const runs = seenBy.get(id);
      if (runs === undefined) {
        seenBy.set(id, [index]);
        first.set(id, seen);
      } else {
        runs.push(index);
      }
    }
  }
  const evidence = [...first]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, seen]): [string, StoredEvidence] => [id, { ...seen, runs: formatRuns(seenBy.get(id) ?? []) }]);
  return { runs: ordered.map(({ run }) => run), evidence: Object.fromEntries(evidence) };
}

/** The order of runs in a profile: by when they were started. */
function compareRuns(a: Run, b: Run): number {
  return compareText(runKey(a), runKey(b));
}

/** 16 hexadecimal digits from what tells runs apart, so that no run is counted twice when profiles are merged. */
function runId(
  unit: string,
  { started, duration, tracer, phases }: Omit<Run, "id">,
  evidence: RunWithEvidence["evidence"],
): string {
  const content = JSON.stringify([unit, started, duration, tracer, phases, Object.keys(evidence).sort()]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
