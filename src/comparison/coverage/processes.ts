/** Which new uses of processes, memory and rights give nothing more, as far as no setting tells. */
import type { FactSet } from "../../facts/set.js";
import type {
  BlindSpotFact,
  CapabilityFact,
  IdentityFact,
  InheritedFact,
  IpcFact,
  KeyringFact,
  MemoryFact,
  PersonalityFact,
  SchedulingFact,
} from "../../facts/types.js";
import { isOptional } from "../../facts/optional.js";

/** Both give code that was data a moment ago; the others give less (mprotect(2), shmat(2)). */
const strongMemory: ReadonlySet<MemoryFact["protection"]> = new Set(["write-execute", "gain-execute"]);

export function memoryCoverage(facts: FactSet): string | undefined {
  const known = facts.ofKind("memory").find(({ protection }) => strongMemory.has(protection));
  return known && "it writes and executes memory already";
}

const timeSharing: ReadonlySet<string> = new Set([
  "SCHED_OTHER",
  "SCHED_NORMAL",
  "SCHED_BATCH",
  "SCHED_IDLE",
]);

/** A policy that children do not inherit is the lesser one (sched(7)). */
export function schedulingCoverage(facts: FactSet, fact: SchedulingFact): string | undefined {
  if (timeSharing.has(fact.policy)) return "every process may be scheduled so";
  const known = facts
    .ofKind("scheduling")
    .find(({ policy, resetOnFork }) => policy === fact.policy && (!resetOnFork || fact.resetOnFork));
  return known && `${known.policy} already`;
}

export function personalityCoverage({ persona }: PersonalityFact): string | undefined {
  return persona === "query" ? "it only asks" : undefined;
}

/** To drop groups is to have less. */
export function identityCoverage({ operation, id }: IdentityFact): string | undefined {
  return operation === "setgroups" && id === "" ? "it gives up groups" : undefined;
}

/** What programs do without stays refused (isOptional()). */
export function capabilityCoverage(facts: FactSet, fact: CapabilityFact): string | undefined {
  const known = facts.ofKind("capability");
  if (isOptional(fact.operation)) {
    return known.some(({ capability }) => capability === fact.capability)
      ? `${fact.capability} already`
      : "programs do without it, so it is not granted";
  }
  // generic_permission() in fs/namei.c: who may override all modes may read and search, too.
  const isImplied =
    fact.capability === "CAP_DAC_READ_SEARCH" &&
    known.some(({ capability, operation }) => capability === "CAP_DAC_OVERRIDE" && !isOptional(operation));
  return isImplied ? "CAP_DAC_OVERRIDE already" : undefined;
}

/** What it makes itself is its own; which it makes is no matter. */
export function ipcCoverage(facts: FactSet, { mechanism, origin }: IpcFact): string | undefined {
  const known = facts.ofKind("ipc").some((one) => one.mechanism === mechanism);
  return origin === "own" && known ? "objects of that kind already" : undefined;
}

const ownKeyrings: ReadonlySet<KeyringFact["keyring"]> = new Set(["thread", "process"]);

export function keyringCoverage(facts: FactSet, { keyring }: KeyringFact): string | undefined {
  if (ownKeyrings.has(keyring)) return "keyrings of its own processes";
  return facts.ofKind("keyring").some((one) => one.keyring === keyring)
    ? `the ${keyring} keyring already`
    : undefined;
}

/** systemd opens its standard streams; where to is in the unit file. */
export function inheritedCoverage({ source }: InheritedFact): string | undefined {
  return source === "standard-stream" ? "systemd gives it its standard streams" : undefined;
}

/** A gap in the trace is no privilege: that the evidence is incomplete is told where it is judged. */
const gaps: ReadonlySet<BlindSpotFact["cause"]> = new Set(["unparsed", "untraced-child", "unreadable-path"]);

export function blindSpotCoverage({ cause }: BlindSpotFact): string | undefined {
  return gaps.has(cause) ? "it is a gap in the evidence" : undefined;
}
