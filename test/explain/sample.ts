import type { SynthesisOptions } from "../../src/profile/synthesize.js";
import type { Profile } from "../../src/profile/types.js";
import { explain } from "../../src/explain/index.js";
import { renderExplanation } from "../../src/output/explanation/index.js";
import picocolors from "picocolors";
import { FactSet, factId } from "../../src/facts/set.js";
import { type Situation, situation } from "../directives/context.js";

const defaults: SynthesisOptions = { breadth: "exact", posture: "strict", target: 257 };

/** A profile in which every fact was seen twice by `thing` during the soak. */
export function learned(facts: Situation): Profile {
  const context = situation(facts);
  const ids = [...FactSet.of(context.facts)].map(factId);
  return {
    schema: 3,
    unit: context.unit,
    hosts: [context.host],
    facts: [...context.facts],
    runs: [
      {
        id: "0123456789abcdef",
        host: 0,
        started: "2026-01-02T03:04:05.678Z",
        duration: 1,
        tracer: "strace",
        capabilities: "inferred",
        phases: ["start", "soak"],
        incomplete: [],
      },
    ],
    evidence: Object.fromEntries(
      ids.map((id) => [
        id,
        { count: 2, first: 0, phase: "soak", process: "thing", example: "call() = 0", runs: "0" },
      ]),
    ),
  };
}

/** What a person would read, without colours and the first line, which is about the profile. */
export function answer(facts: Situation, query?: string, options: Partial<SynthesisOptions> = {}): string[] {
  const explanation = explain(learned(facts), { ...defaults, ...options }, query);
  return renderExplanation(explanation, picocolors.createColors(false), false).split("\n").slice(1);
}
