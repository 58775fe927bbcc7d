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
    ...refusalLines(answer.verdicts, layout),
    ...(used.length === 0 && answer.isRecorded !== false ? ["  seen: never"] : []),
    ...used.flatMap(({ title, witnesses }) => [
      `  ${colors.bold(title)}:`,
      ...some(witnesses, "    ", layout, (witness) => witnessLines(witness, "    ", layout)),
    ]),
    ...answer.prices.flatMap((price) => priceLines(price, layout)),
  ];
}

function verdictLines({ operation, isAllowed, by, changes }: Verdict, { colors }: Layout): string[] {
  const who = by.join(", ");
  return isAllowed
    ? wrap(who === "" ? "" : `under ${who}`, "      ", `  ${operation}: ${colors.green("allowed")} `)
    : [
        ...wrap(`by ${who}`, "      ", `  ${operation}: ${colors.red("refused")} `),
        ...wrap(
          changes.length === 0
            ? "learning it would change nothing"
            : `it would take ${changes.map(remedy).join(" and ")}`,
          "      ",
        ),
        ...changes
          .flatMap(({ advice }) => advice)
          .flatMap(({ text, lines }) => [
            ...wrap(text, "      "),
            ...lines.map((line) => `        ${safe(line)}`),
          ]),
      ];
}

/** Each setting that refuses something, and how that fails. */
function refusalLines(verdicts: readonly Verdict[], { colors }: Layout): string[] {
  const changes = verdicts.flatMap((verdict) =>
    verdict.changes.filter(({ refuser }) => verdict.by.some((one) => one.startsWith(`${refuser}=`))),
  );
  const refusals = new Map(changes.map(({ refuser, refusal }) => [refuser, refusal]));
  return [...refusals].flatMap(([directive, refusal]) =>
    wrap(refusal, "    ", `  ${colors.bold(`${directive}=`)} `),
  );
}

/** What allows it. */
function remedy({ directive, to, gains, drops }: Change): string {
  if (to === null) {
    return `${directive}= not set`;
  }
  if (gains.length > 0 || drops.length > 0) {
    const texts = [
      ...(gains.length > 0 ? [`with ${shorten(gains)}`] : []),
      ...(drops.length > 0 ? [`without ${shorten(drops)}`] : []),
    ];
    return `${directive}= ${texts.join(" and ")}`;
  }
  return to.map((value) => `${directive}=${value}`).join(", ");
}

function shorten(names: readonly string[]): string {
  const rest = names.length - gainsShown;
  return `${names.slice(0, gainsShown).join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const gainsShown = 6;
const namesShown = 8;

/** What a choice lets through beyond what was seen. */
export function priceLines({ of, relation, count: number, noun, names }: Price, layout: Layout): string[] {
  const shown = Number.isFinite(layout.limit) ? names.slice(0, namesShown) : names;
  const list = `${shown.join(" ")}${names.length > shown.length ? " …" : ""}`;
  const covered = number === 0 ? "all that is and comes below it" : `all below it, so also ${list}`;
  const text =
    relation === "covers" ? `${of} covers ${covered}` : `${of} ${relation} ${count(number, noun)}: ${list}`;
  return wrap(text, "    ", `  ${layout.colors.yellow("price")} `);
}
