import { Command, Option } from "commander";
import { badInput } from "../errors.js";
import { lifecyclePhases } from "../learning/types.js";
import { breadthOption, jsonOption, parseDuration, parseLifecycle, targetOption } from "./arguments.js";
import type { RunFlags } from "./run-flags.js";

/** `profile run UNIT` and `profile run -- COMMAND…`. */
export function runCommand(): Command {
  return new Command("run")
    .description("learn what a service needs and write its drop-in; after --, learn from a command")
    .usage("[options] <unit>\n       profile run [options] -- <command> [argument...]")
    .argument("[unit...]", "one unit to learn, for example nginx.service")
    .option("--soak <command>", "shell command that exercises the service")
    .option(
      "--duration <time>",
      "exercise it for this long, for example 10m (default: until Ctrl-C)",
      parseDuration,
    )
    .option("--lifecycle <phases>", "what to exercise, where the unit can", parseLifecycle, lifecyclePhases)
    .addOption(breadthOption())
    .option("--out <directory>", "where NAME.profile.json and NAME.conf go", "profiles")
    .addOption(targetOption())
    .addOption(new Option("--pty", "run the command in a terminal of its own (default: when you are at one)"))
    .addOption(new Option("--no-pty", "run the command without one"))
    .option("--keep-traces <directory>", "keep the raw strace logs there")
    .addOption(jsonOption())
    .action(async (_operands: string[], flags: RunFlags, command: Command) => {
      const { unit, argv } = splitOperands(command.args, command.parent?.args ?? []);
      if (unit !== undefined) {
        const { runUnit } = await import("./run-unit.js");
        await runUnit(unit, flags);
      } else {
        const { runProgram } = await import("./run-program.js");
        await runProgram(argv, flags);
      }
    });
}

/**
 * Tells a unit from a command: commander drops the `--` between them.
 *
 * @param operands what is left when the options of `run` are taken away
 * @param all the arguments behind `run`, as they were typed
 * @throws ProfileError (bad input) for both, neither, or several units.
 */
export function splitOperands(
  operands: readonly string[],
  all: readonly string[],
): { unit: string; argv?: never } | { unit?: never; argv: readonly string[] } {
  const dashes = all.indexOf("--");
  const behind = dashes === -1 ? 0 : all.length - dashes - 1;
  const units = operands.slice(0, operands.length - behind);
  const argv = operands.slice(operands.length - behind);
  const [unit] = units;
  if (units.length > 1) {
    throw badInput(`run learns one unit at a time, not ${units.join(", ")}; a command goes behind --`);
  }
  if (unit !== undefined && argv.length > 0) {
    throw badInput(`run learns a unit or a command, not both ${unit} and ${argv.join(" ")}`);
  }
  if (unit === undefined && argv.length === 0) {
    throw badInput("say what to learn: profile run UNIT, or profile run -- COMMAND");
  }
  return unit === undefined ? { argv } : { unit };
}
