/** What is known to exist and was not seen to happen: no estimate from what was seen can tell of it. */
import type { Fact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { lifecyclePhases } from "../learning/types.js";
import type { Saturation } from "./types.js";

/** How a service was exercised, in one run or in several together. */
export interface Exercise {
  readonly unit: Unit;
  readonly facts: Iterable<Fact>;
  readonly runs: readonly {
    readonly phases: readonly string[];
    readonly saturation?: Pick<Saturation, "signals"> | undefined;
  }[];
}

/** A phase of the lifecycle, a unit that starts the service, a signal or a port. */
export interface Unexercised {
  readonly name: string;
  /** How that is known, for people; missing for phases, which speak for themselves. */
  readonly why?: string;
}

/** In a fixed order. */
export function unexercised(exercise: Exercise): readonly Unexercised[] {
  return [
    ...missingPhases(exercise).map((name) => ({ name })),
    ...triggers(exercise.unit).map((name) => ({ name, why: "starts it at other times" })),
    ...unsentSignals(exercise).map((name) => ({ name, why: "it has a handler and got none" })),
    ...unusedPorts(exercise.facts).map((port) => ({ name: `port ${port}`, why: "nobody connected to it" })),
  ];
}

/** A command has no lifecycle of a unit; a unit that cannot be reloaded has no such phase. */
function missingPhases({ unit: { installed, properties }, runs }: Exercise): string[] {
  if (!installed) return [];
  return lifecyclePhases.filter(
    (phase) =>
      !(phase === "reload" && properties["CanReload"] === "no") &&
      !runs.some(({ phases }) => phases.includes(phase)),
  );
}

/** Sockets are started with the service, and who connects is seen. */
function triggers({ properties }: Unit): string[] {
  const names = (properties["TriggeredBy"] ?? "").split(/\s+/);
  return names.filter((name) => name.endsWith(".timer") || name.endsWith(".path")).sort();
}

/** What one run did not send another one may have. */
function unsentSignals({ runs }: Exercise): readonly string[] {
  const known = runs.flatMap(({ saturation }) => (saturation === undefined ? [] : [saturation.signals]));
  const [first = [], ...others] = known;
  return first.filter((signal) => others.every((signals) => signals.includes(signal)));
}

/** Ports of stream sockets; one may be bound for several address families and used by one. */
function unusedPorts(facts: Iterable<Fact>): number[] {
  const bound = new Set<number>();
  const used = new Set<number>();
  for (const fact of facts) {
    if (fact.kind === "bind" && fact.type === "SOCK_STREAM" && fact.port > 0) bound.add(fact.port);
    if (fact.kind === "accept" || fact.kind === "connect") used.add(fact.port);
  }
  return [...bound].filter((port) => !used.has(port)).sort((a, b) => a - b);
}
