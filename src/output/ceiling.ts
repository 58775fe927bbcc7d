/** What a ceiling found, for people. Everything that a service or a file may have chosen is made safe here. */
import type { CeilingCheck } from "../rules/check.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import { witnessLines } from "./explanation/layout.js";
import type { Colors } from "./terminal.js";

const indent = "  ";

/** The lines, without a newline at the end. */
export function renderCeiling({ ceiling, unit, violations, unseen }: CeilingCheck, colors: Colors): string {
  const layout = { colors, limit: Number.POSITIVE_INFINITY };
  const name = `${safe(unit)} and ${safe(ceiling)}:`;
  const head =
    violations.length === 0
      ? `${name} nothing that was seen is above the ceiling`
      : colors.red(`${name} ${count(violations.length, "privilege")} above the ceiling`);
  return [
    head,
    ...violations.flatMap((violation) => [
      ...witnessLines(violation, indent, layout),
      `${indent}${indent}never, because: ${safe(violation.reason)}`,
    ]),
    ...unseen.map((line) => `${colors.yellow("not seen:")} ${safe(line)}`),
  ].join("\n");
}
