import { type NamespaceType, namespaceTypes } from "../facts/names.js";
import type { NamespaceFact } from "../facts/types.js";
import { set, setList, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { byFilter } from "./guards.js";
import type { Unit } from "../host/types.js";
import type { Directive, Grant } from "./types.js";

const name = "RestrictNamespaces";

/**
 * Filters clone and unshare by their CLONE_NEW* flags and setns by its type; setns with type 0 is refused by any
 * restriction, and clone3 answers ENOSYS (seccomp_restrict_namespaces()).
 */
export const restrictNamespaces: Directive = byFilter({
  names: [name],
  decide: (context) => {
    const facts = context.facts.ofKind("namespace");
    const untyped = facts.filter(({ type }) => type === "any");
    const shipped = shippedNamespaces(context.unit);
    if (untyped.length > 0) {
      const kept = shipped === undefined ? "" : "kept as the unit ships it, although ";
      return [
        withhold(
          name,
          "unsafe",
          `${kept}the service ${describeFacts(untyped)} without naming a type.`,
          untyped,
        ),
      ];
    }
    const seen = namespaceTypes.flatMap((type): Grant[] => {
      const uses = facts.filter((fact: NamespaceFact) => fact.type === type);
      return uses.length === 0 ? [] : [{ value: type, origin: "seen", facts: uses }];
    });
    const grants = seen.filter(({ value }) => shipped?.has(value) ?? true);
    const dropped = seen.filter((grant) => !grants.includes(grant)).map(({ value }) => value);
    const why =
      seen.length === 0
        ? "No namespace is created or entered."
        : `Only these namespaces were created or entered${dropped.length === 0 ? "" : `; denied as the unit ships it: ${dropped.join(" ")}`}.`;
    return [
      grants.length === 0
        ? set(name, "yes", why)
        : setList(name, [grants.map(({ value }) => value).join(" ")], why, grants),
    ];
  },
});

/** Types that the unit as shipped allows; undefined when it restricts nothing. */
export function shippedNamespaces(unit: Unit): ReadonlySet<string> | undefined {
  const property = unit.properties[name] ?? "no";
  if (property === "no" || property === "") {
    return undefined;
  }
  const words = property.replace(/^~/, "").split(/\s+/);
  if (property.startsWith("~")) {
    return new Set(namespaceTypes.filter((type: NamespaceType) => !words.includes(type)));
  }
  return new Set(property === "yes" ? [] : words);
}
