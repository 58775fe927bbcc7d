/** The comparison for a person: in a terminal, or in the log of a CI job. Pure: values to lines. */
import type { Acceptance, Comparison, Growth, UnitChange, Verdict } from "../../comparison/types.js";
import { count } from "../count.js";
import { withoutCommands } from "../ci-commands.js";
import { safe } from "../escape.js";
import { cut, wrap } from "../explanation/layout.js";
import type { Colors } from "../terminal.js";
import { countByClass, groupGrowth } from "./groups.js";
import {
  describeAcceptance,
  describeFrame,
  describeRule,
  describeSide,
  growthAdvice,
  headline,
  inconclusiveAdvice,
  droppedSettings,
  rankUnitChanges,
  unitFileChanges,
} from "./words.js";
import {
  briefLines,
  changesOf,
  growthLines,
  labelled,
  type Layout,
  levelLabel,
  some,
  violationLines,
} from "./text-items.js";

/** Lines that are longer are tiring to read, whatever the terminal. */
const widest = 100;

/** Characters of a value of the unit file: lists of calls are long. */
const longestValue = 120;

export interface TextOptions {
  readonly colors: Colors;
  /** Leave nothing out. */
  readonly verbose: boolean;
  /** Width of the terminal, where there is one. */
  readonly columns?: number | undefined;
}

/** The text, without a newline at the end. The first line is the verdict. */
export function renderText(comparison: Comparison, options: TextOptions): string {
  const layout = {
    colors: options.colors,
    verbose: options.verbose,
    columns: Math.max(40, Math.min(widest, options.columns ?? widest)),
  };
  return [
    ...headLines(comparison, layout),
    ...growthSections(comparison, layout),
    ...section("the ceiling forbids", violationLines(comparison.violations, layout), layout),
    ...section(
      "not seen, and so not held against the ceiling",
      listLines(comparison.unseen ?? [], layout),
      layout,
    ),
    ...section("the unit file says otherwise", unitLines(unitFileChanges(comparison), layout), layout),
    ...section("left out by the candidate", unitLines(droppedSettings(comparison), layout), layout),
    ...section("the drop-in would change", listLines(changesOf(comparison.settings, layout), layout), layout),
    ...inconclusiveLines(comparison, layout),
    ...acceptanceSection("accepted no longer", comparison.lapsed, layout),
    ...acceptanceSection("accepted", comparison.accepted, layout),
    ...section(`below ${comparison.failOn}, tolerated`, toleratedLines(comparison, layout), layout),
    ...section("rules that nothing needed", listLines(comparison.unused, layout), layout),
    ...section("could be taken back", takeBackLines(comparison, layout), layout),
    ...coveredLines(comparison, layout),
    ...(comparison.growth.length > 0 ? ["", ...wrap(growthAdvice, "", "", layout.columns)] : []),
  ]
    .map(withoutCommands)
    .join("\n");
}

const verdictColors = {
  more: "red",
  inconclusive: "yellow",
  less: "green",
  same: "green",
} as const satisfies Record<Verdict, keyof Colors>;

function headLines(comparison: Comparison, { colors, columns }: Layout): string[] {
  const color = colors[verdictColors[comparison.verdict]];
  const sides = `${describeSide(comparison.baseline)} → ${describeSide(comparison.candidate)}`;
  return [
    // One line, however long: whoever searches a log finds all of the verdict.
    colors.bold(color(safe(headline(comparison)))),
    ...wrap(sides, "", "", columns).map(colors.dim),
    ...wrap(describeFrame(comparison), "", "", columns).map(colors.dim),
  ];
}

function section(title: string, lines: readonly string[], { colors }: Layout): string[] {
  return lines.length === 0 ? [] : ["", colors.bold(`${title}:`), ...lines];
}

/** What the baseline knew nothing of, then what it knew otherwise. */
function growthSections({ growth }: Comparison, layout: Layout): string[] {
  const isNew = ({ before }: Growth) => before === null;
  const changed = growth.filter((one) => !isNew(one));
  return [
    ...section("new", growthLines(growth.filter(isNew), layout), layout),
    ...section("known to the baseline, but otherwise", growthLines(changed, layout), layout),
  ];
}

function unitLines(changes: readonly UnitChange[], layout: Layout): string[] {
  return some(rankUnitChanges(changes), layout, ({ direction, severity, ...change }) => {
    const { setting, from, to, gain, dropped, rule } = change;
    const label = direction === "more" ? levelLabel(severity, layout) : `${direction.padEnd(7)} `;
    const values = [from, to].map((value) => (value === "" ? "(empty)" : shortenValue(value, layout)));
    return [
      ...wrap(`${setting}=${values.join(" → ")}`, "        ", label, layout.columns),
      ...(gain === "" || direction !== "more" ? [] : labelled("gain", gain, layout)),
      ...(dropped === undefined ? [] : labelled("why", dropped, layout)),
      ...(rule === undefined ? [] : labelled("rule", describeRule(rule), layout)),
    ];
  });
}

function shortenValue(value: string, { verbose }: Layout): string {
  return verbose ? value : cut(value, longestValue);
}

function inconclusiveLines({ inconclusive }: Comparison, layout: Layout): string[] {
  return section(
    "exercised less than the baseline",
    inconclusive.length === 0
      ? []
      : [...listLines(inconclusive, layout), ...wrap(inconclusiveAdvice, "  ", "  ", layout.columns)],
    layout,
  );
}

function acceptanceSection(title: string, acceptances: readonly Acceptance[], layout: Layout): string[] {
  const byRule = new Map<string, Growth[]>();
  for (const acceptance of acceptances) {
    const rule = describeAcceptance(acceptance);
    const growth = byRule.get(rule);
    if (growth === undefined) {
      byRule.set(rule, [acceptance.growth]);
    } else {
      growth.push(acceptance.growth);
    }
  }
  const inner = { ...layout, columns: layout.columns - 4 };
  const lines = some([...byRule], layout, ([rule, growth]) => [
    ...wrap(rule, "    ", "  ", layout.columns),
    ...briefLines(groupGrowth(growth), inner).map((line) => `    ${line}`),
  ]);
  return section(title, lines, layout);
}

function toleratedLines({ tolerated }: Comparison, layout: Layout): string[] {
  return layout.verbose ? growthLines(tolerated, layout) : briefLines(groupGrowth(tolerated), layout);
}

/** Settings first; what was not used is only counted, as each fact of it may come back with the next soak. */
function takeBackLines({ takeBack, gone }: Comparison, layout: Layout): string[] {
  const unused = `not used any more: ${countByClass(gone.map(({ fact }) => fact))}`;
  return [
    ...listLines(changesOf(takeBack, layout), layout),
    ...(gone.length === 0 ? [] : wrap(unused, "    ", "  ", layout.columns)),
    ...(layout.verbose ? gone.flatMap(({ text }) => wrap(text, "      ", "    ", layout.columns)) : []),
  ];
}

function coveredLines({ covered }: Comparison, layout: Layout): string[] {
  if (covered.length === 0) {
    return [];
  }
  const title = `${count(covered.length, "new fact")} that the baseline covers`;
  return layout.verbose
    ? section(
        title,
        covered.flatMap(({ text, by }) => wrap(`${text}: ${by}`, "    ", "  ", layout.columns)),
        layout,
      )
    : ["", layout.colors.dim(`${title} (--verbose lists them)`)];
}

function listLines(texts: readonly string[], layout: Layout): string[] {
  return some(texts, layout, (text) => wrap(text, "    ", "  ", layout.columns));
}
