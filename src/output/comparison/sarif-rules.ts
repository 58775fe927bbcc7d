/** Rules of the SARIF report: what can be found, how bad that is, and what to do about it. */
import type { Severity } from "../../comparison/types.js";
import { classTexts, type FactClass } from "./classes.js";
import { growthAdvice, inconclusiveAdvice } from "./words.js";

export type Level = "error" | "warning" | "note";

/** What a rule is about. Its identifier is `SUBJECT-GRADE`, which never changes: alerts are kept by it. */
export interface RuleKey {
  readonly subject: FactClass | "ceiling" | "unit-file" | "soak";
  readonly grade: Severity | "accepted" | "less";
}

export const levelOf = { high: "error", medium: "warning", low: "note" } as const satisfies Record<
  Severity,
  Level
>;

/**
 * GitHub code scanning shows up to 3.9 as low, up to 6.9 as medium, up to 8.9 as high, and takes it from the rule, not
 * from the result; so each severity is a rule of its own.
 */
const scores: Readonly<Record<string, string>> = { high: "8.0", medium: "5.0", low: "2.0" };

export function ruleId({ subject, grade }: RuleKey): string {
  return `${subject}-${grade}`;
}

/** A reportingDescriptor (SARIF 2.1.0, 3.49). */
export function formatRule(key: RuleKey): object {
  const { short, help } = textsOf(key);
  const score = scores[key.grade];
  return {
    id: ruleId(key),
    shortDescription: { text: short },
    fullDescription: { text: short },
    help: { text: help },
    defaultConfiguration: { level: defaultLevel(key) },
    // GitHub reads the score of rules with this tag only.
    properties:
      score === undefined
        ? { tags: ["systemd"] }
        : { tags: ["security", "systemd"], "security-severity": score },
  };
}

function defaultLevel({ subject, grade }: RuleKey): Level {
  if (subject === "ceiling" || grade === "less") {
    return "error";
  }
  return grade === "accepted" ? "note" : levelOf[grade];
}

function textsOf({ subject, grade }: RuleKey): { short: string; help: string } {
  const grave = grade === "accepted" ? "accepted" : `severity ${grade}`;
  switch (subject) {
    case "soak":
      return {
        short: "The service was exercised less than its baseline",
        help: `What was not exercised cannot be seen, so nothing new says nothing. ${inconclusiveAdvice}`,
      };
    case "ceiling":
      return {
        short: `The service has a privilege that the ceiling forbids (${grave})`,
        help: "The policy says that no profile of the unit may have this. Take the need for it out of the service, or change the policy.",
      };
    case "unit-file":
      return {
        short: `The unit file gives the service more than its baseline (${grave})`,
        help: `The user, the capabilities or the sandbox of the unit are otherwise than when the baseline was learned. ${growthAdvice}`,
      };
    default:
      return {
        short: `The service ${classTexts[subject].about}, unlike its baseline (${grave})`,
        help: `The baseline does not cover this privilege. The result tells who used it, what an attacker who takes over the service gains by it, and which line of the drop-in would have to change. ${growthAdvice}`,
      };
  }
}
