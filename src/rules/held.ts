/** Which privileges a profile holds: those it used, and those that it has without a call that shows it. */
import { permittedByFile } from "../directives/file-capabilities.js";
import { capabilities, type Capability } from "../facts/names.js";
import { isOptional } from "../facts/optional.js";
import type { CapabilityFact, ElevationFact, Fact } from "../facts/types.js";
import type { Host, Unit } from "../host/types.js";

/** What is known of the unit and the machines besides the facts. */
export interface Surroundings {
  readonly unit: Unit;
  readonly hosts: readonly Host[];
}

/**
 * What was merely tried, and did without: a drop-in refuses it. Not so a call that the kernel does not have (ENOSYS):
 * drop-ins for systemd 255 and later let it through, and on another kernel it works.
 */
export function isHeld(fact: Fact): boolean {
  switch (fact.kind) {
    case "syscall":
      return fact.result !== "EPERM";
    case "capability":
      return !isOptional(fact.operation);
    case "personality":
      return fact.persona !== "query";
    default:
      return true;
  }
}

/** Capabilities that the unit gives its processes, and those of programs with file capabilities. */
export function bestowed(facts: Iterable<Fact>, { unit, hosts }: Surroundings): readonly CapabilityFact[] {
  const ambient = unit.ambientCapabilities.flatMap((name) => {
    const known = capabilities.find((capability) => capability === name.toUpperCase());
    return known === undefined ? [] : [needOf(known, "AmbientCapabilities=")];
  });
  const byFile = elevatedByFile(facts).flatMap(({ path }) =>
    (capabilitiesOf(path, hosts) ?? []).map((one) => needOf(one, `file capabilities of ${path}`)),
  );
  return [...ambient, ...byFile];
}

/** Programs with file capabilities of which nobody knows which. */
export function unknownElevations(facts: Iterable<Fact>, hosts: readonly Host[]): readonly ElevationFact[] {
  return elevatedByFile(facts).filter(({ path }) => capabilitiesOf(path, hosts) === undefined);
}

function elevatedByFile(facts: Iterable<Fact>): ElevationFact[] {
  return [...facts].filter(
    (fact): fact is ElevationFact => fact.kind === "elevation" && fact.by === "file-capabilities",
  );
}

/** On all hosts together; undefined where none can tell. */
function capabilitiesOf(path: string, hosts: readonly Host[]): readonly Capability[] | undefined {
  const found = hosts.flatMap(({ files }) => {
    const text = files[path]?.capabilities ?? "";
    const permitted = text === "" ? undefined : permittedByFile(text);
    return permitted === undefined ? [] : [permitted];
  });
  return found.length === 0 ? undefined : [...new Set(found.flat())];
}

function needOf(capability: Capability, operation: string): CapabilityFact {
  return { kind: "capability", capability, source: "inferred", operation };
}
