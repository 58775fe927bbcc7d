/** The drop-in that only observes: calls that the profile does not have are logged, and nothing is denied. Pure. */
import type { Decision } from "../directives/types.js";
import { comment } from "../systemd/dropin.js";

/**
 * Turns the lines of SystemCallFilter= that `decide` gives, an allow-list, into those of SystemCallLog= that log what it
 * would refuse. Both are parsed alike (config_parse_syscall_filter() and config_parse_syscall_log() in
 * src/core/load-fragment.c): behind `~` what is not listed is logged, and a later line without `~` takes out again what it
 * lists. What has an error of its own is left out of the log: the service was seen to live with that. Only an allow-list
 * has @default in it by itself. Tried on systemd 252 and 257.
 */
export function logLines(filter: readonly string[]): readonly string[] {
  return ["", "~@default", ...filter.filter((value) => value !== "").flatMap(logLine)];
}

function logLine(value: string): readonly string[] {
  if (!value.startsWith("~")) {
    return [`~${value}`];
  }
  const words = value.slice(1).split(" ");
  const denied = words.filter((word) => !word.includes(":"));
  const expected = words.filter((word) => word.includes(":")).map((word) => word.replace(/:.*/, ""));
  return [
    ...(denied.length === 0 ? [] : [denied.join(" ")]),
    ...(expected.length === 0 ? [] : [`~${expected.join(" ")}`]),
  ];
}

/** undefined where the decisions filter no calls, so that there is nothing to observe. */
export function canaryDropIn(unit: string, decisions: readonly Decision[]): string | undefined {
  const filter = decisions.find(({ directive }) => directive === "SystemCallFilter");
  if (filter?.decision !== "set") {
    return undefined;
  }
  const lines = [
    ...comment(`Canary of ${unit}, learned by profile (sandbox-profiler) from what the service did.`),
    ...comment("It denies nothing. Calls that the profile does not have are written to the kernel's log:"),
    ...comment(`profile canary ${unit} reads them.`),
    "",
    "[Service]",
    ...logLines(filter.values).map((value) => `SystemCallLog=${value}`),
  ];
  return `${lines.join("\n")}\n`;
}
