/** What the baseline knew of a thing that the candidate does otherwise. */
import type { Fact, FileFact } from "../facts/types.js";
import { packageName, withoutForms } from "./sameness/paths.js";
import { callFamily } from "./sameness/classes.js";

/** What a fact is about, whatever is done with it; undefined where facts of its kind stand alone. */
function subjectOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "syscall":
      return `call ${callFamily(fact.name)}`;
    case "file":
    case "elevation":
      return `path ${packageName(fact.path)}`;
    case "bind":
    case "connect":
    case "accept":
      return fact.family === "AF_UNIX"
        ? `${fact.kind} ${withoutForms(fact.address)}`
        : `${fact.kind} ${fact.family} ${fact.type} ${fact.port}`;
    case "socket":
      return `socket ${fact.family} ${fact.type}`;
    case "ipc":
      return `ipc ${fact.mechanism} ${fact.key}`;
    case "capability":
      return fact.capability;
    case "namespace":
      return `namespace ${fact.type}`;
    case "scheduling":
      return `scheduling ${fact.policy}`;
    case "personality":
    case "signal":
    case "notification":
      return fact.kind;
    default:
      return undefined;
  }
}

/** From what tells most of a file to what tells least. */
const accesses: readonly FileFact["access"][] = [
  "execute",
  "create",
  "replace",
  "delete",
  "write",
  "map",
  "connect",
  "read",
  "missing",
];

function rank(fact: Fact): number {
  return fact.kind === "file" ? accesses.indexOf(fact.access) : 0;
}

/** @param facts of the baseline. */
export function sidesOf(facts: Iterable<Fact>): (fact: Fact) => Fact | null {
  const known = new Map<string, Fact>();
  for (const fact of facts) {
    const subject = subjectOf(fact);
    const other = subject === undefined ? undefined : known.get(subject);
    if (subject !== undefined && (other === undefined || rank(fact) < rank(other))) known.set(subject, fact);
  }
  return (fact) => known.get(subjectOf(fact) ?? "") ?? null;
}
