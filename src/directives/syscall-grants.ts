/** Which system calls a service gets, and why each. */
import { compareText } from "../facts/set.js";
import type { SyscallFact } from "../facts/types.js";
import { dropsPrivilegesBehindFilter } from "./guards.js";
import { aliasesOf, aliasFamilies, errorPath } from "./syscall-aliases.js";
import { systemCallsOf } from "./system-calls.js";
import type { Context, Grant } from "./types.js";
import { shippedList, ships } from "./vendor.js";

export interface SyscallGrants {
  /** By name, sorted; members of @default included, though an allow-list grants them by itself. */
  readonly grants: readonly Grant[];
  /** Denied with ENOSYS, as on a kernel without them, so that libraries fall back on what is granted. */
  readonly enosys: readonly string[];
  /** Used, but unknown to the target: it refuses them whatever the filter says. */
  readonly unknown: readonly string[];
  /** Used, but denied by the unit as it is shipped, and so denied still. */
  readonly denied: readonly string[];
}

/**
 * What other directives answer with ENOSYS: clone3 under RestrictNamespaces=, openat2 under RestrictSUIDSGID=
 * (src/shared/seccomp-util.c). What programs then use has to be there.
 */
const answeredEnosys: Readonly<Record<string, readonly string[]>> = {
  clone3: ["clone"],
  openat2: ["openat"],
};

export function grantSyscalls(context: Context): SyscallGrants {
  const { usable } = systemCallsOf(context.target);
  const shipped = shippedList(context.unit, "SystemCallFilter");
  const facts = context.facts.ofKind("syscall");
  const used = groupByName(facts.filter(({ result }) => result === "used"));
  const wanted = new Map<string, Grant>();
  const want = (value: string, origin: Grant["origin"], because: readonly SyscallFact[] = []) => {
    if (!wanted.has(value) && usable.has(value)) {
      wanted.set(value, { value, origin, facts: because });
    }
  };
  for (const [name, because] of used) {
    want(name, "seen", because);
  }
  for (const name of requiredBySystemd(context)) {
    want(name, "required");
  }
  for (const [name, because] of used) {
    for (const fallback of answeredEnosys[name] ?? []) {
      want(fallback, "alias", because);
    }
  }
  if (context.breadth !== "exact") {
    for (const [name, because] of used) {
      for (const alias of aliasesOf(name)) {
        want(alias, "alias", because);
      }
    }
    for (const name of errorPath) {
      want(name, "error-path");
    }
  }
  const grants = [...wanted.values()]
    .filter(({ value, origin }) => origin === "required" || ships(shipped, value))
    .sort((a, b) => compareText(a.value, b.value));
  const names = [...used.keys()].sort(compareText);
  return {
    grants,
    enosys: enosysNames(context, new Set(grants.map(({ value }) => value)), facts),
    unknown: names.filter((name) => !usable.has(name)),
    denied: names.filter((name) => usable.has(name) && !ships(shipped, name)),
  };
}

/**
 * What systemd calls between the installation of the filter and execve (exec_invoke() in src/core/exec-invoke.c):
 * for Type=exec it writes to a pipe, which versions since 257 add to the filter themselves; when privileges are
 * dropped behind the filter it needs capget, capset and prctl. execve and the rest are in @default.
 */
function requiredBySystemd(context: Context): readonly string[] {
  return [
    ...(context.unit.type === "exec" && context.target < 257 ? ["write"] : []),
    ...(dropsPrivilegesBehindFilter(context) ? ["capget", "capset", "prctl"] : []),
  ];
}

/** Calls that answered ENOSYS before, and those that a library tries before one that is granted. */
function enosysNames(
  { target }: Context,
  granted: ReadonlySet<string>,
  facts: readonly SyscallFact[],
): readonly string[] {
  const { usable, groups } = systemCallsOf(target);
  const missing = facts.filter(({ result }) => result === "ENOSYS").map(({ name }) => name);
  const triedFirst = aliasFamilies
    .filter(({ names }) => names.some((name) => granted.has(name)))
    .flatMap((family) => family.triedFirst);
  return [...new Set([...missing, ...triedFirst])]
    .filter((name) => usable.has(name) && !granted.has(name) && groups.get("@default")?.has(name) !== true)
    .sort(compareText);
}

function groupByName(facts: readonly SyscallFact[]): Map<string, readonly SyscallFact[]> {
  const names = new Set(facts.map(({ name }) => name));
  return new Map([...names].map((name) => [name, facts.filter((fact) => fact.name === name)]));
}
