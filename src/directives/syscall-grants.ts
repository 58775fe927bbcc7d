/** Which system calls a service gets, and why each. */
import { compareText } from "../facts/set.js";
import type { SyscallFact } from "../facts/types.js";
import { dropsPrivilegesBehindFilter, privilegeDroppingCalls } from "./guards.js";
import { aliasesOf, aliasFamilies, errorPath } from "./syscall-aliases.js";
import { systemCallsOf } from "./system-calls.js";
import type { Context, Grant } from "./types.js";
import { shippedList, ships } from "./vendor.js";

export interface SyscallGrants {
  /** By name, sorted; members of @default included, though an allow-list grants them by itself. */
  readonly grants: readonly Grant[];
  /**
   * Denied with ENOSYS, as on a kernel without them, so that libraries fall back on what is granted. Empty where that
   * is impossible; these calls are granted then.
   */
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
export const answeredEnosys: Readonly<Record<string, { readonly by: string; readonly instead: string }>> = {
  clone3: { by: "RestrictNamespaces", instead: "clone" },
  openat2: { by: "RestrictSUIDSGID", instead: "openat" },
};

/**
 * What follows sooner or later. A listening socket that nobody connected to during the soak is polled; refusing to
 * accept then leaves it readable, and the service tries again without end.
 */
const followedBy: Readonly<Record<string, readonly string[]>> = {
  listen: ["accept", "accept4"],
};

/**
 * From this version on an allow-list cannot answer ENOSYS: it is the default action of the filter, for calls outside
 * @known, and libseccomp refuses a rule whose action is the default (seccomp_load_syscall_filter_set_raw() in
 * src/shared/seccomp-util.c; tried: the service fails with 228/SECCOMP, and systemd-analyze verify says nothing).
 */
const enosysIsDefaultAction = 255;

export function grantSyscalls(context: Context): SyscallGrants {
  const { usable } = systemCallsOf(context.target);
  const shipped = shippedList(context.unit, "SystemCallFilter");
  const facts = context.facts.ofKind("syscall");
  const newest = Math.max(context.target, context.host.newestSystemd ?? 0);
  const canAnswerEnosys = newest < enosysIsDefaultAction;
  // Where ENOSYS cannot be answered, what got it from the kernel must be let through to get it again.
  const used = groupByName(
    facts.filter(({ result }) => result === "used" || (result === "ENOSYS" && !canAnswerEnosys)),
  );
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
    const fallback = answeredEnosys[name]?.instead;
    if (fallback !== undefined) {
      want(fallback, "alias", because);
    }
  }
  if (context.breadth !== "exact") {
    for (const [name, because] of used) {
      for (const alias of [
        ...aliasesOf(name),
        ...(Object.hasOwn(followedBy, name) ? (followedBy[name] ?? []) : []),
      ]) {
        want(alias, "alias", because);
      }
    }
    for (const name of errorPath) {
      want(name, "error-path");
    }
  }
  const triedFirst = triedBefore(new Set(wanted.keys()));
  if (!canAnswerEnosys) {
    for (const name of triedFirst) {
      want(name, "alias");
    }
  }
  const lets = (name: string) =>
    ships(shipped, name) || (!canAnswerEnosys && shipped?.enosys.has(name) === true);
  const grants = [...wanted.values()]
    .filter(({ value, origin }) => origin === "required" || lets(value))
    .sort((a, b) => compareText(a.value, b.value));
  const names = [...used.keys()].sort(compareText);
  const missing = facts.filter(({ result }) => result === "ENOSYS").map(({ name }) => name);
  return {
    grants,
    enosys: canAnswerEnosys
      ? enosysNames(context, [...missing, ...triedFirst, ...(shipped?.enosys ?? [])], grants)
      : [],
    unknown: names.filter((name) => !usable.has(name)),
    denied: names.filter((name) => usable.has(name) && !lets(name)),
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
    ...(dropsPrivilegesBehindFilter(context) ? privilegeDroppingCalls : []),
  ];
}

/** What a library tries before a call that is granted, and falls back from only on ENOSYS. */
function triedBefore(granted: ReadonlySet<string>): readonly string[] {
  return aliasFamilies
    .filter(({ names }) => names.some((name) => granted.has(name)))
    .flatMap(({ triedFirst }) => triedFirst);
}

/** Of `candidates` those that are not granted and that the target can name, sorted. */
function enosysNames(
  { target }: Context,
  candidates: readonly string[],
  grants: readonly Grant[],
): readonly string[] {
  const { usable, groups } = systemCallsOf(target);
  const granted = new Set([...grants.map(({ value }) => value), ...(groups.get("@default") ?? [])]);
  return [...new Set(candidates)].filter((name) => usable.has(name) && !granted.has(name)).sort(compareText);
}

function groupByName(facts: readonly SyscallFact[]): Map<string, readonly SyscallFact[]> {
  const names = new Set(facts.map(({ name }) => name));
  return new Map([...names].map((name) => [name, facts.filter((fact) => fact.name === name)]));
}
