import { Command } from "commander";
import type { Breadth, Posture } from "../directives/types.js";
import type { LifecyclePhase } from "../learning/types.js";
import {
  breadthOption,
  durationOption,
  jsonOption,
  lifecycleOption,
  postureOption,
  soakOption,
} from "./arguments.js";
import { type MinimizeFlags, minimizeLimitOption, minimizeOption } from "./minimize-options.js";

export interface VerifyFlags extends MinimizeFlags {
  readonly soak?: string;
  /** Seconds. */
  readonly duration?: number;
  readonly lifecycle: readonly LifecyclePhase[];
  readonly breadth: Breadth;
  readonly posture: Posture;
  /** A file; `-` is standard input. */
  readonly dropIn?: string;
  readonly repair: boolean;
  /** A directory. */
  readonly out?: string;
  readonly keepTraces?: string;
  readonly json?: true;
}

const examples = `
Examples:
  profile verify nginx --soak ./load-test.sh                      the drop-in of profiles/nginx.service.profile.json
  profile verify nginx nginx.profile.json --soak ./load-test.sh   that of another profile
  profile verify nginx --drop-in edited.conf --soak ./try.sh      one that was edited by hand, against what was learned
  profile verify nginx --no-repair --soak ./try.sh                for CI: 1 when anything is denied, nothing is written

What is refused is repaired by facts, and the profile and its drop-in are written again; with --drop-in only the drop-in, beside the profile.

Exit codes: 0 proved, if need be after repairs; 1 something that it needs is denied; 2 bad usage or bad input; 3 this host
cannot; 4 the service or the soak fails without the drop-in, too; 5 not all was seen; 128+n ended by signal n. Whatever
happens, the unit is put back as it was.`;

/** `profile verify UNIT [PROFILE]`. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("run a unit under its drop-in, find what that denies, repair it, and prove it")
    .argument("<unit>", "for example nginx.service")
    .argument("[profile]", "file written by run; - for standard input (default: profiles/UNIT.profile.json)")
    .addOption(soakOption())
    .addOption(durationOption())
    .addOption(lifecycleOption())
    .addOption(postureOption())
    .addOption(breadthOption())
    .option("--drop-in <file>", "prove this drop-in in place of the one that the profile gives")
    .addOption(minimizeOption())
    .addOption(minimizeLimitOption())
    .option("--no-repair", "only tell what is denied; nothing is written")
    .option("--out <directory>", "where results go (default: where the profile is)")
    .option("--keep-traces <directory>", "keep the raw strace logs there")
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action(async (unit: string, path: string | undefined, flags: VerifyFlags) => {
      const { verifyUnit } = await import("./verify-unit.js");
      await verifyUnit(unit, path, flags);
    });
}
