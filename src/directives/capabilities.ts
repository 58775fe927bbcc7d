import { type Capability, capabilities } from "../facts/names.js";
import type { ElevationFact } from "../facts/types.js";
import { setList, withhold, wrapWords } from "./decision.js";
import { describeFacts } from "./describe.js";
import { permittedByFile } from "./file-capabilities.js";
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
    const byFile = elevations(context).filter(({ by }) => by === "file-capabilities");
    const inherited = new Map(byFile.map((fact) => [fact, permittedBy(context, fact)]));
    const grants = grantsOf(context, inherited);
    const values = grants.map(({ value }) => value);
    const unknown = byFile.filter((fact) => inherited.get(fact) === undefined);
    if (unknown.length > 0) {
      // execve(2): EPERM when the effective bit is set and the process cannot get every capability of the file.
      const why = `the service ${describeFacts(unknown)}, and execve fails unless the set holds every capability that getcap shows of it.`;
      const lines = [`${name}=`, `${name}=${[...values, "(and those of getcap)"].join(" ")}`];
      return [withhold(name, "operator", why, unknown, lines)];
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

/** What getcap said of the program; undefined when it was not asked or its answer is not understood. */
function permittedBy({ host }: Context, { path }: ElevationFact): readonly Capability[] | undefined {
  const text = host.files[path]?.capabilities ?? "";
  return text === "" ? undefined : permittedByFile(text);
}

/**
 * Needed capabilities, those of programs with file capabilities, and the ambient ones that the unit keeps, in their
 * kernel order, within what the unit ships.
 */
function grantsOf(
  context: Context,
  inherited: ReadonlyMap<ElevationFact, readonly Capability[] | undefined>,
): Grant[] {
  const { facts, unit } = context;
  const ambient = isRoot(context) ? [] : unit.ambientCapabilities.map((name) => name.toUpperCase());
  const shipped = shippedBoundingSet(unit.properties["CapabilityBoundingSet"]);
  return capabilities.flatMap((capability): Grant[] => {
    const uses = facts.ofKind("capability").filter((fact) => fact.capability === capability);
    const programs = [...inherited].filter(([, list]) => list?.includes(capability)).map(([fact]) => fact);
    const because = [...uses, ...programs];
    const kept = ambient.includes(capability);
    if ((because.length === 0 && !kept) || !shipped(capability)) {
      return [];
    }
    return [{ value: capability, origin: because.length > 0 ? "seen" : "required", facts: because }];
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
