/** The comparison as Markdown, for a comment on a pull request. Pure: values to text. */
import type { Acceptance, Comparison, Gone, Growth, UnitChange, Violation } from "../../comparison/types.js";
import { count } from "../count.js";
import { countByClass, type Group, group, groupGains, groupGrowth, groupText, type Item } from "./groups.js";
import { code, prose } from "./markup.js";
import {
  bySeverity,
  describeAcceptance,
  describeBefore,
  describeChanges,
  describeExample,
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

export interface MarkdownOptions {
  /** Leave nothing out that fits. */
  readonly verbose: boolean;
}

/** A comment on GitHub may have 65,536 characters; what is left is for whoever adds something to it. */
const maxLength = 60_000;
/** Of one list, so that a long one leaves room for the others. */
const maxList = 20_000;
/** Items of one list, and of the one that matters most. */
const listed = 10;
const listedGrave = 20;
const named = 8;
/** Different answers within one group. */
const told = 2;

/** The document, with a newline at the end. */
export function renderMarkdown(comparison: Comparison, { verbose }: MarkdownOptions): string {
  const limit = verbose ? Number.POSITIVE_INFINITY : listed;
  return fit([
    `### ${prose(headline(comparison))}`,
    `${code(describeSide(comparison.baseline))} → ${code(describeSide(comparison.candidate))}, ${prose(describeFrame(comparison))}`,
    ...verdictBlocks(comparison, limit),
    ...otherBlocks(comparison, limit),
    ...(comparison.growth.length === 0 ? [] : [prose(growthAdvice)]),
  ]);
}

/** What the verdict rests on. Only what is of low severity is folded away, and that only where there is worse. */
function verdictBlocks(comparison: Comparison, limit: number): string[] {
  const grave = groupGrowth(comparison.growth.filter(({ severity }) => severity !== "low"));
  const low = groupGrowth(comparison.growth.filter(({ severity }) => severity === "low"));
  const lowList = list(low, limit, growthItem);
  return [
    ...list(grave, Math.max(limit, listedGrave), growthItem),
    ...(grave.length === 0
      ? lowList
      : folded(`${count(countMembers(low), "privilege")} of low severity`, lowList)),
    ...titled("The ceiling forbids", list(violationGroups(comparison), limit, violationItem)),
    ...titled(
      "Not seen, and so not held against the ceiling",
      list(comparison.unseen ?? [], limit, (reason) => [prose(reason)]),
    ),
    ...titled(
      "The unit file says otherwise",
      list(rankUnitChanges(unitFileChanges(comparison)), limit, unitItem),
    ),
    ...titled(
      "Left out by the candidate",
      list(rankUnitChanges(droppedSettings(comparison)), limit, unitItem),
    ),
    ...titled("Exercised less than the baseline", [
      ...list(comparison.inconclusive, limit, (reason) => [prose(reason)]),
      ...(comparison.inconclusive.length === 0 ? [] : [prose(inconclusiveAdvice)]),
    ]),
    ...titled("Accepted no longer", list(comparison.lapsed, limit, acceptanceItem)),
  ];
}

/** What is there to be looked up. */
function otherBlocks(comparison: Comparison, limit: number): string[] {
  const { accepted, tolerated, failOn, unused, covered } = comparison;
  const changes = describeChanges(comparison.settings);
  return [
    ...folded(
      `${count(changes.length, "line")} of the drop-in would change`,
      list(changes, limit, (text) => [code(text)]),
    ),
    ...folded(count(accepted.length, "accepted privilege"), list(accepted, limit, acceptanceItem)),
    ...folded(
      `${count(tolerated.length, "tolerated privilege")} below ${failOn} (${bySeverity(tolerated)})`,
      list(groupGrowth(tolerated), limit, growthItem),
    ),
    ...folded(
      "Rules that nothing needed",
      list(unused, limit, (rule) => [prose(rule)]),
    ),
    ...folded("What could be taken back", takeBackBlocks(comparison, limit)),
    ...folded(
      `${count(covered.length, "new fact")} that the baseline covers`,
      list(covered, limit, ({ text, by }) => [`${code(text)}: ${code(by)}`]),
    ),
  ];
}

/** Whole blocks, those that a comment has room for. */
function fit(blocks: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const block of blocks) {
    if (length + block.length <= maxLength) {
      kept.push(block);
      length += block.length + 2;
    }
  }
  const note =
    kept.length === blocks.length
      ? []
      : ["*There is more than a comment has room for; the JSON document has all of it.*"];
  return `${[...kept, ...note].join("\n\n")}\n`;
}

function titled(title: string, blocks: readonly string[]): string[] {
  return blocks.length === 0 ? [] : [`**${title}**`, ...blocks];
}

/** One block, so that it is never cut in two. `summary` is ours: Markdown is not read in it. */
function folded(summary: string, blocks: readonly string[]): string[] {
  return blocks.length === 0
    ? []
    : [["<details>", `<summary>${summary}</summary>`, "", blocks.join("\n\n"), "", "</details>"].join("\n")];
}

/** One block; of each item the first line, and the others as a list below it. */
function list<T>(items: readonly T[], limit: number, show: (item: T) => readonly string[]): string[] {
  const blocks: string[] = [];
  let length = 0;
  for (const item of items.length <= limit + 1 ? items : items.slice(0, limit)) {
    const block = itemBlock(show(item));
    length += block.length + 1;
    if (length > maxList) break;
    blocks.push(block);
  }
  const rest = items.length - blocks.length;
  if (rest > 0) blocks.push(`- and ${rest} more`);
  return blocks.length === 0 ? [] : [blocks.join("\n")];
}

function itemBlock([first = "", ...details]: readonly string[]): string {
  // An empty one would make a heading of the line above it.
  const told = details.filter((detail) => detail !== "");
  return [`- ${first}`, ...told.map((detail) => `  - ${detail}`)].join("\n");
}

function itemHead<T extends Item>(one: Group<T>): string {
  return `**${one.severity}** ${code(groupText(one, named))}`;
}

function itemDetails<T extends Item>(one: Group<T>): string[] {
  const { evidence } = one.first;
  return [...groupGains(one, told).map(prose), ...(evidence === null ? [] : evidenceDetails(evidence))];
}

function evidenceDetails(evidence: NonNullable<Item["evidence"]>): string[] {
  const { process, executable = process, phase, count: times, seen, runs } = evidence;
  const example = describeExample(evidence);
  const when = [
    count(times, "time"),
    ...(phase === "" ? [] : [`first in ${code(phase)}`]),
    ...(runs > 1 ? [`in ${seen} of ${runs} runs`] : []),
  ];
  return [`seen: ${code(executable)}, ${when.join(", ")}${example === "" ? "" : `: ${code(example)}`}`];
}

function growthItem(one: Group<Growth>): string[] {
  const { first, members } = one;
  const changes = describeChanges(members.flatMap(({ settings }) => settings));
  return [
    itemHead(one),
    ...itemDetails(one),
    ...(first.before === null ? [] : [`was: ${code(describeBefore(first.before, first.fact))}`]),
    ...changes.map((text) => `drop-in: ${code(text)}`),
  ];
}

function violationGroups({ violations }: Comparison): Group<Violation>[] {
  return group(violations, ({ reason }) => reason);
}

function violationItem(one: Group<Violation>): string[] {
  return [itemHead(one), ...itemDetails(one), `rule: ${prose(one.first.reason)}`];
}

function unitItem({ setting, from, to, direction, severity, gain, dropped, rule }: UnitChange): string[] {
  const how = direction === "more" ? severity : direction;
  return [
    `**${how}** ${code(`${setting}=${from}`)} → ${code(`${setting}=${to}`)}`,
    ...(direction === "more" && gain !== "" ? [prose(gain)] : []),
    ...(dropped === undefined ? [] : [prose(dropped)]),
    ...(rule === undefined ? [] : [prose(describeRule(rule))]),
  ];
}

function acceptanceItem(acceptance: Acceptance): string[] {
  const { growth } = acceptance;
  return [`**${growth.severity}** ${code(growth.text)}`, prose(describeAcceptance(acceptance))];
}

function takeBackBlocks({ takeBack, gone }: Comparison, limit: number): string[] {
  return [
    ...list(describeChanges(takeBack), limit, (text) => [code(text)]),
    ...(gone.length === 0 ? [] : [`Not used any more: ${countByClass(gone.map(({ fact }: Gone) => fact))}.`]),
  ];
}

function countMembers(groups: readonly Group<Item>[]): number {
  return groups.reduce((sum, { members }) => sum + members.length, 0);
}
