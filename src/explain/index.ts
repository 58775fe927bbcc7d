/** Answers to `profile explain`, from the stored profile alone. */
import { decide } from "../directives/index.js";
import { badInput } from "../errors.js";
import { FactSet } from "../facts/set.js";
import { contextOf, type SynthesisOptions } from "../profile/synthesize.js";
import { learningRuns } from "../profile/sightings.js";
import type { Profile } from "../profile/types.js";
import { explainCall, explainGroup } from "./calls.js";
import { explainCapability } from "./capability.js";
import type { Case } from "./case.js";
import { explainDirective } from "./directive.js";
import { explainNamespace } from "./namespace.js";
import { explainAddress, explainFamily } from "./network.js";
import { explainAll } from "./overview.js";
import { explainPath } from "./path.js";
import { parseQuery, type Query, suggest, type Vocabulary, vocabularyOf } from "./query.js";
import type { Answer } from "./types.js";
import { Witnesses } from "./witnesses.js";

/** One question and what there is to say; more than one answer to a directive with a list behind it. */
export interface Explanation {
  readonly unit: string;
  readonly target: number;
  readonly manager: string;
  readonly posture: string;
  readonly breadth: string;
  readonly facts: number;
  readonly runs: number;
  readonly query: string | null;
  readonly answers: readonly Answer[];
}

/**
 * @param query a directive (also with a value), path, call, group, capability, address family, address, port or
 * namespace type; undefined for all directives
 * @throws ProfileError (bad input) when nothing is called so, or the target is not known.
 */
export function explain(profile: Profile, options: SynthesisOptions, query: string | undefined): Explanation {
  const context = contextOf(profile, options);
  const used = FactSet.of(profile.facts);
  const decisions = decide(context);
  const asked: Case = {
    context,
    decisions,
    witnesses: new Witnesses(profile),
    used,
    generous: used.size === context.facts.size ? decisions : decide({ ...context, facts: used }),
  };
  return {
    unit: profile.unit.name,
    target: context.target,
    manager: context.manager,
    posture: context.posture,
    breadth: context.breadth,
    facts: used.size,
    runs: learningRuns(profile).length,
    query: query ?? null,
    answers: query === undefined ? [explainAll(asked, profile)] : answer(asked, query),
  };
}

function answer(asked: Case, text: string): readonly Answer[] {
  const vocabulary = vocabularyOf(asked);
  const queries = parseQuery(text, vocabulary);
  if (queries.length === 0) {
    const word = suggest(text, vocabulary);
    throw badInput(
      `nothing to explain is called '${text}'${word === undefined ? ": it takes a directive, path, system call, @group, capability, address family, address, port or namespace type" : ` (Did you mean ${word}?)`}`,
    );
  }
  return queries.flatMap((query) => answerQuery(asked, query, vocabulary));
}

function answerQuery(asked: Case, query: Query, vocabulary: Vocabulary): readonly Answer[] {
  switch (query.kind) {
    case "directive":
      return answerDirective(asked, query.directive, query.value, vocabulary);
    case "path":
      return [explainPath(asked, query.path)];
    case "call":
      return [explainCall(asked, query.name)];
    case "group":
      return [explainGroup(asked, query.name)];
    case "capability":
      return [explainCapability(asked, query.capability)];
    case "family":
      return [explainFamily(asked, query.name)];
    case "namespace":
      return [explainNamespace(asked, query.type)];
    case "address":
      return [explainAddress(asked, query.address, query.port)];
  }
}

/** Members of a list that stand behind the directive are what is asked about; any other value is answered by it. */
function answerDirective(
  asked: Case,
  directive: string,
  value: string | undefined,
  vocabulary: Vocabulary,
): readonly Answer[] {
  const words = value?.replace(/^~/, "").split(/\s+/) ?? [];
  const queries = words.map((word) =>
    parseQuery(word, vocabulary).filter(({ kind }) => kind !== "directive"),
  );
  if (queries.length > 0 && queries.every((found) => found.length > 0)) {
    return queries.flat().flatMap((query) => answerQuery(asked, query, vocabulary));
  }
  return asked.decisions
    .filter((decision) => decision.directive === directive)
    .map((decision) => explainDirective(asked, decision, value));
}
