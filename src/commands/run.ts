import { minimizeLimitOption, minimizeOption } from "./minimize-options.js";
import { Command, Option } from "commander";
import { badInput } from "../errors.js";
import {
  adoptOption,
  breadthOption,
  durationOption,
  jsonOption,
  lifecycleOption,
  parseProbability,
  postureOption,
  soakOption,
  targetOption,
  userOption,
} from "./arguments.js";
import type { RunFlags } from "./run-flags.js";
import { allowOption, ceilingOption, failOnOption } from "./standards.js";

const examples = `
Examples:
  profile run nginx --soak 'curl -s localhost'    one command exercises the service
  profile run redis-server --duration 10m         real traffic does
  profile run nginx --until-saturated --soak 'curl -s localhost' --duration 10m    again and again, until nothing new comes
  profile run postgresql@15-main                  you do, until Ctrl-C
  profile run --lifecycle start,soak,stop myapp   do not reload or restart it
  profile run --soak ./try.sh -- ./server -p 80   a command that serves, without a unit
  profile run --user -- ./server                  a command that systemctl --user will run, as you
  profile run --json -- ./job                     one document on stdout, output of the job on stderr
  profile run myapp --baseline profiles/myapp.service.profile.json --soak ./try.sh    does the new release need more?

Exit codes: 0 learned, and nothing beyond the baseline; 1 more than the baseline or the ceiling allows; 2 bad usage or
unknown unit; 3 this host cannot; 4 the service or the soak failed; 5 the evidence is incomplete, or less than the baseline's; 128+n ended by signal n. Whatever happens, the unit is put back as it was.`;

/** `profile run UNIT` and `profile run -- COMMAND…`. */
export function runCommand(): Command {
  return new Command("run")
    .description("learn what a service needs and write its drop-in; after --, learn from a command")
    .usage("[options] <unit>\n       profile run [options] -- <command> [argument...]")
    .argument("[unit...]", "one unit to learn, for example nginx.service")
    .addOption(soakOption())
    .addOption(durationOption())
    .addOption(
      new Option(
        "--until-saturated [probability]",
        "repeat --soak, or go on, until one more repetition (without --soak a minute more) shows anything new with at most this probability (default: 5%); --duration is the limit",
      ).argParser(parseProbability),
    )
    .addOption(lifecycleOption())
    .addOption(postureOption())
    .addOption(breadthOption())
    .addOption(adoptOption())
    .option("--out <directory>", "where NAME.profile.json and NAME.conf go", "profiles")
    .addOption(targetOption())
    .addOption(userOption())
    .addOption(new Option("--pty", "run the command in a terminal of its own (default: when you are at one)"))
    .addOption(new Option("--no-pty", "run the command without one"))
    .option("--no-verify", "write the drop-in without running the unit under it")
    .addOption(minimizeOption())
    .addOption(minimizeLimitOption())
    .option("--baseline <file>", "profile that what is learned may not exceed; it is never overwritten")
    .addOption(failOnOption())
    .addOption(allowOption())
    .addOption(ceilingOption())
    .option("--keep-traces <directory>", "keep the raw strace logs there")
    .addOption(jsonOption())
    .addHelpText("after", examples)
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
