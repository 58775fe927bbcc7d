/** `profile explain` for people. Pure: values to lines. */
import type { Explanation } from "../../explain/index.js";
import type { Answer } from "../../explain/types.js";
import { count } from "../count.js";
import { safe } from "../escape.js";
import type { Colors } from "../terminal.js";
import { directiveLines, overviewLines } from "./directives.js";
import type { Layout } from "./layout.js";
import { useLines } from "./uses.js";

/** So that an answer is read at one glance. */
const defaultLimit = 8;

/** The text, without a newline at the end. `all`: leave nothing out. */
export function renderExplanation(explanation: Explanation, colors: Colors, all: boolean): string {
  const layout = { colors, limit: all ? Number.POSITIVE_INFINITY : defaultLimit };
  return [
    colors.dim(headline(explanation)),
    ...explanation.answers.flatMap((answer, i) => [...(i > 0 ? [""] : []), ...answerLines(answer, layout)]),
  ].join("\n");
}

function headline({ unit, facts, runs, target, manager, posture, breadth }: Explanation): string {
  const reader = manager === "user" ? `user manager of systemd ${target}` : `systemd ${target}`;
  return `${safe(unit)}: ${count(facts, "fact")} of ${count(runs, "run")}; ${reader}, posture ${posture}, breadth ${breadth}`;
}

function answerLines(answer: Answer, layout: Layout): string[] {
  switch (answer.kind) {
    case "overview":
      return overviewLines(answer, layout);
    case "directive":
      return directiveLines(answer, layout);
    default:
      return useLines(answer, layout);
  }
}
