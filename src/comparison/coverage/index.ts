/**
 * Whether a new fact that changes no setting gives anything that a profile does not have already. For every kind there is a
 * rule: in doubt it is growth, because a posture may have no directive for it (a program that is executed, a peer).
 */
import { writableRoots } from "../../facts/widening.js";
import type { Context, Decision } from "../../directives/types.js";
import { systemCallsOf } from "../../directives/system-calls.js";
import type { Fact, SyscallFact } from "../../facts/types.js";
import type { Host } from "../../host/types.js";
import { fileCoverage, renameCoverage } from "./files.js";
import { acceptCoverage, bindCoverage, connectCoverage, netlinkCoverage, socketCoverage } from "./network.js";
import {
  blindSpotCoverage,
  capabilityCoverage,
  identityCoverage,
  inheritedCoverage,
  ipcCoverage,
  keyringCoverage,
  memoryCoverage,
  personalityCoverage,
  schedulingCoverage,
} from "./processes.js";
import { grantOf, isSet, type Knowledge } from "./types.js";

/** Why a fact is covered, to be shown; undefined when it is growth. */
export type Coverage = (fact: Fact) => string | undefined;

/**
 * @param context with the facts that may cover others, and `decisions` what they are given.
 * @param hosts that may know the modes of files.
 */
export function coverageOf(
  context: Context,
  decisions: readonly Decision[],
  hosts: readonly Host[],
): Coverage {
  const { facts } = context;
  const { roots } = writableRoots(facts, context.host, context.unit);
  const knowledge: Knowledge = { context, decisions, roots, hosts };
  const ofFile = fileCoverage(knowledge);
  const ofRename = renameCoverage(knowledge);
  return (fact) => {
    switch (fact.kind) {
      case "syscall":
        return callCoverage(knowledge, fact);
      case "file":
        return ofFile(fact);
      case "rename":
        return ofRename(fact);
      case "socket":
        return socketCoverage(
          facts,
          fact,
          grantOf(knowledge, "RestrictAddressFamilies", fact.family) !== undefined,
        );
      case "bind":
        return bindCoverage(facts, fact);
      case "connect":
        return connectCoverage(facts, fact);
      case "accept":
        return acceptCoverage(facts, fact);
      case "netlink":
        return netlinkCoverage(facts, fact);
      case "inherited":
        return inheritedCoverage(fact);
      case "identity":
        return identityCoverage(fact);
      case "memory":
        return memoryCoverage(facts);
      case "personality":
        return personalityCoverage(fact);
      case "scheduling":
        return schedulingCoverage(facts, fact);
      case "ipc":
        return ipcCoverage(facts, fact);
      case "keyring":
        return keyringCoverage(facts, fact);
      case "capability":
        return capabilityCoverage(facts, fact);
      case "blind-spot":
        return blindSpotCoverage(fact);
      // These are no privileges but needs, which only settings can stand against.
      case "signal":
      case "notification":
      case "creation":
        return "no setting is in its way";
      case "mode":
        return fact.bits === "openat2" ? "another call that opens files" : undefined;
      case "elevation":
      case "namespace":
      case "outside":
        return undefined;
    }
  };
}

/** Where no filter refuses it, a call that services usually make is no reach of its own; what it does other facts say. */
function callCoverage(knowledge: Knowledge, { name, result }: SyscallFact): string | undefined {
  if (result !== "used") return `it only failed with ${result}`;
  const { groups } = systemCallsOf(knowledge.context.target);
  if (groups.get("@default")?.has(name) === true) return "SystemCallFilter=@default";
  if (isSet(knowledge, "SystemCallFilter")) {
    return grantOf(knowledge, "SystemCallFilter", name) ?? "SystemCallFilter= refuses it on either side";
  }
  return groups.get("@system-service")?.has(name) === true
    ? "no SystemCallFilter= is set, and services usually call it"
    : undefined;
}
