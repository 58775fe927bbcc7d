/** Which facts say something that others do not say already. */
import { isPlaceholder } from "../facts/placeholders.js";
import type { FactSet } from "../facts/set.js";
import type { Fact, FileFact } from "../facts/types.js";

/**
 * The facts of which nothing in `known` implies that it was allowed. Facts of one call that failed are told more exactly
 * than those of a whole run, and in a confined run more is there than in the run before it: what that one made, this one
 * writes. So the same object and a stronger access will do, the same capability for whatever purpose, the same kind of
 * socket, and a path or address that stands for many.
 */
export function unlearned(facts: FactSet, known: FactSet): readonly Fact[] {
  return [...facts.difference(known)].filter((fact) => !isImplied(fact, known));
}

type Access = FileFact["access"];

/** What is let happen to an object of which this is known. */
const implied: Readonly<Record<Access, readonly Access[]>> = {
  read: ["read", "missing"],
  missing: ["missing", "read"],
  map: ["map", "read", "missing"],
  execute: ["execute", "map", "read", "missing"],
  connect: ["connect", "read", "missing"],
  write: ["write", "read", "missing"],
  create: ["create", "replace", "delete", "write", "read", "missing"],
  delete: ["create", "replace", "delete", "write", "read", "missing"],
  replace: ["create", "replace", "delete", "write", "read", "missing"],
};

function isImplied(fact: Fact, known: FactSet): boolean {
  switch (fact.kind) {
    case "file":
      return known
        .ofKind("file")
        .some((other) => implied[other.access].includes(fact.access) && stands(other.path, fact.path));
    case "rename":
      return known
        .ofKind("rename")
        .some((other) => stands(other.from, fact.from) && stands(other.to, fact.to));
    case "creation":
      return known.ofKind("creation").some((other) => stands(other.path, fact.path));
    case "capability":
      return known.ofKind("capability").some((other) => other.capability === fact.capability);
    case "socket":
      return known.ofKind("socket").some((other) => other.family === fact.family && other.type === fact.type);
    case "bind":
    case "connect":
    case "accept":
      return known
        .ofKind(fact.kind)
        .some(
          (other) =>
            other.family === fact.family &&
            other.type === fact.type &&
            (other.port === fact.port || other.port === 0) &&
            (other.address === fact.address || other.address === "{other}"),
        );
    default:
      return false;
  }
}

/** Is `path` the one that `known` says, or one of those that it stands for? */
function stands(known: string, path: string): boolean {
  if (known === path) return true;
  const components = known.split("/");
  const asked = path.split("/");
  if (components.length !== asked.length || !known.includes("{")) return false;
  return components.every(
    (name, index) => name === asked[index] || (isPlaceholder(name) && matches(name, asked[index] ?? "")),
  );
}

/** A placeholder is any text, what is around it is as it is. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split(/\{(?:pid|other-pid|uuid|random|hash|date|counter)\}/);
  const quoted = parts.map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(`^${quoted.join(".+")}$`, "s").test(name);
}
