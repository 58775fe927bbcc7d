import { join } from "node:path";
import { applyDropIn, findUnit } from "../deployment/apply.js";
import { canaryDropIn } from "../deployment/canary-drop-in.js";
import { canaryDoubts, doubtsAbout, refusalsOf } from "../deployment/doubts.js";
import { obstacleToLogging } from "../deployment/kernel-log.js";
import type { Kind } from "../deployment/ledger.js";
import { keepProfile } from "../deployment/store.js";
import type { Checks } from "../deployment/trial.js";
import { badInput, exitCodes, hostCannot } from "../errors.js";
import { takeInterrupts } from "../learning/unit-interrupts.js";
import { describeApplied } from "../output/deployment.js";
import { safe } from "../output/escape.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { readProfile } from "../profile/document.js";
import { type Synthesis, synthesize, type SynthesisOptions } from "../profile/synthesize.js";
import { systemdVersion } from "../systemd/require.js";
import { fileName } from "./results.js";

interface Wanted extends Checks, SynthesisOptions {
  readonly kind: Kind;
  readonly restart: boolean;
  readonly json: boolean;
}

/** Decides what to install, has it installed and says what came of it. */
export async function applyProfile(name: string, path: string | undefined, wanted: Wanted): Promise<void> {
  const { kind } = wanted;
  const at = new Date().toISOString();
  const progress = createProgress(process.stderr, process.env);
  const interrupts = takeInterrupts();
  try {
    const state = await findUnit(name);
    const unit = state.unit.name;
    const profile = await readProfile(path ?? join("profiles", `${fileName(unit)}.profile.json`));
    if (!isOf(profile.unit.name, unit)) {
      throw badInput(`${path ?? "the profile"} is of ${profile.unit.name}, not of ${unit}`);
    }
    const running = await systemdVersion();
    const synthesis = synthesize(profile, { ...wanted, target: wanted.target ?? running });
    const doubts =
      kind === "canary"
        ? canaryDoubts(state.unit, running)
        : doubtsAbout(profile, synthesis.decisions, running);
    for (const doubt of doubts) {
      process.stderr.write(`WARNING: ${unit}: ${safe(doubt)}\n`);
    }
    const text = await textOf(kind, unit, synthesis);
    if (kind === "canary") {
      await keepProfile(unit, kind, profile);
    }
    const applied = await applyDropIn(state, {
      ...wanted,
      at,
      text,
      refusals: kind === "canary" ? undefined : refusalsOf(profile, synthesis),
      progress: progress.report,
      interrupts,
    });
    progress.clear();
    if (wanted.json) {
      writeJson(process.stdout, { ...applied, doubts, why: applied.why ?? null });
    } else {
      process.stdout.write(
        describeApplied(applied)
          .map((line) => `${line}\n`)
          .join(""),
      );
    }
    process.exitCode = applied.outcome === "rolled-back" ? exitCodes.no : exitCodes.done;
  } finally {
    interrupts.close();
    progress.clear();
  }
}

/** A profile of a template serves each of its instances. */
function isOf(profiled: string, unit: string): boolean {
  return profiled === unit || profiled === unit.replace(/@.*\.service$/, "@.service");
}

async function textOf(kind: Kind, unit: string, { decisions, dropIn }: Synthesis): Promise<string> {
  if (kind === "profile") {
    return dropIn;
  }
  const obstacle = await obstacleToLogging();
  if (obstacle !== undefined) {
    throw hostCannot(obstacle);
  }
  const text = canaryDropIn(unit, decisions);
  if (text === undefined) {
    throw badInput(
      `the profile of ${unit} filters no system calls (profile explain PROFILE SystemCallFilter): there is nothing to observe`,
    );
  }
  return text;
}
