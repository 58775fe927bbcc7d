import { badInput } from "../errors.js";
import { learnCommand } from "../learning/command.js";
import { lifecyclePhases } from "../learning/types.js";
import { safeLines } from "../output/escape.js";
import { checkWritable } from "../output/files.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { fromLearned } from "../profile/document.js";
import { exitCodeOf, showSummary, soakOf, store, toDocument } from "./results.js";
import { checkMinimize } from "./minimize-options.js";
import { managerOf } from "./arguments.js";
import type { RunFlags } from "./run-flags.js";
import { judge, readStandards } from "./standards.js";

/**
 * Learns from a command. Standard output is the command's own, and the drop-in goes to its file and standard error; with
 * `--json` standard output is the document alone, and what the command prints goes to standard error.
 */
export async function runProgram(argv: readonly string[], flags: RunFlags): Promise<void> {
  checkFlags(flags);
  checkMinimize(flags, "a command");
  await checkWritable(flags.out);
  const standards = await readStandards(flags);
  const soak = flags.soak !== undefined || flags.duration !== undefined;
  const json = flags.json === true;
  const screen = json ? process.stderr : process.stdout;
  const progress = createProgress(process.stderr, process.env, false);
  const learned = await learnCommand({
    argv,
    pty: flags.pty ?? (!soak && process.stdin.isTTY && screen.isTTY),
    output: json ? "stderr" : "stdout",
    progress: progress.report,
    ...(flags.keepTraces === undefined ? {} : { keepTraces: flags.keepTraces }),
    ...(soak ? { soak: soakOf(flags) } : {}),
  });
  const stored = await store(learned, fromLearned(learned, "strace"), flags, standards);
  const outcome = { ...stored, judgement: await judge(stored.profile, standards, flags) };
  if (json) {
    writeJson(process.stdout, toDocument(outcome));
  } else {
    process.stderr.write(safeLines(outcome.synthesis?.dropIn ?? ""));
  }
  await showSummary(outcome);
  process.exitCode = exitCodeOf(outcome);
}

function checkFlags(flags: RunFlags): void {
  if (flags.lifecycle.length !== lifecyclePhases.length) {
    throw badInput("--lifecycle is for units: a command is started, exercised and stopped");
  }
  if (flags.untilSaturated !== undefined) {
    throw badInput("--until-saturated is for units: profile run UNIT --until-saturated");
  }
  if (managerOf(flags) === "user" && process.getuid?.() === 0) {
    throw badInput(
      "--user learns a command as the user who will run it, not as root: runuser -u NAME -- profile run --user …",
    );
  }
}
