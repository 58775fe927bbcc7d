import { badInput } from "../errors.js";
import { learnCommand } from "../learning/command.js";
import { lifecyclePhases } from "../learning/types.js";
import { safeLines } from "../output/escape.js";
import { checkWritable } from "../output/files.js";
import { createProgress } from "../output/progress.js";
import { exitCodeOf, showSummary, store } from "./results.js";
import type { RunFlags } from "./run-flags.js";

/** Learns from a command. Standard output is the command's own: the drop-in goes to its file and standard error. */
export async function runProgram(argv: readonly string[], flags: RunFlags): Promise<void> {
  checkFlags(flags);
  await checkWritable(flags.out);
  const soak = flags.soak !== undefined || flags.duration !== undefined;
  const progress = createProgress(process.stderr, process.env, false);
  const learned = await learnCommand({
    argv,
    pty: flags.pty ?? (!soak && process.stdin.isTTY && process.stdout.isTTY),
    progress: progress.report,
    ...(flags.keepTraces === undefined ? {} : { keepTraces: flags.keepTraces }),
    ...(soak
      ? {
          soak: {
            ...(flags.soak === undefined ? {} : { command: flags.soak }),
            ...(flags.duration === undefined ? {} : { duration: flags.duration }),
          },
        }
      : {}),
  });
  const outcome = await store(learned, flags);
  process.stderr.write(safeLines(outcome.synthesis?.dropIn ?? ""));
  showSummary(outcome);
  process.exitCode = exitCodeOf(learned);
}

function checkFlags(flags: RunFlags): void {
  if (flags.json === true) {
    throw badInput("--json is for units: standard output belongs to the command that is learned");
  }
  if (flags.lifecycle.length !== lifecyclePhases.length) {
    throw badInput("--lifecycle is for units: a command is started, exercised and stopped");
  }
}
