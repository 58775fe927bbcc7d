import { Command } from "commander";
import type { Breadth, Posture } from "../directives/types.js";
import {
  breadthOption,
  jsonOption,
  managerOf,
  postureOption,
  targetOption,
  userOption,
} from "./arguments.js";

interface ExplainFlags {
  readonly breadth: Breadth;
  readonly posture: Posture;
  readonly targetSystemd?: number;
  readonly user?: true;
  readonly all?: true;
  readonly json?: true;
}

const examples = `
Examples:
  profile explain nginx.service.profile.json                      every directive: why it is set, or why not
  profile explain nginx.service.profile.json ReadWritePaths       one directive, with all that it rests on
  profile explain nginx.service.profile.json /var/log/nginx       a path: who uses it, what is allowed there
  profile explain nginx.service.profile.json ptrace               a system call; also @debug, a group
  profile explain nginx.service.profile.json CAP_CHOWN            a capability
  profile explain nginx.service.profile.json AF_INET6             also 0.0.0.0:80, 443, and namespaces: user, net …`;

/** `profile explain PROFILE [QUERY]`: why something is set, allowed or refused, from the stored data alone. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("tell why a directive is set or not, and whether and why something is allowed")
    .argument("<profile>", "file written by run or import; - for standard input")
    .argument(
      "[query]",
      "directive, path, system call, @group, capability, address family, port or namespace",
    )
    .addOption(postureOption())
    .addOption(breadthOption())
    .addOption(targetOption())
    .addOption(userOption())
    .option("--all", "leave nothing out of long lists")
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action(async (path: string, query: string | undefined, flags: ExplainFlags) => {
      const { readProfile } = await import("../profile/document.js");
      const { explain } = await import("../explain/index.js");
      const { breadth, posture, targetSystemd } = flags;
      const options = { breadth, posture, manager: managerOf(flags), target: targetSystemd };
      const explanation = explain(await readProfile(path), options, query);
      if (flags.json === true) {
        const { writeJson } = await import("../output/json.js");
        writeJson(process.stdout, explanation);
      } else {
        const { renderExplanation } = await import("../output/explanation/index.js");
        const { colorsFor } = await import("../output/terminal.js");
        const colors = colorsFor(process.stdout, process.env);
        process.stdout.write(`${renderExplanation(explanation, colors, flags.all === true)}\n`);
      }
    });
}
