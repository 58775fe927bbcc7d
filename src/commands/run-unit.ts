import { badInput, ProfileError } from "../errors.js";
import { Session } from "../learning/session.js";
import { learnUnit } from "../learning/unit.js";
import { checkWritable } from "../output/files.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { exposure, exposureWith, verifyDropIn } from "../systemd/analyze.js";
import { exitCodeOf, type Outcome, showSummary, store, toDocument } from "./results.js";
import type { RunFlags } from "./run-flags.js";

/** Learns an installed unit, writes its profile and drop-in and says how much the drop-in is worth. */
export async function runUnit(unit: string, flags: RunFlags): Promise<void> {
  if (flags.pty !== undefined) {
    throw badInput("--pty and --no-pty are for a command; a unit has the terminal that it asks for itself");
  }
  await checkWritable(flags.out);
  if (flags.soak === undefined && flags.duration === undefined && flags.lifecycle.includes("soak")) {
    process.stderr.write("Exercise the service and press Ctrl-C when it has done everything it does.\n");
  }
  const progress = createProgress(process.stderr, process.env);
  try {
    const learned = await learnUnit({
      unit,
      soak: {
        ...(flags.soak === undefined ? {} : { command: flags.soak }),
        ...(flags.duration === undefined ? {} : { duration: flags.duration }),
      },
      phases: flags.lifecycle,
      session: await Session.open({
        progress: progress.report,
        ...(flags.keepTraces === undefined ? {} : { keepTraces: flags.keepTraces }),
      }),
      progress: progress.report,
    });
    const outcome = await rate(await store(learned, flags));
    progress.clear();
    if (flags.json === true) {
      writeJson(process.stdout, toDocument(outcome));
    } else {
      process.stdout.write(outcome.synthesis?.dropIn ?? "");
    }
    // Last, so that it is what remains in sight on a terminal.
    showSummary(outcome);
    process.exitCode = exitCodeOf(learned);
  } finally {
    progress.clear();
  }
}

/** What systemd itself says of the drop-in. The results are stored already, so that no answer is no failure. */
async function rate(outcome: Outcome): Promise<Outcome> {
  if (outcome.synthesis === undefined) {
    return outcome;
  }
  const { name } = outcome.learned.unit;
  const { dropIn } = outcome.synthesis;
  try {
    const complaints = await verifyDropIn(name, dropIn);
    const [before, after] = [await exposure(name), await exposureWith(name, dropIn)];
    return { ...outcome, complaints, exposure: { before, after } };
  } catch (error) {
    if (error instanceof ProfileError) {
      return { ...outcome, complaints: [`no answer: ${error.message}`] };
    }
    throw error;
  }
}
