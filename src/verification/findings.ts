/** From a walk to what it was refused. */
import type { FactSet } from "../facts/set.js";
import type { Failure } from "../facts/failures.js";

import { asIfSucceeded } from "./as-if.js";
import { newFailures } from "./denial-candidates.js";
import { unlearned } from "./known.js";
import type { Laboratory, Reference } from "./laboratory.js";
import type { Host } from "../host/types.js";
import type { Walk } from "./types.js";

/** A call that fails under the drop-in and not without it. */
export interface Finding {
  readonly failure: Failure;
  /** What the call would have been evidence of, had it succeeded. */
  readonly facts: FactSet;
  /** Of what the facts speak. */
  readonly host: Host;
  /** Without its sandbox the service was let do that: it is not just tried because the service is confined. */
  readonly isUsed: boolean;
}

export async function findingsOf(
  walk: Pick<Walk, "failures">,
  reference: Reference,
  laboratory: Laboratory,
): Promise<readonly Finding[]> {
  const failures = newFailures(walk.failures, reference.failures, laboratory.exists);
  const wishes = failures.map((failure) => ({ failure, wish: asIfSucceeded(failure) }));
  if (wishes.length === 0) return [];
  const queries = wishes.map(({ wish }) => wish.query);
  const host = await laboratory.host({
    paths: queries.flatMap(({ paths }) => paths),
    uids: queries.flatMap(({ uids }) => uids),
    gids: queries.flatMap(({ gids }) => gids),
  });
  return wishes.map(({ failure, wish }) => {
    const { facts } = wish.facts(host);
    const isUsed = unlearned(facts, reference.facts).length === 0;
    return { failure, facts, host, isUsed };
  });
}
