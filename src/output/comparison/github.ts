/**
 * Workflow commands of GitHub Actions, which become annotations of the files that they name. Ten of a kind are shown for
 * each step, so that what is alike is one annotation and the gravest come first.
 */
import type { Comparison, Growth, Severity, Violation } from "../../comparison/types.js";
import { safe } from "../escape.js";
import { type Group, group, groupGrowth, groupText, type Item } from "./groups.js";
import type { Locate, Place } from "./location.js";
import {
  describeAcceptance,
  describeBefore,
  describeChanges,
  describeExample,
  describeRule,
  describeSighting,
  failingUnitChanges,
  growthAdvice,
  headline,
  inconclusiveAdvice,
} from "./words.js";

type Level = "error" | "warning" | "notice";

const levels = { high: "error", medium: "warning", low: "notice" } as const satisfies Record<Severity, Level>;

const named = 8;

/** One command a line, with a newline at the end. */
export function renderGithub(comparison: Comparison, locate: Locate): string {
  const { violations, tolerated, lapsed } = comparison;
  const commands = [
    verdictCommand(comparison),
    ...group(violations, ({ reason }) => reason).map((one) => violationCommand(one, locate)),
    ...groupGrowth(comparison.growth).map((one) => growthCommand(one, levels[one.severity], locate)),
    ...failingUnitChanges(comparison).map(({ setting, from, to, severity, gain, dropped, rule }) =>
      command(
        levels[severity],
        `${severity}: ${setting}=${to}`,
        [
          `was ${from}`,
          gain,
          ...(dropped === undefined ? [] : [dropped]),
          ...(rule === undefined ? [] : [describeRule(rule)]),
        ],
        locate("unit"),
      ),
    ),
    ...lapsed.map(({ growth, ...acceptance }) =>
      command(
        "warning",
        `accepted no longer: ${growth.text}`,
        [describeAcceptance(acceptance)],
        locate(growth.fact),
      ),
    ),
    ...groupGrowth(tolerated).map((one) => growthCommand(one, "notice", locate)),
  ];
  return `${commands.join("\n")}\n`;
}

const verdictLevels = {
  more: "error",
  inconclusive: "error",
  less: "notice",
  same: "notice",
} as const satisfies Record<Comparison["verdict"], Level>;

/** First, so that it is shown however many follow. */
function verdictCommand(comparison: Comparison): string {
  const { verdict, inconclusive, unit } = comparison;
  const lines = [
    headline(comparison),
    ...inconclusive,
    ...(inconclusive.length > 0 ? [inconclusiveAdvice] : []),
    ...(verdict === "more" ? [growthAdvice] : []),
  ];
  return command(verdictLevels[verdict], `profile check ${unit}`, lines, null);
}

function growthCommand(one: Group<Growth>, level: Level, locate: Locate): string {
  const { first, members } = one;
  const lines = [
    ...itemLines(first),
    ...(first.before === null ? [] : [`was: ${describeBefore(first.before, first.fact)}`]),
    ...describeChanges(members.flatMap(({ settings }) => settings)),
  ];
  return command(level, titleOf(one), lines, locate(first.before ?? first.fact));
}

function violationCommand(one: Group<Violation>, locate: Locate): string {
  const lines = [`the ceiling forbids it: ${one.first.reason}`, ...itemLines(one.first)];
  return command("error", titleOf(one), lines, locate(one.first.fact));
}

function titleOf(one: Group<Item>): string {
  return `${one.severity}: ${groupText(one, named)}`;
}

function itemLines({ gain, evidence }: Item): string[] {
  return [
    gain,
    ...(evidence === null ? [] : [`seen: ${describeSighting(evidence)}: ${describeExample(evidence)}`]),
  ];
}

function command(level: Level, title: string, lines: readonly string[], place: Place | null): string {
  const properties = [
    ...(place === null ? [] : [`file=${property(place.path)}`, `line=${place.line}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(",")}::${data(lines.map(safe).join("\n"))}`;
}

/** As the runner reads it back (actions/toolkit, packages/core/src/command.ts). `##[` is another way to write commands. */
function data(text: string): string {
  return text
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A")
    .replaceAll("##[", "#\\x23[");
}

function property(text: string): string {
  return data(safe(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
