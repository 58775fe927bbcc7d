/** `profile check --against-unit UNIT PROFILE`: the hardening that an installed unit has, against what was learned. */
import type { Breadth, Posture } from "../directives/types.js";
import { exitCodes } from "../errors.js";

export interface UnitCheckFlags {
  readonly posture: Posture;
  readonly breadth: Breadth;
  readonly verbose?: true;
  readonly json?: true;
}

/** Prints the result. Exit code 1 when the unit refuses what was learned. */
export async function checkAgainstUnit(unit: string, path: string, flags: UnitCheckFlags): Promise<void> {
  const { readProfile } = await import("../profile/document.js");
  const profile = await readProfile(path);
  const { readLoadedUnit } = await import("../baselines/read-unit.js");
  const { checkAgainst } = await import("../baselines/against.js");
  const { exposure } = await import("../systemd/analyze.js");
  const loaded = await readLoadedUnit(unit);
  const check = checkAgainst(loaded, profile, {
    name: path,
    posture: flags.posture,
    breadth: flags.breadth,
    exposure: await exposure(loaded.unit.name).catch(() => null),
  });
  if (flags.json === true) {
    const { writeJson } = await import("../output/json.js");
    writeJson(process.stdout, check);
  } else {
    const { renderUnitCheck } = await import("../output/unit-check.js");
    const { colorsFor } = await import("../output/terminal.js");
    const layout = {
      colors: colorsFor(process.stdout, process.env),
      columns: Math.max(40, Math.min(100, process.stdout.columns ?? 100)),
      verbose: flags.verbose === true,
    };
    process.stdout.write(`${renderUnitCheck(check, layout)}\n`);
  }
  process.exitCode = check.verdict === "refuses" ? exitCodes.no : exitCodes.done;
}
