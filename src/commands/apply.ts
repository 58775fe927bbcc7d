import { Command, Option } from "commander";
import type { Breadth, Posture } from "../directives/types.js";
import {
  adoptOption,
  breadthOption,
  jsonOption,
  parseDuration,
  parseSoak,
  postureOption,
  targetOption,
} from "./arguments.js";

interface ApplyFlags {
  readonly canary?: true;
  readonly posture: Posture;
  readonly breadth: Breadth;
  readonly adoptAdvice?: true;
  readonly targetSystemd?: number;
  readonly health?: string;
  readonly healthTimeout: number;
  readonly watch: number;
  readonly restart: boolean;
  readonly json?: true;
}

const examples = `
Examples:
  profile apply nginx --health 'curl -sf http://localhost/'
  profile apply --canary myapp                        deny nothing, only observe; later: profile canary myapp
  profile apply myapp@1 myapp@1.profile.json --watch 5m
  profile revert nginx`;

/** `profile apply UNIT [PROFILE]`: install the drop-in, and take it back if the service does not come back. */
export function applyCommand(): Command {
  return new Command("apply")
    .description(
      "install the drop-in of a profile, restart the service, and roll back if it does not come back",
    )
    .argument("<unit>", "the service")
    .argument("[profile]", "its profile; - for standard input (default: profiles/UNIT.profile.json)")
    .option("--canary", "deny nothing: only log the system calls that the profile does not have")
    .addOption(new Option("--health <command>", "shell command that must succeed").argParser(parseSoak))
    .addOption(
      new Option("--health-timeout <time>", "how long it is tried until it does")
        .argParser(parseDuration)
        .default(30, "30s"),
    )
    .addOption(
      new Option("--watch <time>", "how long the service must go on without a failure or a new error")
        .argParser(parseDuration)
        .default(10, "10s"),
    )
    .option(
      "--no-restart",
      "only install it: it is in force, and untried, when the service is started the next time",
    )
    .addOption(postureOption())
    .addOption(breadthOption())
    .addOption(adoptOption())
    .addOption(targetOption().default(undefined, "the running one"))
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action(async (unit: string, path: string | undefined, flags: ApplyFlags) => {
      const { applyProfile } = await import("./apply-profile.js");
      await applyProfile(unit, path, {
        kind: flags.canary === true ? "canary" : "profile",
        posture: flags.posture,
        breadth: flags.breadth,
        adoptAdvice: flags.adoptAdvice === true,
        target: flags.targetSystemd,
        health: flags.health,
        healthTimeout: flags.healthTimeout,
        watch: flags.watch,
        restart: flags.restart,
        json: flags.json === true,
      });
    });
}
