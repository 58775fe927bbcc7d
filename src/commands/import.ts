import { Command } from "commander";
import { badInput, exitCodes } from "../errors.js";
import { parseUid } from "./arguments.js";

interface ImportFlags {
  readonly unit?: string;
  readonly output?: string;
  readonly cwd?: string;
  readonly uid?: number;
  readonly name?: string;
}

const help = `
Examples:
  strace -f -o server.log ./server; profile import server.log -o server.profile.json
  profile import --uid 33 --cwd /srv/www old.log      made by www-data in another directory
  profile import log.*                                the files of one strace -ff -ttt -o log
  profile import --unit redis-server -o redis.json    what the sandbox of a unit lets through, to check others against

A trace of a program from its start, of all calls, is complete: do not use strace -p, -e or --status. With strace -y
it tells all directories. What a trace does not tell and --uid and --cwd do not say is assumed aloud, and the profile
records it. Exit code 5: the evidence is incomplete, and the profile says why.`;

/** `profile import TRACE…`: facts from saved strace logs, without root and without systemd; or from the sandbox of a unit. */
export function importCommand(): Command {
  return new Command("import")
    .description(
      "make a profile from saved logs of strace -f -o FILE (or -ff), or from the sandbox of a unit",
    )
    .argument("[trace...]", "logs of one run; - for standard input")
    .option("--unit <unit>", "instead of traces, make a baseline of the sandbox that an installed unit has")
    .option("-o, --output <file>", "write the profile there instead of printing it")
    .option(
      "--cwd <directory>",
      "where the traced command was started (default: what the trace tells, else here if its files are here)",
    )
    .option("--uid <uid>", "user who started it (default: what the trace tells, else you)", parseUid)
    .option("--name <name>", "name of the learned unit (default: the first program)")
    .addHelpText("after", help)
    .action(async (traces: string[], flags: ImportFlags) => {
      if (flags.unit !== undefined) {
        refuseBesideUnit(traces, flags);
        const { importUnit } = await import("./import-unit.js");
        await importUnit(flags.unit, flags.output);
        return;
      }
      if (traces.length === 0) {
        throw badInput("import needs traces, or --unit UNIT (--help shows examples)");
      }
      const { importTraces } = await import("../learning/import.js");
      const { fromLearned } = await import("../profile/document.js");
      const { formatProfile } = await import("../profile/format.js");
      const { writeProfile } = await import("../profile/write.js");
      const { createProgress } = await import("../output/progress.js");
      const { safe } = await import("../output/escape.js");
      const { output, unit: _unit, ...options } = flags;
      const progress = createProgress(process.stderr, process.env);
      const learned = await importTraces(traces, { ...options, progress: progress.report }).finally(
        progress.clear,
      );
      const profile = fromLearned(learned, "import");
      if (output === undefined || output === "-") {
        process.stdout.write(formatProfile(profile));
      } else {
        await writeProfile(output, profile);
      }
      const { forecast } = await import("../output/saturation.js");
      process.stderr.write(
        learned.saturation === undefined
          ? "saturation: one trace with times (strace -ttt) would tell what more of the same would show\n"
          : `saturation: ${forecast(learned.saturation)}\n`,
      );
      for (const reason of learned.incomplete) {
        process.stderr.write(`evidence incomplete: ${safe(reason)}\n`);
      }
      process.exitCode = learned.incomplete.length > 0 ? exitCodes.incompleteEvidence : exitCodes.done;
    });
}

/** A unit tells by itself what a trace has to be told. */
function refuseBesideUnit(traces: readonly string[], { cwd, uid, name }: ImportFlags): void {
  const given = { "--cwd": cwd, "--uid": uid, "--name": name };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  const other = traces.length > 0 ? "traces" : option;
  if (other !== undefined) {
    throw badInput(`import --unit reads the sandbox of an installed unit: it does not go with ${other}`);
  }
}
