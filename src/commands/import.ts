import { Command } from "commander";
import { exitCodes } from "../errors.js";
import { parseUid } from "./arguments.js";

interface ImportFlags {
  readonly output?: string;
  readonly cwd?: string;
  readonly uid?: number;
  readonly name?: string;
}

/** `profile import TRACE…`: facts from saved strace logs, without root and without systemd. */
export function importCommand(): Command {
  return new Command("import")
    .description("make a profile from saved logs of strace -f -o FILE (or -ff)")
    .argument("<trace...>", "logs of one run; - for standard input")
    .option("-o, --output <file>", "write the profile there instead of printing it")
    .option("--cwd <directory>", "where the traced command was started (default: as far as the trace tells)")
    .option("--uid <uid>", "user who started it (default: you)", parseUid)
    .option("--name <name>", "name of the learned unit (default: the first program)")
    .action(async (traces: string[], flags: ImportFlags) => {
      const { importTraces } = await import("../learning/import.js");
      const { fromLearned } = await import("../profile/document.js");
      const { formatProfile } = await import("../profile/format.js");
      const { writeProfile } = await import("../profile/write.js");
      const { createProgress } = await import("../output/progress.js");
      const { safe } = await import("../output/escape.js");
      const { output, ...options } = flags;
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
      for (const reason of learned.incomplete) {
        process.stderr.write(`evidence incomplete: ${safe(reason)}\n`);
      }
      process.exitCode = learned.incomplete.length > 0 ? exitCodes.incompleteEvidence : exitCodes.done;
    });
}
