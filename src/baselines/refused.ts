/** Which learned facts a unit's sandbox refuses, directive by directive. */
import type { Decision } from "../directives/types.js";
import { isBelowAny, isReach, isWrite } from "../directives/evidence.js";
import { isInternet, rangeOf } from "../directives/internet.js";
import { shippedList, shippedPaths, shippedValue } from "../directives/vendor.js";
import type { FactSet } from "../facts/set.js";
import type { AddressFact, Fact, FileFact, RenameFact } from "../facts/types.js";
import { isDoubtful } from "./doubt.js";
import type { Difference, Sandbox } from "./difference.js";
import { letsAddress, letsPort } from "./network-rules.js";

export interface RefusedFacts {
  /** Fail in the unit, or do not have their effect. */
  readonly refused: readonly Fact[];
  /** See or get something else in the unit, and may do without. */
  readonly doubtful: readonly Fact[];
}

const none: RefusedFacts = { refused: [], doubtful: [] };

/** What was learned, and where it is asked for. */
export interface Question {
  readonly facts: FactSet;
  readonly decisions: readonly Decision[];
  readonly own: Sandbox;
}

/** @param difference of the unit, as the first, and what was learned. */
export function refusedBy(difference: Difference, question: Question): RefusedFacts {
  const ask = byFact[difference.directive];
  if (ask !== undefined) return ask(question);
  if (difference.closes.length === 0) return none;
  const decision = question.decisions.find(({ directive }) => directive === difference.directive);
  return decision === undefined ? none : restingOn(decision, difference, question);
}

/** What a decision says that it could not be as tight for. */
function restingOn(
  decision: Decision,
  { directive, form, closes }: Difference,
  { own }: Question,
): RefusedFacts {
  const isDoubt = isDoubtful(decision);
  if (decision.decision === "withheld") {
    return isDoubt ? { refused: [], doubtful: decision.facts } : refused(decision.facts);
  }
  const grants = decision.grants.filter(
    ({ value, origin }) =>
      origin === "seen" && (form === "level" || directive === "UMask" || closes.includes(value)),
  );
  // Libraries fall back on another call.
  const softly = directive === "SystemCallFilter" ? shippedList(own.unit, directive)?.enosys : undefined;
  const isSoft = (value: string) => isDoubt || softly?.has(value) === true;
  return {
    refused: grants.filter(({ value }) => !isSoft(value)).flatMap(({ facts }) => facts),
    doubtful: grants.filter(({ value }) => isSoft(value)).flatMap(({ facts }) => facts),
  };
}

/** Lists that are asked about each fact by itself: more exact than the settings that were decided for all of them. */
const byFact: Readonly<Record<string, (question: Question) => RefusedFacts>> = {
  // With strict it is ReadWritePaths= that lacks something.
  ProtectSystem: (question) => (isStrict(question) ? none : refused(blockedWrites(question).bySystem)),
  ReadWritePaths: (question) => (isStrict(question) ? refused(blockedWrites(question).bySystem) : none),
  ReadOnlyPaths: (question) => refused(blockedWrites(question).byList),
  InaccessiblePaths: ({ facts, own }) =>
    refused(
      facts
        .ofKind("file")
        .filter((fact) => (isReach(fact) || isWrite(fact)) && !own.places.visible(fact.path)),
    ),
  NoExecPaths: ({ facts, own }) =>
    refused(
      facts
        .ofKind("file")
        .filter(
          ({ access, path }) => (access === "execute" || access === "map") && !own.places.executable(path),
        ),
    ),
  IPAddressDeny: ({ facts, own }) => {
    const lets = letsAddress(own.unit);
    const peers = [...facts.ofKind("connect"), ...facts.ofKind("accept")].filter(isInternet);
    const isKnown = (fact: Fact & { address: string }) => rangeOf(fact.address) !== undefined;
    const isOpen = lets("0.0.0.0/0") && lets("::/0");
    return {
      refused: peers.filter((fact) => isKnown(fact) && !lets(fact.address.replace(/^::ffff:/i, ""))),
      doubtful: isOpen ? [] : peers.filter((fact) => !isKnown(fact) && fact.address !== "self"),
    };
  },
  SocketBindDeny: ({ facts, own }) => {
    const lets = letsPort(own.unit);
    return refused(facts.ofKind("bind").filter((fact) => isInternet(fact) && !lets(portOf(fact))));
  },
};

function isStrict({ own }: Question): boolean {
  return shippedValue(own.unit, "ProtectSystem") === "strict";
}

function refused(facts: readonly Fact[]): RefusedFacts {
  return { refused: facts, doubtful: [] };
}

/** `ipv4:tcp:80`; without port where the kernel chooses it. */
function portOf({ family, type, port }: AddressFact): string {
  const protocol = type === "SOCK_STREAM" ? "tcp" : "udp";
  return `${family === "AF_INET" ? "ipv4" : "ipv6"}:${protocol}${port === 0 ? "" : `:${port}`}`;
}

/** Writes that fail with EROFS, by whether ReadOnlyPaths= does it. */
function blockedWrites({ facts, own }: Question): Record<"byList" | "bySystem", readonly Fact[]> {
  const lists = shippedPaths(own.unit, "ReadOnlyPaths");
  const blocked = [...facts.ofKind("file").filter(isWrite), ...facts.ofKind("rename")].filter((fact) =>
    pathsOf(fact).some((path) => !own.places.writable(path)),
  );
  const isListed = (fact: FileFact | RenameFact) => pathsOf(fact).some((path) => isBelowAny(path, lists));
  return { byList: blocked.filter(isListed), bySystem: blocked.filter((fact) => !isListed(fact)) };
}

function pathsOf(fact: FileFact | RenameFact): readonly string[] {
  return fact.kind === "rename" ? [fact.from, fact.to] : [fact.path];
}
