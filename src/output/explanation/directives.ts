import type { DirectiveAnswer, ExplainedGrant, OverviewAnswer, Price, Witness } from "../../explain/types.js";
import { count } from "../count.js";
import { safe } from "../escape.js";
import { saturationLines } from "../saturation.js";
import { cut, type Layout, some, witnessLines, wrap } from "./layout.js";
import { priceLines } from "./uses.js";

const labels = {
  unsafe: "not set: the service needs what it refuses",
  operator: "not set: your decision",
  unavailable: "not set: not available",
  meaningless: "not set: no use here",
} as const;

/** More members than this are told by their origin alone; each can be asked about. */
const fewMembers = 12;

/** One directive with all that its decision rests on. */
export function directiveLines(answer: DirectiveAnswer, layout: Layout): string[] {
  const { outcome, refusal, grants, witnesses } = answer;
  const { colors } = layout;
  return [
    ...headLines(answer, layout),
    ...(answer.asked === null
      ? []
      : wrap(`${outcome.directive}=${answer.asked} is not what was decided.`, "  ")),
    ...wrap(outcome.why, "  "),
    ...(refusal === "" ? [] : wrap(refusal, "    ", `  ${colors.bold("refuses:")} `)),
    ...(grants.length === 0 && witnesses.length === 0 && outcome.values !== null
      ? [`  ${colors.bold("seen:")} none of ${count(answer.facts, "fact")} speaks against it`]
      : []),
    ...(witnesses.length > 0
      ? [
          `  ${colors.bold(outcome.reason === "unsafe" ? "set all the same, it would refuse these:" : "seen:")}`,
          ...some(witnesses, "    ", layout, (witness) => witnessLines(witness, "    ", layout)),
        ]
      : []),
    ...grantLines(grants, layout),
    ...unneededLines(answer.unneeded, layout),
    ...answer.prices.filter(isTold(layout)).flatMap((price) => priceLines(price, layout)),
    ...postureLines(answer, layout),
    ...answer.advice.flatMap(({ text, lines }) => [
      ...wrap(text, "    ", `  ${colors.yellow("advice")} `),
      ...lines.map((line) => `    ${safe(line)}`),
    ]),
  ];
}

function headLines(
  { outcome: { directive, values, reason } }: DirectiveAnswer,
  { colors }: Layout,
): string[] {
  return values === null
    ? [`${colors.bold(`${directive}=`)}  ${colors.yellow(reason === null ? "not set" : labels[reason])}`]
    : values.map((value) => colors.bold(colors.green(`${directive}=${safe(value)}`)));
}

function grantLines(grants: readonly ExplainedGrant[], layout: Layout): string[] {
  return grants.length <= fewMembers || !Number.isFinite(layout.limit)
    ? grants.flatMap((grant) => memberLines(grant, layout))
    : originLines(grants, layout);
}

/** The witnesses say of themselves why. */
function unneededLines(unneeded: readonly Witness[], layout: Layout): string[] {
  return unneeded.length === 0
    ? []
    : [
        `  ${layout.colors.bold("used all the same:")}`,
        ...some(unneeded, "    ", layout, (witness) => witnessLines(witness, "    ", layout)),
      ];
}

function memberLines({ value, origin, need, witnesses }: ExplainedGrant, layout: Layout): string[] {
  const name = need === "needed" ? neededName : originNames[origin];
  return [
    `  ${layout.colors.bold(safe(value))}: ${name}`,
    ...some(witnesses, "    ", { ...layout, limit: Math.min(layout.limit, 3) }, (witness) =>
      witnessLines(witness, "    ", layout),
    ),
  ];
}

const originNames = {
  seen: "seen",
  alias: "not seen, but comes with what was",
  "error-path": "not seen, but needed when something goes wrong",
  group: "not seen, but in the group of what was",
  required: "required by systemd itself",
} as const;

const neededName = "seen, and needed: it failed without";

function originLines(grants: readonly ExplainedGrant[], { colors }: Layout): string[] {
  const nameOf = ({ need, origin }: ExplainedGrant): string =>
    need === "needed" ? neededName : originNames[origin];
  return [neededName, ...Object.values(originNames)].flatMap((text) => {
    const names = grants.filter((grant) => nameOf(grant) === text).map(({ value }) => value);
    return names.length === 0
      ? []
      : wrap(`${text}: ${names.join(" ")}`, "    ", `  ${colors.bold(String(names.length))} `);
  });
}

/** Not the groups but the one that everybody writes, nor what is covered where nothing is known to be there. */
function isTold({ limit }: Layout): (price: Price) => boolean {
  return ({ of, relation, count: number }) =>
    !Number.isFinite(limit) ||
    (relation === "covers" ? number > 0 : !of.startsWith("@") || of === "@system-service");
}

function postureLines({ postures, outcome }: DirectiveAnswer, { colors }: Layout): string[] {
  if (postures.length === 0) {
    return [];
  }
  const here = outcome.values?.join("\n") ?? null;
  if (postures.every(({ values }) => (values?.join("\n") ?? null) === here)) {
    return [`  ${colors.bold("postures:")} the same in all of them`];
  }
  const texts = postures.map(({ posture, values }) => {
    const same = (values?.join("\n") ?? null) === here;
    const other = values === null ? "not set" : cut(values.filter((value) => value !== "").join(" "), 60);
    return `${posture} ${same ? "as here" : other}`;
  });
  return wrap(texts.join("; "), "    ", `  ${colors.bold("postures:")} `);
}

/** How far the evidence reaches, and every directive, a few lines each. */
export function overviewLines(
  { families, saturation, unexercised }: OverviewAnswer,
  layout: Layout,
): string[] {
  return [
    ...saturationLines(saturation ?? undefined, { unexercised }, layout.colors),
    ...families.flatMap(({ title, directives }) => [
      "",
      layout.colors.bold(`--- ${title} ---`),
      ...directives.filter((answer) => !isAside(answer)).flatMap((answer) => briefLines(answer, layout)),
      ...asideLines(directives.filter(isAside), layout),
    ]),
  ];
}

/** Nothing that anybody could want to change. */
function isAside({ outcome: { reason }, witnesses }: DirectiveAnswer): boolean {
  return (reason === "meaningless" || reason === "unavailable") && witnesses.length === 0;
}

/** What is not set for the same reason is told together. */
function asideLines(answers: readonly DirectiveAnswer[], { colors }: Layout): string[] {
  const byReason = new Map<string, string[]>();
  for (const { outcome } of answers) {
    const text = `${outcome.reason === null ? "" : labels[outcome.reason]}: ${outcome.why}`;
    byReason.set(text, [...(byReason.get(text) ?? []), `${outcome.directive}=`]);
  }
  return [...byReason].flatMap(([text, names]) => [
    ...wrap(names.join(" "), "").map(colors.dim),
    ...wrap(text, "    ").map(colors.dim),
  ]);
}

function briefLines(answer: DirectiveAnswer, layout: Layout): string[] {
  const { outcome, grants, witnesses, unneeded, prices } = answer;
  const { colors } = layout;
  const values = outcome.values?.filter((value) => value !== "").join(" ");
  const head =
    values === undefined
      ? `${outcome.directive}=  ${colors.yellow(outcome.reason === null ? "not set" : labels[outcome.reason])}`
      : colors.green(`${outcome.directive}=${cut(safe(values), 80)}`);
  const brief = { ...layout, limit: Math.min(layout.limit, 1) };
  const shown = grants.length > fewMembers ? [] : grants;
  return [
    head,
    ...wrap(outcome.why, "    "),
    ...some(witnesses, "      ", brief, (witness) => witnessLines(witness, "      ", brief)),
    ...shown.flatMap(({ value, witnesses: [first] }) =>
      first === undefined
        ? []
        : witnessLines({ ...first, text: grantText(value, first.text) }, "      ", brief),
    ),
    ...some(unneeded, "      ", brief, (witness) => witnessLines(witness, "      ", brief)),
    ...priceSummary(prices, colors),
  ];
}

function grantText(value: string, text: string): string {
  return text.includes(value) ? text : `${value}: ${text}`;
}

function priceSummary(prices: readonly Price[], colors: Layout["colors"]): string[] {
  const texts = prices
    .filter(({ of, relation }) => relation !== "covers" && (!of.startsWith("@") || of === "@system-service"))
    .map(({ of, relation, count: number, noun }) => `${of} ${relation} ${count(number, noun)}`);
  const covers = prices
    .filter(({ relation, count: number }) => relation === "covers" && number > 0)
    .map(({ of, count: number }) => `${of} covers ${count(number, "known path")} that it does not use so`);
  const all = [...texts, ...covers];
  return all.length === 0 ? [] : wrap(all.join("; "), "      ", `    ${colors.yellow("price")} `);
}
