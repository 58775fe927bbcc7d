/** What a profile cannot answer a ceiling: what was not seen is neither above it nor below. */
import { describeFact, describeFacts } from "../directives/describe.js";
import { isBelow } from "../facts/paths.js";
import { steadyPart } from "../facts/placeholders.js";
import type { Fact, FileFact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { lifecyclePhases } from "../learning/types.js";
import type { Profile } from "../profile/types.js";
import type { Ceiling } from "./ceiling.js";
import { unknownElevations } from "./held.js";
import { plainPart } from "./names.js";
import { matches, type Pattern, withValues } from "./pattern.js";

/** Why the profile may hold more than its facts say, one line each; empty when nothing says so. */
export function unseenBy(ceiling: Ceiling, { unit, facts, hosts, runs }: Profile): readonly string[] {
  const phases = phasesOf(unit).filter((phase) => !runs.some((run) => run.phases.includes(phase)));
  const blind = facts.filter(({ kind }) => kind === "blind-spot");
  const elevations = unknownElevations(facts, hosts);
  return [
    ...new Set(runs.flatMap(({ incomplete }) => incomplete)),
    ...blind.map((fact) => `the service ${describeFact(fact)}`),
    ...(elevations.length === 0
      ? []
      : [`the service ${describeFacts(elevations)}, and which those are is not known`]),
    ...crowdsOf(ceiling, facts),
    ...(phases.length === 0 ? [] : [`no run exercised ${phases.join(", ")}`]),
  ];
}

/** What a service goes through; a command is only exercised. */
function phasesOf({ installed, properties }: Unit): readonly string[] {
  if (!installed) return ["soak"];
  return lifecyclePhases.filter((phase) => phase !== "reload" || properties["CanReload"] !== "no");
}

/** Names that are too many or too random to be told apart, where a rule is about one name. */
function crowdsOf({ rules }: Ceiling, facts: readonly Fact[]): string[] {
  const patterns = rules.map(({ never }) => never).filter(({ kind }) => kind === "file");
  return facts.flatMap((fact) => {
    if (fact.kind !== "file" || !fact.path.endsWith("/{random}")) return [];
    const names = patterns.flatMap((pattern) => hiddenIn(fact, pattern));
    return names.length === 0
      ? []
      : [
          `the service ${describeFact(fact)}; whether that is ever ${[...new Set(names)].join(", ")} is not known`,
        ];
  });
}

/** The names of a pattern that may be among those that a fact stands for. */
function hiddenIn(fact: FileFact, pattern: Pattern): string[] {
  const anywhere = withValues(pattern, "path", []);
  if (!matches(anywhere, fact) || matches(pattern, fact)) return [];
  const directory = steadyPart(fact.path);
  return (pattern.wanted.get("path") ?? [])
    .map((text) => plainPart(String(text)))
    .filter((path) => path !== directory && isBelow(path, directory));
}
