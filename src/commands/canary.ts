import { Command, InvalidArgumentError, Option } from "commander";
import { jsonOption, parseDuration } from "./arguments.js";

interface CanaryFlags {
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly output?: string;
  readonly json?: true;
}

const examples = `
Examples:
  profile canary myapp                                what would have been denied since the canary was installed
  profile canary myapp --since 1h -o seen.json        … and as a profile, for: profile merge old.json seen.json -o new.json
  ssh host dmesg | profile canary myapp -             from another log`;

/** `profile canary UNIT [LOG]`: what a canary has seen. */
export function canaryCommand(): Command {
  return new Command("canary")
    .description("what would have been denied to a unit with a canary (profile apply --canary)")
    .argument("<unit>", "the service")
    .argument(
      "[log]",
      "a log of the kernel or of auditd; - for standard input (default: those of this machine)",
    )
    .addOption(
      new Option(
        "--since <time>",
        "how long ago, or a date (default: since the canary was installed)",
      ).argParser(parseSince),
    )
    .option("-o, --output <file>", "write the calls as a profile, to be merged")
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action(async (unit: string, log: string | undefined, flags: CanaryFlags) => {
      const { showCanary } = await import("./show-canary.js");
      await showCanary(unit, {
        log,
        since: flags.since,
        output: flags.output,
        json: flags.json === true,
      });
    });
}

/** `2h`, or what Date understands → milliseconds since 1970. */
export function parseSince(text: string): number {
  const date = /^\d{4}-/.test(text) ? Date.parse(text) : Date.now() - parseDuration(text) * 1000;
  if (Number.isNaN(date)) {
    throw new InvalidArgumentError("Write it like 90s, 10m, 1h30m or 2026-01-31T12:00.");
  }
  return date;
}
