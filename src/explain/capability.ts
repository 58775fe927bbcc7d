import type { Capability } from "../facts/names.js";
import { isOptional } from "../facts/optional.js";
import { purposes } from "./capability-purposes.js";
import type { Case } from "./case.js";
import type { UseAnswer } from "./types.js";
import { judge } from "./what-if.js";

/** Who used a capability for what, and whether it can still be had under the drop-in. */
export function explainCapability(asked: Case, capability: Capability): UseAnswer {
  const facts = asked.used.ofKind("capability").filter((fact) => fact.capability === capability);
  const needed = facts.filter(({ operation }) => !isOptional(operation));
  const optional = facts.filter(({ operation }) => isOptional(operation));
  const probe = {
    kind: "capability",
    capability,
    source: "inferred",
    operation: "what was not seen",
  } as const;
  return {
    kind: "capability",
    subject: capability,
    about: [purposes[capability], ...holder(asked)],
    verdicts: [judge(asked, "have it", [probe], (value) => value === capability)],
    uses: [
      { title: "used", witnesses: asked.witnesses.of(needed) },
      { title: "used, but programs usually do without", witnesses: asked.witnesses.of(optional) },
    ],
    prices: [],
  };
}

/** The bounding set is a limit: whether a process has what is in it depends on its user. */
function holder({ context: { unit } }: Case): string[] {
  const user = unit.dynamicUser ? "a user of its own" : unit.user;
  if (["", "root", "0"].includes(user)) {
    return [];
  }
  const ambient = unit.ambientCapabilities.map((one) => one.toUpperCase()).join(" ");
  return [
    `The unit runs as ${user}${ambient === "" ? ", who has none" : `, who has ${ambient}`} unless by setuid programs or file capabilities.`,
  ];
}
