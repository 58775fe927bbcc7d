/**
 * When two facts are the same privilege by another name, so that no setting should tell them apart. What merely makes no
 * difference to the settings of this frame is not decided here but in ../coverage.
 */
import { isOptional } from "../../facts/optional.js";
import { parent } from "../../facts/paths.js";
import { factId } from "../../facts/set.js";
import type { Architecture, Fact, FileFact, SyscallFact } from "../../facts/types.js";
import { aliasFamilies } from "../../directives/syscall-aliases.js";
import { inMergedUsr, packageName, withoutForms } from "./paths.js";

const familyOf: ReadonlyMap<string, string> = new Map(
  aliasFamilies.flatMap(({ names }) => names.map((name) => [name, names[0] ?? name] as const)),
);

/** One name for a call and its siblings. */
export function callFamily(name: string): string {
  return familyOf.get(name) ?? name;
}

/** Accesses that find what a package has brought, under whatever name its next version has it. */
const finding: ReadonlySet<FileFact["access"]> = new Set(["read", "missing", "execute", "map"]);

/** Abstract names that begin with 64 random bits, as sd-bus(3) binds them since systemd 256. */
const drawnName = /"@[0-9a-f]{15,16}\//;

/** Tells facts apart as far as they are different privileges. */
export type Classify = (fact: Fact) => string;

/**
 * @param natives architectures of the hosts that a profile was learned on: calls of these are calls of native programs.
 */
export function classifier(natives: ReadonlySet<Architecture>): Classify {
  const classOf: Classify = (fact) => {
    switch (fact.kind) {
      case "syscall":
        return callClass(fact, natives);
      case "file":
        return `file ${fact.access} ${nodeType(fact)} ${nameOf(fact)}`;
      case "rename":
        // Names within a directory come and go; which directories they move between is the privilege.
        return JSON.stringify(["rename", ...[fact.from, fact.to].map((path) => withoutForms(parent(path)))]);
      case "creation":
        return `creation ${fact.bits} ${withoutForms(parent(fact.path))}`;
      case "elevation":
        return JSON.stringify(["elevation", fact.by, packageName(fact.path)]);
      case "capability":
        return JSON.stringify(["capability", fact.capability, isOptional(fact.operation)]);
      case "mode":
        // openat2 is what another C library opens files with; a filter that answers it with ENOSYS makes it call openat.
        return fact.bits === "openat2"
          ? classOf({ kind: "syscall", architecture: someOf(natives), name: "openat2", result: "used" })
          : JSON.stringify(["mode", fact.bits]);
      case "namespace":
        return JSON.stringify(["namespace", fact.operation === "setns", fact.type]);
      case "bind":
      case "connect":
        return withoutForms(factId(fact)).replace(drawnName, '"@{}/');
      case "ipc":
        return withoutForms(factId(fact));
      default:
        return factId(fact);
    }
  };
  return classOf;
}

function someOf(natives: ReadonlySet<Architecture>): Architecture {
  const [first = "x86-64"] = natives;
  return first;
}

function callClass({ architecture, name, result }: SyscallFact, natives: ReadonlySet<Architecture>): string {
  const where = natives.has(architecture) ? "native" : architecture;
  return `syscall ${where} ${result} ${callFamily(name)}`;
}

function nameOf({ access, path }: FileFact): string {
  return finding.has(access) ? packageName(path) : withoutForms(inMergedUsr(path));
}

/** To make a device node is another thing than to make a file. */
function nodeType({ access, type }: FileFact): string {
  return access === "create" && (type === "char" || type === "block") ? type : "";
}
