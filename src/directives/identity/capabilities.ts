/** What becomes of the capabilities that were needed when the service is no longer root. */
import type { Capability } from "../../facts/names.js";
import { isOptional } from "../../facts/optional.js";
import { isBelow } from "../../facts/paths.js";
import type { CapabilityFact, FileFact } from "../../facts/types.js";
import { isBelowAny } from "../evidence.js";
import type { Context } from "../types.js";

/** Those that leave a process less than root; with any other it can make itself root, or read and write every file. */
const grantable: ReadonlySet<Capability> = new Set<Capability>([
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_LEASE",
  "CAP_SYS_NICE",
  "CAP_SYS_PACCT",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_SYSLOG",
  "CAP_AUDIT_READ",
  "CAP_AUDIT_WRITE",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_PERFMON",
]);

/** They pass over owners and modes, which the owner of a file need not. */
const ownership: ReadonlySet<Capability> = new Set<Capability>([
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
]);

export interface Remainder {
  /** For AmbientCapabilities=. */
  readonly ambient: readonly Capability[];
  /** What only root may do. */
  readonly refused: readonly CapabilityFact[];
  /** What programs put up with when they may not. */
  readonly foregone: readonly CapabilityFact[];
}

/**
 * Sorts the capabilities that were used, for a service that owns everything below `owned` and is handed `secrets`. The
 * facts of `dropping` are those of a change of user that would no longer happen.
 */
export function remainderOf(
  { facts }: Context,
  owned: readonly string[],
  secrets: readonly FileFact[],
  dropping: ReadonlySet<Capability> = new Set(),
): Remainder {
  const uses = facts.ofKind("capability");
  const foregone = uses.filter(({ operation }) => isOptional(operation));
  const needed = uses.filter(
    (fact) =>
      !isOptional(fact.operation) && !dropping.has(fact.capability) && !isAnswered(fact, owned, secrets),
  );
  const ambient = new Set(needed.map(({ capability }) => capability).filter((one) => grantable.has(one)));
  return {
    ambient: [...ambient],
    refused: needed.filter(({ capability }) => !grantable.has(capability)),
    foregone,
  };
}

/** Whether owning the object, or being handed its content, makes the capability superfluous. */
function isAnswered(
  { capability, operation }: CapabilityFact,
  owned: readonly string[],
  secrets: readonly FileFact[],
): boolean {
  const path = /^[^/]* (\/.*)$/s.exec(operation)?.[1];
  if (!ownership.has(capability) || path === undefined) {
    return false;
  }
  const isHandedOver = secrets.some((secret) => isBelow(secret.path, path));
  return isBelowAny(path, owned) || (capability !== "CAP_FOWNER" && isHandedOver);
}
