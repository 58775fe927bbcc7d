import { type Capability, capabilities } from "../facts/names.js";
import { setList, withhold, wrapWords } from "./decision.js";
import { describeFacts } from "./describe.js";
import { elevations, isRoot } from "./guards.js";
import type { Context, Directive, Grant } from "./types.js";

/**
 * The bounding set limits what execve(2) can give: to root, to ambient capabilities and to setuid programs. The empty
 * assignment alone means no capability at all; every further line adds to it (systemd.exec(5)).
 */
export const capabilityBoundingSet: Directive = {
  names: ["CapabilityBoundingSet"],
  decide: (context) => {
    const name = "CapabilityBoundingSet";
    const grants = grantsOf(context);
    const values = grants.map(({ value }) => value);
    const byFile = elevations(context).filter(({ by }) => by === "file-capabilities");
    if (byFile.length > 0) {
      // execve(2): EPERM when the effective bit is set and the process cannot get every capability of the file.
      const why = `the service ${describeFacts(byFile)}, and execve fails unless the set holds every capability that getcap shows of it.`;
      const lines = [`${name}=`, `${name}=${[...values, "(and those of getcap)"].join(" ")}`];
      return [withhold(name, "operator", why, byFile, lines)];
    }
    return [
      setList(
        name,
        wrapWords(values),
        values.length === 0 ? "No capability was needed." : "The capabilities that were needed.",
        grants,
      ),
    ];
  },
};

/** Needed capabilities and the ambient ones that the unit keeps, in their kernel order, within what the unit ships. */
function grantsOf(context: Context): Grant[] {
  const { facts, unit } = context;
  const ambient = isRoot(context) ? [] : unit.ambientCapabilities.map((name) => name.toUpperCase());
  const shipped = shippedBoundingSet(unit.properties["CapabilityBoundingSet"]);
  return capabilities.flatMap((capability): Grant[] => {
    const uses = facts.ofKind("capability").filter((fact) => fact.capability === capability);
    const kept = ambient.includes(capability);
    if ((uses.length === 0 && !kept) || !shipped(capability)) {
      return [];
    }
    return [{ value: capability, origin: uses.length > 0 ? "seen" : "required", facts: uses }];
  });
}

/** `systemctl show` prints the whole set in lower case; without the property nothing is excluded. */
function shippedBoundingSet(property: string | undefined): (capability: Capability) => boolean {
  if (property === undefined) {
    return () => true;
  }
  const names = new Set(property.toUpperCase().split(/\s+/));
  return (capability) => names.has(capability);
}
