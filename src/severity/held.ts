/** Which capabilities a service has: what it needs it is granted. */
import type { Capability } from "../facts/names.js";
import type { FactSet } from "../facts/set.js";
import type { Unit } from "../host/types.js";

/** What the facts of a set need, looked up once: there are hundreds of calls. */
const needed = new WeakMap<FactSet, ReadonlySet<Capability>>();

function neededBy(facts: FactSet): ReadonlySet<Capability> {
  const known = needed.get(facts);
  if (known !== undefined) return known;
  const found = new Set(facts.ofKind("capability").map(({ capability }) => capability));
  needed.set(facts, found);
  return found;
}

/** The first of these capabilities that the service needs, and so is granted, or starts with; undefined for none. */
export function heldBy(wanted: readonly Capability[], facts: FactSet, unit: Unit): Capability | undefined {
  const has = neededBy(facts);
  return wanted.find((one) => has.has(one) || unit.ambientCapabilities.includes(one));
}
