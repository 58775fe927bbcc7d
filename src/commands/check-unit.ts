/** `profile check --against-unit UNIT PROFILE`: the hardening that an installed unit has, against what was learned. */
import type { Breadth, Posture } from "../directives/types.js";
import { badInput, exitCodes } from "../errors.js";

export interface UnitCheckFlags {
  readonly posture: Posture;
  readonly breadth: Breadth;
  readonly verbose?: true;
  readonly json?: true;
  readonly format?: string;
}

/** What only a check of two profiles can do. */
interface OtherFlags {
  readonly allow?: string;
  readonly ceiling?: string;
  readonly failOn?: string;
  readonly format: string;
  readonly report: readonly unknown[];
  readonly targetSystemd?: number;
  readonly user?: true;
}

/** @throws ProfileError (bad input) for options that would be ignored. */
export function refuseForUnit(candidate: string | undefined, flags: OtherFlags): void {
  const given = {
    "a second profile": candidate !== undefined,
    "--allow": flags.allow !== undefined,
    "--ceiling": flags.ceiling !== undefined,
    "--fail-on": flags.failOn !== undefined,
    "--format other than text and json": !["text", "json"].includes(flags.format),
    "--report": flags.report.length > 0,
    "--target-systemd": flags.targetSystemd !== undefined,
    "--user": flags.user === true,
  };
  const [other] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
  if (other !== undefined) {
    throw badInput(
      `check --against-unit compares one profile with the unit of this system: it does not go with ${other}`,
    );
  }
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
  if (flags.json === true || flags.format === "json") {
    const { writeJson } = await import("../output/json.js");
    writeJson(process.stdout, check);
  } else {
    const { renderUnitCheck } = await import("../output/unit-check.js");
    const { colorsFor } = await import("../output/terminal.js");
    const columns = process.stdout.columns as number | undefined;
    const layout = {
      colors: colorsFor(process.stdout, process.env),
      columns: Math.max(40, Math.min(100, columns ?? 100)),
      verbose: flags.verbose === true,
    };
    process.stdout.write(`${renderUnitCheck(check, layout)}\n`);
  }
  process.exitCode = check.verdict === "refuses" ? exitCodes.no : exitCodes.done;
}
