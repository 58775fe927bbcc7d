/**
 * The comparison as a report of JUnit, in the form that Jenkins, its xUnit plugin and GitLab read: a suite for each class
 * of privilege, a failing case for each that is new. GitLab tells cases apart by `classname` and `name`, so no two may
 * agree in both; it shows the text of a failure, Jenkins its message and text.
 */
import type { Acceptance, Comparison, Growth, UnitChange, Violation } from "../../comparison/types.js";
import { count } from "../count.js";
import { safe } from "../escape.js";
import { classOf, type FactClass } from "./classes.js";
import type { Item } from "./groups.js";
import type { Locate } from "./location.js";
import {
  describeAcceptance,
  describeBefore,
  describeChanges,
  describeExample,
  describeRule,
  describeSighting,
  failingUnitChanges,
  headline,
  inconclusiveAdvice,
} from "./words.js";
import { type Element, formatXml } from "./xml.js";

interface Case {
  readonly suite: FactClass | "baseline" | "ceiling" | "unit-file";
  readonly name: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  /** One line. */
  readonly message: string;
  readonly lines: readonly string[];
}

/** The document, with a newline at the end. */
export function renderJunit(comparison: Comparison, locate: Locate): string {
  const cases = mergeByName([
    ...baselineCases(comparison),
    ...comparison.growth.map((growth) => growthCase(growth, locate)),
    ...comparison.violations.map((violation) => violationCase(violation, locate)),
    ...unitCases(comparison),
    ...comparison.tolerated.map((growth) => toleratedCase(growth, comparison)),
    ...comparison.accepted.map(acceptedCase),
  ]);
  const suites = new Map<string, Case[]>();
  for (const one of cases) {
    const suite = suites.get(one.suite);
    if (suite === undefined) {
      suites.set(one.suite, [one]);
    } else {
      suite.push(one);
    }
  }
  return formatXml({
    name: "testsuites",
    attributes: { name: `profile check ${comparison.unit}`, ...countOutcomes(cases) },
    children: [...suites].map(([name, own]) => suiteElement(name, own, comparison.unit)),
  });
}

/** Always there, as some readers take a report without cases for an error. */
function baselineCases(comparison: Comparison): Case[] {
  const { inconclusive, growth, violations } = comparison;
  const isClean = growth.length + violations.length + failingUnitChanges(comparison).length === 0;
  const base = { suite: "baseline", message: "", lines: [] } as const;
  return [
    {
      ...base,
      name: "is exercised as its baseline was",
      ...(inconclusive.length === 0
        ? { outcome: "passed" }
        : // Not a failure: the check could not be made.
          {
            outcome: "error",
            message: count(inconclusive.length, "reason"),
            lines: [...inconclusive, inconclusiveAdvice],
          }),
    },
    ...(isClean && comparison.verdict !== "more"
      ? [{ ...base, name: "needs nothing beyond its baseline", outcome: "passed" } as const]
      : []),
    ...(isClean && comparison.verdict === "more"
      ? [
          {
            ...base,
            name: "needs nothing beyond its baseline",
            outcome: "failure",
            message: headline(comparison),
          } as const,
        ]
      : []),
  ];
}

function growthCase(growth: Growth, locate: Locate): Case {
  const { fact, before, settings, text, severity } = growth;
  const changes = describeChanges(settings);
  return {
    suite: classOf(fact),
    name: text,
    outcome: "failure",
    message: `${severity}: ${text}`,
    lines: [
      ...itemLines(growth),
      ...(before === null ? [] : [`was: ${describeBefore(before, fact)}`]),
      ...(changes.length === 0 ? ["line: none, no directive restricts this here"] : []),
      ...changes.map((change) => `line: ${change}`),
      ...placeLines(locate(before ?? fact)),
    ],
  };
}

function itemLines({ gain, evidence }: Item): string[] {
  return [
    `gain: ${gain}`,
    ...(evidence === null
      ? []
      : [`seen: ${describeSighting(evidence)}`, `      ${describeExample(evidence)}`]),
  ];
}

function placeLines(place: ReturnType<Locate>): string[] {
  return place === null ? [] : [`at:   ${place.path}:${place.line}`];
}

function violationCase(violation: Violation, locate: Locate): Case {
  return {
    suite: "ceiling",
    name: violation.text,
    outcome: "failure",
    message: `${violation.severity}: ${violation.text}`,
    lines: [`rule: ${violation.reason}`, ...itemLines(violation), ...placeLines(locate(violation.fact))],
  };
}

function unitCases(comparison: Comparison): Case[] {
  const failing = new Set<UnitChange>(failingUnitChanges(comparison));
  return comparison.unitChanges.map((change) => {
    const { setting, from, to, severity, gain, dropped, rule } = change;
    const why = dropped === undefined ? [] : [dropped];
    const said = rule === undefined ? [] : [describeRule(rule)];
    return {
      suite: "unit-file",
      name: `${setting}=`,
      lines: [`${setting}=${from} → ${to}`, ...(gain === "" ? [] : [`gain: ${gain}`]), ...why, ...said],
      ...(failing.has(change)
        ? { outcome: "failure", message: `${severity}: ${setting}=${to}` }
        : rule?.state === "accepted"
          ? { outcome: "skipped", message: said.join() }
          : { outcome: "passed", message: "" }),
    };
  });
}

function toleratedCase({ fact, text, severity, gain }: Growth, { failOn }: Comparison): Case {
  return {
    suite: classOf(fact),
    name: `${text} (tolerated)`,
    outcome: "passed",
    message: "",
    lines: [`${severity}, below ${failOn}`, `gain: ${gain}`],
  };
}

function acceptedCase(acceptance: Acceptance): Case {
  const { fact, text } = acceptance.growth;
  return {
    suite: classOf(fact),
    name: `${text} (accepted)`,
    outcome: "skipped",
    message: `accepted ${describeAcceptance(acceptance)}`,
    lines: [],
  };
}

/** Two facts can read alike; they become one case that tells of both, with the graver outcome. */
function mergeByName(cases: readonly Case[]): Case[] {
  const merged = new Map<string, Case>();
  for (const one of cases) {
    const key = JSON.stringify([one.suite, safe(one.name)]);
    const other = merged.get(key);
    merged.set(key, other === undefined ? one : merge(other, one));
  }
  return [...merged.values()];
}

/** In rising order. */
const outcomes: readonly Case["outcome"][] = ["passed", "skipped", "error", "failure"];

function merge(first: Case, second: Case): Case {
  const isGraver = outcomes.indexOf(second.outcome) > outcomes.indexOf(first.outcome);
  return { ...(isGraver ? second : first), lines: [...first.lines, ...second.lines] };
}

function suiteElement(name: string, cases: readonly Case[], unit: string): Element {
  const skipped = countOf(cases, "skipped");
  return {
    name: "testsuite",
    attributes: { name, ...countOutcomes(cases), skipped, time: 0 },
    children: cases.map((one) => caseElement(one, unit)),
  };
}

function countOutcomes(cases: readonly Case[]): Record<"tests" | "failures" | "errors", number> {
  return { tests: cases.length, failures: countOf(cases, "failure"), errors: countOf(cases, "error") };
}

function countOf(cases: readonly Case[], outcome: Case["outcome"]): number {
  return cases.filter((one) => one.outcome === outcome).length;
}

function caseElement({ suite, name, outcome, message, lines }: Case, unit: string): Element {
  // Jenkins takes what is before the last dot for the name of a package.
  const attributes = { name, classname: `${unit.replaceAll(".", "_")}.${suite}`, time: 0 };
  const text = lines.map(safe).join("\n");
  if (outcome === "passed") {
    return {
      name: "testcase",
      attributes,
      children: text === "" ? [] : [{ name: "system-out", children: [text] }],
    };
  }
  const type = outcome === "error" ? "inconclusive" : outcome === "skipped" ? "accepted" : "privilege";
  // Of a skipped case GitLab shows the text, Jenkins the message.
  const children = [text === "" ? message : text];
  return {
    name: "testcase",
    attributes,
    children: [{ name: outcome, attributes: { type, message }, children }],
  };
}
