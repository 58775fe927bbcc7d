import { Command } from "commander";
import type { Breadth, Posture } from "../directives/types.js";
import { safe } from "../output/escape.js";
import {
  adoptOption,
  breadthOption,
  jsonOption,
  managerOf,
  postureOption,
  targetOption,
  userOption,
} from "./arguments.js";

interface SynthesizeFlags {
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly adoptAdvice?: true;
  readonly targetSystemd?: number;
  readonly user?: true;
  readonly json?: true;
}

const examples = `
Examples:
  profile synthesize profiles/nginx.service.profile.json > nginx.conf
  profile synthesize --adopt-advice server.profile.json
  profile synthesize --breadth exact --target-systemd 252 server.profile.json
  profile import log | profile synthesize -`;

/** `profile synthesize PROFILE`: the drop-in, from the stored data alone. */
export function synthesizeCommand(): Command {
  return new Command("synthesize")
    .description("print the drop-in of a stored profile")
    .argument("<profile>", "file written by run or import; - for standard input")
    .addOption(postureOption())
    .addOption(breadthOption())
    .addOption(adoptOption())
    .addOption(targetOption())
    .addOption(userOption())
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action(async (path: string, flags: SynthesizeFlags) => {
      const { readProfile } = await import("../profile/document.js");
      const { synthesize } = await import("../profile/synthesize.js");
      const profile = await readProfile(path);
      const synthesis = synthesize(profile, {
        breadth: flags.breadth,
        posture: flags.posture,
        manager: managerOf(flags),
        target: flags.targetSystemd,
        adoptAdvice: flags.adoptAdvice === true,
      });
      if (flags.json === true) {
        const { writeJson } = await import("../output/json.js");
        const { dropIn, target, decisions } = synthesis;
        writeJson(process.stdout, {
          unit: profile.unit.name,
          target,
          manager: synthesis.manager,
          posture: flags.posture,
          breadth: flags.breadth,
          adopted: synthesis.adopted ?? null,
          dropIn,
          decisions,
        });
      } else {
        process.stdout.write(synthesis.dropIn);
      }
      if (synthesis.adopted !== undefined) {
        const { describeAdopted } = await import("../output/summary.js");
        process.stderr.write(`adopted advice: ${safe(describeAdopted(synthesis.adopted))}\n`);
      }
    });
}
