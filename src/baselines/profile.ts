import { assemble } from "../profile/assembly.js";
import { type Profile, schemaVersion } from "../profile/types.js";
import { baselineOf } from "./baseline.js";
import { describeSources, type LoadedUnit } from "./loaded.js";
import { remarksOn } from "./remarks.js";

/**
 * A unit's own sandbox as a profile, to check others against: what it lets through are the facts.
 *
 * @param now ISO 8601, UTC.
 */
export function profileOfUnit(loaded: LoadedUnit, now: string): Profile {
  const { unit, host, target } = loaded;
  const { facts, differences } = baselineOf(unit, host, target);
  const assumed = [...describeSources(loaded), ...remarksOn(unit, differences)];
  const run = {
    started: now,
    duration: 0,
    tracer: "unit",
    capabilities: "inferred",
    phases: [],
    incomplete: [],
    ...(assumed.length === 0 ? {} : { assumed }),
    host: 0,
  } as const;
  return {
    schema: schemaVersion,
    unit,
    facts: [...facts],
    hosts: [host],
    ...assemble(unit.name, [{ run, evidence: {} }]),
  };
}
