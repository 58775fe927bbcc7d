/** Privileges as lines of text: severity, what it is, what an attacker gains, evidence, the lines that change. */
import type { Growth, SettingChange, Severity, Violation } from "../../comparison/types.js";
import { safe } from "../escape.js";
import { cut, wrap } from "../explanation/layout.js";
import type { Colors } from "../terminal.js";
import { type Group, group, groupGains, groupGrowth, groupText, type Item } from "./groups.js";
import { describeBefore, describeChanges, describeExample, describeSighting } from "./words.js";

export interface Layout {
  readonly colors: Colors;
  readonly columns: number;
  /** Leave nothing out. */
  readonly verbose: boolean;
}

/** Of a list that is not about the gravest. */
const listed = 8;
/** Of groups of high severity: they are what the check is for. */
const listedHigh = 20;
/** Names in one line. */
const named = 8;
/** Different answers within one group. */
const told = 2;
/** Characters of one text. */
const longest = 400;

/** As wide as the longest severity and a space. */
const indent = "        ";
const deep = `${indent}      `;

const severityColors = {
  high: "red",
  medium: "yellow",
  low: "cyan",
} as const satisfies Record<Severity, keyof Colors>;

export function levelLabel(severity: Severity, { colors }: Layout): string {
  return `${colors.bold(colors[severityColors[severity]](severity))}${" ".repeat(indent.length - severity.length)}`;
}

/** The first of what there is, and how many more. */
export function some<T>(
  items: readonly T[],
  { verbose, colors }: Layout,
  show: (item: T) => string[],
): string[] {
  // One more line would only say that one is left out.
  const shown = verbose || items.length <= listed + 1 ? items : items.slice(0, listed);
  const rest = items.length - shown.length;
  return [
    ...shown.flatMap(show),
    ...(rest > 0 ? [colors.dim(`  and ${rest} more (--verbose lists them)`)] : []),
  ];
}

/** Growth in full. */
export function growthLines(growth: readonly Growth[], layout: Layout): string[] {
  return bySeverity(groupGrowth(growth), layout, (one) => [
    ...itemLines(one, layout),
    ...beforeLines(one, layout),
    ...settingLines(one, layout),
  ]);
}

/** What a ceiling forbids, in full. */
export function violationLines(violations: readonly Violation[], layout: Layout): string[] {
  return bySeverity(
    group(violations, ({ reason }) => reason),
    layout,
    (one) => [...itemLines(one, layout), ...labelled("rule", one.first.reason, layout)],
  );
}

/** What something else than a baseline refuses, in full. */
export function refusedLines(refused: readonly Item[], layout: Layout): string[] {
  return bySeverity(
    group(refused, ({ gain }) => gain),
    layout,
    (one) => itemLines(one, layout),
  );
}

/** One line each. */
export function briefLines<T extends Item>(groups: readonly Group<T>[], layout: Layout): string[] {
  return some(groups, layout, (one) => headLines(one, layout));
}

/** The gravest are told even where there are many; of others some. */
function bySeverity<T extends Item>(
  groups: readonly Group<T>[],
  layout: Layout,
  show: (one: Group<T>) => string[],
): string[] {
  const isHigh = ({ severity }: Group<T>) => severity === "high";
  const parts = [
    { all: groups.filter(isHigh), limit: listedHigh },
    { all: groups.filter((one) => !isHigh(one)), limit: listed },
  ];
  return parts.flatMap(({ all, limit }) => {
    const shown = layout.verbose ? all : all.slice(0, limit);
    const rest = all.slice(shown.length).flatMap(({ members }) => members).length;
    return [
      ...shown.flatMap(show),
      ...(rest > 0 ? [layout.colors.dim(`${indent}and ${rest} more (--verbose lists them)`)] : []),
    ];
  });
}

function headLines<T extends Item>(one: Group<T>, layout: Layout): string[] {
  const text = groupText(one, layout.verbose ? Number.POSITIVE_INFINITY : named);
  return wrap(shorten(text, layout), indent, levelLabel(one.severity, layout), layout.columns);
}

function itemLines<T extends Item>(one: Group<T>, layout: Layout): string[] {
  const gains = groupGains(one, layout.verbose ? Number.POSITIVE_INFINITY : told);
  return [
    ...headLines(one, layout),
    ...gains.flatMap((gain) => labelled("gain", gain, layout)),
    ...evidenceLines(one.first, layout),
  ];
}

function evidenceLines({ evidence }: Item, layout: Layout): string[] {
  if (evidence === null) {
    return labelled("seen", "by nobody: the profile records no evidence for it", layout);
  }
  const example = describeExample(evidence);
  const lines = layout.verbose
    ? wrap(example, deep, deep, layout.columns)
    : [`${deep}${cut(safe(example), Math.max(20, layout.columns - deep.length))}`];
  return [
    ...labelled("seen", describeSighting(evidence), layout),
    ...(example === "" ? [] : lines.map(layout.colors.dim)),
  ];
}

function beforeLines({ members }: Group<Growth>, layout: Layout): string[] {
  const texts = members.flatMap(({ before, fact }) =>
    before === null ? [] : [describeBefore(before, fact)],
  );
  return [...new Set(texts)]
    .slice(0, layout.verbose ? undefined : 1)
    .flatMap((text) => labelled("was", text, layout));
}

function settingLines({ members }: Group<Growth>, layout: Layout): string[] {
  const changes = changesOf(
    members.flatMap(({ settings }) => settings),
    layout,
  );
  return changes.length === 0
    ? labelled("line", "none: no directive restricts this here", layout)
    : changes.flatMap((text) => labelled("line", text, layout));
}

/** What changes of each directive. */
export function changesOf(changes: readonly SettingChange[], { verbose }: Layout): string[] {
  return verbose ? describeChanges(changes, Number.POSITIVE_INFINITY) : describeChanges(changes);
}

/** Text behind its label, below the head of an item. */
export function labelled(label: string, text: string, layout: Layout): string[] {
  const name = layout.colors.bold(`${label}:`);
  return wrap(shorten(text, layout), deep, `${indent}${name}${" ".repeat(5 - label.length)}`, layout.columns);
}

function shorten(text: string, { verbose }: Layout): string {
  return verbose ? text : cut(text, longest);
}
