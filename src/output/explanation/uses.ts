import type { Change, Price, UseAnswer, Verdict } from "../../explain/types.js";
import { count } from "../count.js";
import { safe } from "../escape.js";
import { type Layout, some, witnessLines, wrap } from "./layout.js";

/** What a service does with a thing, and may do with it. */
export function useLines(answer: UseAnswer, layout: Layout): string[] {
  const { colors } = layout;
  const used = answer.uses.filter(({ witnesses }) => witnesses.length > 0);
  return [
    colors.bold(safe(answer.subject)),
    ...answer.about.flatMap((line) => wrap(line, "  ")),
    ...answer.verdicts.flatMap((verdict) => verdictLines(verdict, layout)),
    ...(used.length === 0 ? ["  seen: never"] : []),
    ...used.flatMap(({ title, witnesses }) => [
      `  ${colors.bold(title)}:`,
      ...some(witnesses, "    ", layout, (witness) => witnessLines(witness, "    ", layout)),
    ]),
    ...answer.prices.flatMap((price) => priceLines(price, layout)),
  ];
}

function verdictLines({ operation, isAllowed, by, changes }: Verdict, layout: Layout): string[] {
  const { colors } = layout;
  const who = by.map(safe).join(", ");
  const head = isAllowed
    ? `  ${operation}: ${colors.green("allowed")}${who === "" ? ", no setting is about it" : ` (${who})`}`
    : `  ${operation}: ${colors.red("refused")} by ${who}`;
  return [head, ...changes.flatMap((change) => changeLines(change))];
}

/** How it fails, and what allowing it would take. */
function changeLines({ directive, from, to, gains, refusal }: Change): string[] {
  const fails = from === null ? [] : wrap(refusal, "      ", "    - ");
  return [...fails, ...wrap(`to allow it: ${remedy(directive, to, gains)}`, "      ", "      ")];
}

function remedy(directive: string, to: readonly string[] | null, gains: readonly string[]): string {
  if (to === null) {
    return `no ${directive}=`;
  }
  if (gains.length > 0) {
    return `${directive}= with ${gains.slice(0, gainsShown).join(" ")}${gains.length > gainsShown ? ` and ${gains.length - gainsShown} more` : ""}`;
  }
  return to
    .filter((value) => value !== "")
    .map((value) => `${directive}=${value}`)
    .join(", ");
}

const gainsShown = 6;
const namesShown = 8;

/** What a choice lets through beyond what was seen. */
export function priceLines({ of, relation, count: number, names }: Price, layout: Layout): string[] {
  const shown = Number.isFinite(layout.limit) ? names.slice(0, namesShown) : names;
  const list = `${shown.join(" ")}${names.length > shown.length ? " …" : ""}`;
  if (relation === "covers") {
    return wrap(
      number === 0
        ? `${of} covers all that is and comes below it.`
        : `${of} covers all below it, so also: ${list}`,
      "      ",
      `  ${layout.colors.yellow("price")} `,
    );
  }
  return wrap(
    `${of} ${relation} ${count(number, "member")}: ${list}`,
    "      ",
    `  ${layout.colors.yellow("price")} `,
  );
}
