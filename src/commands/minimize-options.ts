/** `--minimize` of `profile run` and `profile verify`, as options. */
import { InvalidArgumentError, Option } from "commander";
import { badInput } from "../errors.js";

export interface MinimizeFlags {
  readonly minimize?: true;
  /** At most this many walks. */
  readonly minimizeLimit: number;
}

export function minimizeOption(): Option {
  return new Option(
    "--minimize",
    "when the drop-in is proved, take away what was used but is not needed, by running without it",
  );
}

export function minimizeLimitOption(): Option {
  return new Option("--minimize-limit <runs>", "the same, in at most so many runs of a restart and the soak")
    .argParser(parseLimit)
    .default(24)
    .implies({ minimize: true });
}

function parseLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 9999) throw new InvalidArgumentError("It is a number of runs, for example 24.");
  return limit;
}

/** @throws ProfileError (bad input) for options that contradict it. */
export function checkMinimize({ minimize }: MinimizeFlags, contradicting: string | undefined): void {
  if (minimize === true && contradicting !== undefined) {
    throw badInput(
      `--minimize tries settings of the profile on the unit: it does not go with ${contradicting}`,
    );
  }
}
