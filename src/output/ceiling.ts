/** What a ceiling found, for people. Everything that a service or a file may have chosen is made safe here. */
import type { Witness } from "../explain/types.js";
import type { CeilingCheck } from "../rules/check.js";
import { count } from "./count.js";
import { safe } from "./escape.js";
import { witnessLines, wrap } from "./explanation/layout.js";
import type { Colors } from "./terminal.js";

/** At most this many privileges that one reason forbids. */
const limit = 12;

/** The lines, without a newline at the end. */
export function renderCeiling({ ceiling, unit, violations, unseen }: CeilingCheck, colors: Colors): string {
  const name = `${safe(unit)} and ${safe(ceiling)}:`;
  const head =
    violations.length === 0
      ? `${name} nothing that was seen is above the ceiling`
      : colors.red(`${name} ${count(violations.length, "privilege")} above the ceiling`);
  const reasons = [...new Set(violations.map(({ reason }) => reason))];
  return [
    head,
    ...reasons.flatMap((reason) =>
      reasonLines(
        reason,
        violations.filter((one) => one.reason === reason),
        colors,
      ),
    ),
    ...unseen.map((line) => `${colors.yellow("not seen:")} ${safe(line)}`),
  ].join("\n");
}

function reasonLines(reason: string, violations: readonly Witness[], colors: Colors): string[] {
  const rest = violations.length - limit;
  return [
    ...wrap(reason, "    ", "  never: "),
    ...violations.slice(0, limit).flatMap((one) => witnessLines(one, "    ", { colors, limit })),
    ...(rest > 0 ? [colors.dim(`    and ${rest} more`)] : []),
  ];
}
