/**
 * The comparison in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), as GitHub code scanning reads
 * it: a result for each privilege beyond the baseline, at the line of the baseline where it would stand.
 */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Acceptance, Comparison, Growth, UnitChange, Violation } from "../../comparison/types.js";
import { factId } from "../../facts/set.js";
import { safe } from "../escape.js";
import { formatJson } from "../json.js";
import { classOf } from "./classes.js";
import type { Item } from "./groups.js";
import type { Locate, Place } from "./location.js";
import { formatRule, type Level, levelOf, type RuleKey, ruleId } from "./sarif-rules.js";
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

export interface SarifOptions {
  readonly exitCode: number;
  /** Of this program. */
  readonly version: string;
}

interface Finding {
  readonly rule: RuleKey;
  readonly level: Level;
  /** One line each. */
  readonly lines: readonly string[];
  readonly place: Place | null;
  /** What makes it the same finding in another run, whatever line it is on then. */
  readonly identity: string;
  /** Why it was let through. */
  readonly justification?: string;
}

/** The document, with a newline at the end. */
export function renderSarif(comparison: Comparison, locate: Locate, options: SarifOptions): string {
  const { exitCode, version } = options;
  const findings = findingsOf(comparison, locate);
  const rules = new Map(findings.map(({ rule }) => [ruleId(rule), rule]));
  const indices = new Map([...rules.keys()].map((id, index) => [id, index]));
  const run = {
    tool: {
      driver: {
        name: "sandbox-profiler",
        version,
        semanticVersion: version,
        rules: [...rules.values()].map(formatRule),
      },
    },
    // Uploads of other units must not replace this one.
    automationDetails: { id: `profile-check/${encodeURIComponent(safe(comparison.unit))}/` },
    invocations: [invocation(comparison, exitCode)],
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => result(finding, indices, comparison.unit)),
  };
  return formatJson({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  });
}

function invocation(comparison: Comparison, exitCode: number): object {
  const { inconclusive, verdict } = comparison;
  return {
    executionSuccessful: verdict !== "inconclusive",
    exitCode,
    exitCodeDescription: safe(headline(comparison)),
    toolExecutionNotifications: inconclusive.map((reason) => ({
      level: "error",
      message: message([reason]),
    })),
  };
}

function findingsOf(comparison: Comparison, locate: Locate): Finding[] {
  const { unit, growth, violations, tolerated, accepted, lapsed } = comparison;
  const lapses = new Map(lapsed.map((lapse) => [factId(lapse.growth.fact), describeAcceptance(lapse)]));
  return [
    ...growth.map((one) => growthFinding(one, levelOf[one.severity], unit, locate, lapses)),
    ...violations.map((violation) => violationFinding(violation, unit, locate)),
    ...failingUnitChanges(comparison).map((change) => unitFinding(change, unit, locate)),
    ...inconclusiveFindings(comparison, locate),
    ...tolerated.map((one) => growthFinding(one, "note", unit, locate, lapses)),
    ...accepted.map((acceptance) => acceptedFinding(acceptance, unit, locate)),
    ...comparison.unitChanges.flatMap((change) => acceptedUnitFindings(change, unit, locate)),
  ];
}

function growthFinding(
  growth: Growth,
  level: Level,
  unit: string,
  locate: Locate,
  lapses: ReadonlyMap<string, string>,
): Finding {
  const { fact, before, settings, severity } = growth;
  const lapse = lapses.get(factId(fact));
  return {
    rule: { subject: classOf(fact), grade: severity },
    level,
    lines: [
      ...itemLines(growth, unit),
      ...(before === null ? [] : [`Known to the baseline otherwise: ${describeBefore(before, fact)}.`]),
      ...describeChanges(settings).map((change) => `Drop-in: ${change}`),
      ...(lapse === undefined ? [] : [`Accepted no longer: ${lapse}`]),
    ],
    place: locate(before ?? fact),
    identity: factId(fact),
  };
}

function itemLines({ text, gain, evidence }: Item, unit: string): string[] {
  return [
    `${unit} ${text}.`,
    gain,
    ...(evidence === null ? [] : [`Seen: ${describeSighting(evidence)}: ${describeExample(evidence)}`]),
  ];
}

function violationFinding(violation: Violation, unit: string, locate: Locate): Finding {
  return {
    rule: { subject: "ceiling", grade: violation.severity },
    level: "error",
    lines: [...itemLines(violation, unit), `The ceiling forbids it: ${violation.reason}`],
    place: locate(violation.fact),
    identity: factId(violation.fact),
  };
}

function unitFinding(change: UnitChange, unit: string, locate: Locate): Finding {
  const { setting, from, to, severity, gain, dropped, rule } = change;
  return {
    rule: { subject: "unit-file", grade: severity },
    level: levelOf[severity],
    lines: [
      dropped === undefined
        ? `The unit file of ${unit} has ${setting}=${to} instead of ${setting}=${from}.`
        : `${setting}=${from} is not set for ${unit}: ${dropped}`,
      gain,
      ...(rule === undefined ? [] : [describeRule(rule)]),
    ],
    place: locate("unit"),
    identity: setting,
  };
}

/** A finding too: a report without any would be shown as green. */
function inconclusiveFindings({ unit, verdict, inconclusive }: Comparison, locate: Locate): Finding[] {
  return verdict !== "inconclusive"
    ? []
    : [
        {
          rule: { subject: "soak", grade: "less" },
          level: "error",
          lines: [`${unit} was exercised less than its baseline.`, ...inconclusive, inconclusiveAdvice],
          place: locate("unit"),
          identity: "",
        },
      ];
}

function acceptedFinding(acceptance: Acceptance, unit: string, locate: Locate): Finding {
  const { growth } = acceptance;
  return {
    // A rule of its own, without a score: not every reader of SARIF knows suppressions.
    rule: { subject: classOf(growth.fact), grade: "accepted" },
    level: "note",
    lines: itemLines(growth, unit),
    place: locate(growth.before ?? growth.fact),
    identity: factId(growth.fact),
    justification: describeAcceptance(acceptance),
  };
}

function acceptedUnitFindings(change: UnitChange, unit: string, locate: Locate): Finding[] {
  const { direction, rule } = change;
  return direction !== "more" || rule?.state !== "accepted"
    ? []
    : [
        {
          ...unitFinding(change, unit, locate),
          rule: { subject: "unit-file", grade: "accepted" },
          level: "note",
          justification: describeAcceptance(rule),
        },
      ];
}

function result(finding: Finding, indices: ReadonlyMap<string, number>, unit: string): object {
  const { rule, level, lines, place, identity, justification } = finding;
  const id = ruleId(rule);
  const hash = createHash("sha256")
    .update(JSON.stringify([unit, rule.subject, identity]))
    .digest("hex");
  return {
    ruleId: id,
    ruleIndex: indices.get(id),
    level,
    message: message(lines),
    ...(place === null ? {} : { locations: [{ physicalLocation: physicalLocation(place) }] }),
    partialFingerprints: {
      "privilege/v1": hash,
      // The only one that GitHub compares; it would otherwise compute it from the line that happens to be there.
      primaryLocationLineHash: `${hash.slice(0, 16)}:1`,
    },
    // Where one result has it, all must (SARIF 2.1.0, 3.27.23).
    suppressions:
      justification === undefined
        ? []
        : [{ kind: "external", status: "accepted", justification: safe(justification) }],
  };
}

/** `[text](target)` would be a link (SARIF 2.1.0, 3.11.6). */
function message(lines: readonly string[]): object {
  return { text: lines.map((line) => safe(line).replaceAll("](", "] (")).join("\n") };
}

function physicalLocation({ path, line }: Place): object {
  const artifactLocation = path.startsWith("/")
    ? { uri: pathToFileURL(path).href }
    : { uri: safe(path).split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
  return { artifactLocation, region: { startLine: line } };
}
