/** `profile check --against-unit` for people: what the unit refuses, then what it lets through for nothing. Pure. */
import type { DirectiveCheck, Refused, UnitCheck, UnitVerdict } from "../baselines/types.js";
import { withoutCommands } from "./ci-commands.js";
import { type Layout, refusedLines, some } from "./comparison/text-items.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import { cut, wrap } from "./explanation/layout.js";
import type { Colors } from "./terminal.js";

/** Columns that a value of a directive may take; lists of calls are long. */
const longestValue = 160;

const verdicts: Readonly<Record<UnitVerdict, (check: UnitCheck) => string>> = {
  refuses: ({ directives }) =>
    `its sandbox refuses what was learned: ${count(directives.filter(({ refused }) => refused.length > 0).length, "directive")}`,
  looser: ({ directives }) =>
    `its sandbox lets all through that was learned, and more: ${count(directives.filter(({ lines }) => lines.length > 0).length, "directive")}`,
  same: () => "its sandbox lets through what was learned, and no more",
};

const verdictColors = {
  refuses: "red",
  looser: "yellow",
  same: "green",
} as const satisfies Record<UnitVerdict, keyof Colors>;

/** The text, without a newline at the end. The first line is the verdict. */
export function renderUnitCheck(check: UnitCheck, layout: Layout): string {
  const { directives } = check;
  const isLooser = ({ lines }: DirectiveCheck) => lines.length > 0;
  const isDoubtful = ({ doubtful }: DirectiveCheck) => doubtful.length > 0;
  const isTighter = ({ why }: DirectiveCheck) => why !== null;
  const rest = directives
    .filter(({ relation }) => relation === "same")
    .map(({ directive }) => `${directive}=`);
  return [
    ...headLines(check, layout),
    ...section("refused by the unit, though learned", refusedSection(directives, layout), layout),
    ...section(
      "looser than what was learned",
      listing(directives.filter(isLooser), layout, looserLines),
      layout,
    ),
    ...section(
      "perhaps refused: the service may see or get something else",
      listing(directives.filter(isDoubtful), layout, doubtfulLines),
      layout,
    ),
    ...section(
      "tighter than could be learned",
      listing(directives.filter(isTighter), layout, tighterLines),
      layout,
    ),
    ...section(
      "the same",
      rest.length === 0 ? [] : wrap(rest.join(", "), "  ", "  ", layout.columns),
      layout,
    ),
    ...section(
      "not compared",
      check.notCompared.flatMap((one) => valueLines(one, "  ", layout)),
      layout,
    ),
    ...section(
      "what the evidence lacks",
      check.incomplete.flatMap((one) => wrap(one, "    ", "  ", layout.columns)),
      layout,
    ),
  ]
    .map(withoutCommands)
    .join("\n");
}

function headLines(check: UnitCheck, { colors, columns }: Layout): string[] {
  const { unit, profile, target, posture, breadth, exposure, sources } = check;
  const color = colors[verdictColors[check.verdict]];
  const learned = `${profile.name}, ${profile.unit}: ${count(profile.facts, "fact")} of ${count(profile.runs, "run")}`;
  const rating = exposure === null ? "" : `; exposure ${exposure.toFixed(1)}`;
  return [
    ...wrap(`${unit}: ${verdicts[check.verdict](check)}`, "", "", columns).map((line) =>
      colors.bold(color(line)),
    ),
    ...[`${learned}; systemd ${target}, posture ${posture}, breadth ${breadth}${rating}`, ...sources].flatMap(
      (text) => wrap(text, "", "", columns).map(colors.dim),
    ),
  ];
}

function section(title: string, lines: readonly string[], { colors }: Layout): string[] {
  return lines.length === 0 ? [] : ["", colors.bold(`${title}:`), ...lines];
}

function listing(
  checks: readonly DirectiveCheck[],
  layout: Layout,
  show: (check: DirectiveCheck, layout: Layout) => string[],
): string[] {
  return some(checks, layout, (check) => show(check, layout));
}

/** What fails is told in full. */
function refusedSection(checks: readonly DirectiveCheck[], layout: Layout): string[] {
  return checks
    .filter(({ refused }) => refused.length > 0)
    .flatMap((check) => [
      ...valuesOf(check, layout),
      ...wrap(check.refusal, "      ", "      ", layout.columns).map(layout.colors.dim),
      ...refusedLines(check.refused, layout).map((line) => `  ${line}`),
    ]);
}

function looserLines(check: DirectiveCheck, layout: Layout): string[] {
  const members = check.opens.length === 0 ? [] : [`let through: ${named(check.opens, layout)}`];
  return [
    ...valuesOf(check, layout),
    ...[...members, `would refuse: ${check.refusal}`].flatMap((text) =>
      wrap(text, "      ", "    ", layout.columns),
    ),
    // To be copied, so they are not wrapped.
    ...check.lines.map((line) => layout.colors.green(`    + ${safe(line)}`)),
  ];
}

function doubtfulLines(check: DirectiveCheck, layout: Layout): string[] {
  return [
    ...valuesOf(check, layout),
    ...some<Refused>(check.doubtful, layout, ({ text }) => wrap(text, "      ", "    ", layout.columns)),
  ];
}

function tighterLines(check: DirectiveCheck, layout: Layout): string[] {
  const members = check.closes.length === 0 ? [] : [`refused: ${named(check.closes, layout)}`];
  return [
    ...valuesOf(check, layout),
    ...[...members, check.why ?? ""].flatMap((text) => wrap(text, "      ", "    ", layout.columns)),
  ];
}

function valuesOf({ unit, directive }: DirectiveCheck, layout: Layout): string[] {
  const lines = unit.length === 0 ? [`${directive}= is not set`] : unit;
  return lines.flatMap((line) => valueLines(line, "  ", layout));
}

function valueLines(text: string, indent: string, { columns, verbose }: Layout): string[] {
  return wrap(verbose ? text : cut(text, longestValue), `${indent}  `, indent, columns);
}

/** Names in one line. */
const shown = 12;

function named(members: readonly string[], { verbose }: Layout): string {
  const some = verbose ? members : members.slice(0, shown);
  const rest = members.length - some.length;
  return `${some.join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
