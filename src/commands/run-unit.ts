import { badInput, ProfileError } from "../errors.js";
import { withBench } from "../learning/bench.js";
import { Session } from "../learning/session.js";
import type { Learned, Progress } from "../learning/types.js";
import { learnUnit } from "../learning/unit.js";
import { type Interrupts, takeInterrupts } from "../learning/unit-interrupts.js";
import { checkWritable } from "../output/files.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { exposureWith, exposureWithout, verifyDropIn } from "../systemd/analyze.js";
import { requireSystemd } from "../systemd/require.js";
import { inspectUnit } from "../systemd/unit.js";
import { exitCodeOf, type Outcome, showSummary, soakOf, store, toDocument } from "./results.js";
import type { RunFlags } from "./run-flags.js";
import { checkBaselineOf, readStandards } from "./standards.js";

/** Learns an installed unit, writes its profile and drop-in and says how much the drop-in is worth. */
export async function runUnit(unit: string, flags: RunFlags): Promise<void> {
  if (flags.user === true) {
    throw badInput(
      "units of the user manager cannot be learned yet, only commands: profile run --user -- COMMAND",
    );
  }
  if (flags.pty !== undefined) {
    throw badInput("--pty and --no-pty are for a command; a unit has the terminal that it asks for itself");
  }
  if (!flags.lifecycle.includes("soak") && (flags.soak ?? flags.duration) !== undefined) {
    throw badInput("--soak and --duration are for the phase soak, which --lifecycle leaves out");
  }
  await checkWritable(flags.out);
  const standards = await readStandards(flags);
  if (standards.baseline !== undefined) {
    await requireSystemd();
    await checkBaselineOf((await inspectUnit(unit)).unit, standards);
  }
  const progress = createProgress(process.stderr, process.env);
  // Until the end: rating the drop-in loads a copy of the unit, which must not stay behind either.
  const interrupts = takeInterrupts();
  try {
    const learned = await learnInstalled(unit, flags, interrupts, progress.report);
    progress.report(`rating the drop-in of ${learned.unit.name}`);
    const outcome = await rate(await store(learned, flags, standards));
    interrupts.signal.throwIfAborted();
    progress.clear();
    if (flags.json === true) {
      writeJson(process.stdout, toDocument(outcome));
    } else {
      process.stdout.write(outcome.synthesis?.dropIn ?? "");
    }
    // Last, so that it is what remains in sight on a terminal.
    await showSummary(outcome);
    process.exitCode = exitCodeOf(outcome);
  } finally {
    interrupts.close();
    progress.clear();
  }
}

async function learnInstalled(
  unit: string,
  flags: RunFlags,
  interrupts: Interrupts,
  progress: Progress,
): Promise<Learned> {
  // Before anything is changed: this host may have no strace.
  const session = await Session.open({
    progress,
    ...(flags.keepTraces === undefined ? {} : { keepTraces: flags.keepTraces }),
  });
  try {
    const { value, failure } = await withBench({ unit, interrupts, progress }, (bench) =>
      learnUnit(bench, { soak: soakOf(flags), phases: flags.lifecycle, session }),
    );
    return failure === undefined ? value : { failure, ...value };
  } finally {
    await session.close();
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
    const [before, after] = [await exposureWithout(name), await exposureWith(name, dropIn)];
    return { ...outcome, complaints, exposure: { before, after } };
  } catch (error) {
    if (error instanceof ProfileError) {
      return { ...outcome, complaints: [`no answer: ${error.message}`] };
    }
    throw error;
  }
}
