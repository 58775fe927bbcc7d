import { families } from "../directives/families.js";
import type { Decision } from "../directives/types.js";
import { isOfUnit } from "../profile/tracers.js";
import type { Profile } from "../profile/types.js";
import { longestSoak } from "../saturation/runs.js";
import { unexercised } from "../saturation/unexercised.js";
import type { Case } from "./case.js";
import { explainBriefly } from "./directive.js";
import { breadthPrices, groupPrices, pathPrices } from "./price.js";
import type { DirectiveAnswer, OverviewAnswer } from "./types.js";

/** How the service was exercised, and every directive in the order of the drop-in. */
export function explainAll(asked: Case, profile: Profile): OverviewAnswer {
  const { decisions } = asked;
  const grouped = new Set(families.flatMap(({ directives }) => directives));
  const sections = [
    ...families,
    {
      title: "Other",
      directives: decisions.map(({ directive }) => directive).filter((name) => !grouped.has(name)),
    },
  ];
  return {
    kind: "overview",
    saturation: longestSoak(profile) ?? null,
    unexercised: isOfUnit(profile) ? [] : unexercised(profile),
    families: sections.flatMap(({ title, directives }) => {
      const members = directives.flatMap((name) => decisions.filter(({ directive }) => directive === name));
      return members.length === 0
        ? []
        : [{ title, directives: members.map((member) => explainInOverview(asked, member)) }];
    }),
  };
}

function explainInOverview(asked: Case, decision: Decision): DirectiveAnswer {
  const isList = decision.decision === "set" && decision.grants.length > 0;
  return {
    ...explainBriefly(asked, decision),
    prices: isList
      ? [
          ...breadthPrices(asked, decision.directive),
          ...groupPrices(asked, decision.directive),
          ...pathPrices(asked, decision),
        ]
      : [],
  };
}
