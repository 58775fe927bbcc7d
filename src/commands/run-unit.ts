import { badInput, ProfileError } from "../errors.js";
import { type Bench, withBench } from "../learning/bench.js";
import { Session } from "../learning/session.js";
import type { Progress } from "../learning/types.js";
import { soakAgain } from "../learning/soak-again.js";
import { learnUnit } from "../learning/unit.js";
import { type Interrupts, takeInterrupts } from "../learning/unit-interrupts.js";
import { checkWritable } from "../output/files.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { exposureWith, exposureWithout, verifyDropIn } from "../systemd/analyze.js";
import { requireSystemd } from "../systemd/require.js";
import { inspectUnit } from "../systemd/unit.js";
import { fromLearned } from "../profile/document.js";
import { openLaboratory } from "../verification/laboratory.js";
import {
  exitCodeOf,
  type Outcome,
  showSummary,
  soakOf,
  type Stored,
  store,
  synthesisOptionsOf,
  toDocument,
} from "./results.js";
import type { RunFlags } from "./run-flags.js";
import { checkBaselineOf, judge, readStandards, type Standards } from "./standards.js";
import { checkMinimize } from "./minimize-options.js";
import { prove as proveDropIn } from "./minimizing.js";
import { unprovable } from "./proving.js";

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
  if (!flags.lifecycle.includes("soak") && flags.untilSaturated !== undefined) {
    throw badInput("--until-saturated is for the phase soak, which --lifecycle leaves out");
  }
  checkMinimize(flags, flags.verify ? undefined : "--no-verify");
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
    const stored = await learnAndProve(unit, flags, standards, interrupts, progress.report);
    progress.report(`rating the drop-in of ${stored.learned.unit.name}`);
    const outcome = await rate({ ...stored, judgement: await judge(stored.profile, standards, flags) });
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

type Proved = Omit<Outcome, "judgement">;

async function learnAndProve(
  unit: string,
  flags: RunFlags,
  standards: Standards,
  interrupts: Interrupts,
  progress: Progress,
): Promise<Proved> {
  // Before anything is changed: this host may have no strace.
  const session = await Session.open({
    progress,
    ...(flags.keepTraces === undefined ? {} : { keepTraces: flags.keepTraces }),
  });
  try {
    const { value, failure } = await withBench({ unit, interrupts, progress }, async (bench) => {
      const learned = await learnUnit(bench, { soak: soakOf(flags), phases: flags.lifecycle, session });
      // Before it is proved: what was learned must not be lost when that is interrupted.
      const stored = await store(learned, fromLearned(learned, "strace"), flags, standards);
      return prove(bench, stored, flags, standards);
    });
    if (failure === undefined || value.learned.failure !== undefined) return value;
    const learned = { ...value.learned, failure };
    return { ...value, ...(await store(learned, fromLearned(learned, "strace"), flags, standards)) };
  } finally {
    await session.close();
  }
}

async function prove(bench: Bench, stored: Stored, flags: RunFlags, standards: Standards): Promise<Proved> {
  const { learned, profile, synthesis } = stored;
  if (synthesis === undefined) return stored;
  const skipped = flags.verify ? unprovable(synthesis, bench.version) : "--no-verify";
  if (skipped !== undefined) return { ...stored, verification: { skipped } };
  bench.progress(`proving the drop-in of ${learned.unit.name}`);
  const laboratory = await openLaboratory(bench, {
    soak: soakAgain(learned),
    phases: flags.lifecycle,
    learned,
    keepTraces: flags.keepTraces,
  });
  const proved = await proveDropIn(
    {
      profile,
      options: synthesisOptionsOf(flags, synthesis.target),
      repair: true,
      version: bench.version,
      unenforced: learned.host.unenforced,
    },
    laboratory,
    flags,
  );
  const { verification, minimized } = proved;
  return {
    ...(await store(learned, proved.profile, flags, standards)),
    verification,
    ...(minimized === undefined ? {} : { minimized }),
  };
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
