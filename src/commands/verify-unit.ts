import { dirname, join } from "node:path";
import { badInput } from "../errors.js";
import { gatherHost } from "../host/gather.js";
import { withBench } from "../learning/bench.js";
import { takeInterrupts } from "../learning/unit-interrupts.js";
import { safe } from "../output/escape.js";
import { checkWritable, writeFileAtomically } from "../output/files.js";
import { writeJson } from "../output/json.js";
import { createProgress } from "../output/progress.js";
import { colorsFor } from "../output/terminal.js";
import { minimizedDocument, renderMinimized } from "../output/minimized.js";
import { describeVerification } from "../output/verification.js";
import { readProfile } from "../profile/document.js";
import { readSource } from "../profile/source.js";
import { synthesize } from "../profile/synthesize.js";
import type { Profile } from "../profile/types.js";
import { writeProfile } from "../profile/write.js";
import { requireSystemd, systemdVersion } from "../systemd/require.js";
import { inspectUnit, serviceName } from "../systemd/unit.js";
import { checkPtrace, findStrace } from "../tracers/find.js";
import { openLaboratory } from "../verification/laboratory.js";
import { checkMinimize } from "./minimize-options.js";
import { type Proved, prove } from "./minimizing.js";
import { unprovable } from "./proving.js";
import { exitCodeOfVerification, fileName, soakOf, synthesisOptionsOf } from "./results.js";
import type { VerifyFlags } from "./verify.js";

/** Proves the drop-in of a profile on the unit that it is for; what is repaired is written back. */
export async function verifyUnit(unit: string, given: string | undefined, flags: VerifyFlags): Promise<void> {
  checkFlags(given, flags);
  const path = given ?? join("profiles", `${fileName(serviceName(unit))}.profile.json`);
  const profile = await readProfile(path);
  const dropIn = flags.dropIn === undefined ? undefined : (await readSource(flags.dropIn)).text;
  const out = flags.out ?? (path === "-" ? "profiles" : dirname(path));
  if (flags.repair) await checkWritable(out);
  await requireSystemd();
  const version = await systemdVersion();
  await checkUnit(unit, profile);
  const options = synthesisOptionsOf(flags, version);
  const reason = unprovable(synthesize(profile, options), version);
  if (reason !== undefined) throw badInput(`the drop-in cannot be proved here: ${reason}`);
  // Before anything is changed: this host may have no strace.
  await checkPtrace(await findStrace());
  // Here, not where it was learned.
  const { unenforced } = await gatherHost({ paths: [], uids: [], gids: [], enforcement: true });
  const progress = createProgress(process.stderr, process.env);
  const interrupts = takeInterrupts();
  try {
    const { value, failure } = await withBench(
      { unit, interrupts, progress: progress.report },
      async (bench) => {
        const laboratory = await openLaboratory(bench, {
          soak: soakOf(flags),
          phases: flags.lifecycle,
          keepTraces: flags.keepTraces,
          expected: longestSoak(profile),
        });
        const subject = { profile, options, dropIn, repair: flags.repair, version, unenforced };
        return prove(subject, laboratory, flags);
      },
    );
    progress.clear();
    const verified = failure === undefined ? value : withFailure(value, failure);
    const written = flags.repair ? await write(verified, out, dropIn) : [];
    show(profile.unit.name, verified, written, flags);
    process.exitCode = exitCodeOfVerification(verified.verification);
  } finally {
    interrupts.close();
    progress.clear();
  }
}

/** In seconds, of the soaks by commands that it was learned from. */
function longestSoak({ runs }: Profile): number | undefined {
  const known = runs.flatMap(({ soak }) => (soak?.until === "command" ? [soak.seconds] : []));
  return known.length === 0 ? undefined : Math.max(...known);
}

function checkFlags(path: string | undefined, flags: VerifyFlags): void {
  if (!flags.lifecycle.includes("soak") && (flags.soak ?? flags.duration) !== undefined)
    throw badInput("--soak and --duration are for the phase soak, which --lifecycle leaves out");
  checkMinimize(flags, flags.dropIn !== undefined ? "--drop-in" : flags.repair ? undefined : "--no-repair");
  if (path === "-" && flags.dropIn === "-") throw badInput("standard input can be read only once");
  if (!flags.repair && flags.out !== undefined)
    throw badInput("--no-repair writes nothing, so that --out is of no use");
}

/** @throws ProfileError (bad input) when the profile is of another unit. */
async function checkUnit(unit: string, profile: Profile): Promise<void> {
  const { name } = (await inspectUnit(unit)).unit;
  if (profile.unit.name !== name)
    throw badInput(`the profile is of ${safe(profile.unit.name)}, not of ${name}`);
}

function withFailure(verified: Proved, failure: string): Proved {
  return { ...verified, verification: { ...verified.verification, verdict: "failed", failure } };
}

/** Nothing where nothing new is known. A drop-in that was given stays as it is, too: the repaired one lies beside the profile. */
async function write(
  { verification, profile, dropIn }: Proved,
  out: string,
  given: string | undefined,
): Promise<readonly string[]> {
  if (verification.verdict !== "verified") return [];
  const base = join(out, fileName(profile.unit.name));
  await writeProfile(`${base}.profile.json`, profile);
  if (given !== undefined && verification.denials.length === 0) return [`${base}.profile.json`];
  await writeFileAtomically(`${base}.conf`, dropIn);
  return [`${base}.profile.json`, `${base}.conf`];
}

function show(
  unit: string,
  { verification, dropIn, minimized }: Proved,
  written: readonly string[],
  flags: VerifyFlags,
): void {
  if (flags.json === true) {
    const exitCode = exitCodeOfVerification(verification);
    writeJson(process.stdout, {
      unit,
      exitCode,
      files: written,
      verification,
      minimized: minimized === undefined ? null : minimizedDocument(minimized),
      dropIn,
    });
  }
  const screen = flags.json === true ? process.stderr : process.stdout;
  const colors = colorsFor(screen, process.env);
  screen.write(`${describeVerification(unit, verification, colors)}\n`);
  if (minimized !== undefined) screen.write(`${renderMinimized(minimized, colors)}\n`);
  for (const path of written) screen.write(`${colors.dim("wrote")} ${safe(path)}\n`);
}
