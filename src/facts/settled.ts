/** What the trace showed, under the names that facts are to have now that all of it is known. */
import type { Check, Execution, Interpretation, Pair, Sighting } from "./interpretation.js";
import type { Entry } from "./ledger.js";
import type { CreationFact } from "./types.js";

export interface Settled {
  readonly sightings: readonly Entry<Sighting>[];
  readonly checks: readonly Entry<Check>[];
  readonly pairs: readonly Entry<Pair>[];
  readonly executions: readonly Entry<Execution>[];
  /** A path under the name that facts have for it. */
  readonly fold: (path: string) => string;
  readonly creations: readonly (readonly [CreationFact, Entry<CreationFact>])[];
}

export function settle(trace: Interpretation): Settled {
  const { sightings, checks, pairs, executions, creations } = trace;
  const { objects } = trace;
  const real = (path: string): string => objects.real(path);
  const fold = (path: string): string => objects.drawn.fold(path, real);
  return {
    fold,
    sightings: map(sightings.entries(), (seen) => ({
      ...seen,
      path: fold(seen.path),
      ...(seen.kernel !== undefined && { kernel: fold(seen.kernel) }),
    })),
    checks: map(checks.entries(), (check) => ({
      ...check,
      path: fold(check.path),
      known: check.known.map(([path, attributes]) => [fold(path), attributes] as const),
    })),
    pairs: map(pairs.entries(), ({ from, to }) => ({ from: fold(from), to: fold(to) })),
    executions: map(executions.entries(), (execution) => ({ ...execution, path: fold(execution.path) })),
    creations: Array.from(
      creations.facts(),
      ([fact, entry]) => [{ ...fact, path: fold(fact.path) }, entry] as const,
    ),
  };
}

function map<T>(entries: Iterable<Entry<T>>, change: (value: T) => T): Entry<T>[] {
  return Array.from(entries, (entry) => ({ ...entry, value: change(entry.value) }));
}
