/** Values of options, checked when they are parsed, so that a mistake costs no learning run. */
import { InvalidArgumentError, Option } from "commander";
import { badInput } from "../errors.js";
import { breadths, type Manager, postures } from "../directives/types.js";
import { type LifecyclePhase, lifecyclePhases } from "../learning/types.js";

const durationForm = /^(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s)?$/;
const plainNumber = /^\d+$/;

/** `90s`, `10m`, `1h30m`, or a number of seconds → seconds. */
export function parseDuration(text: string): number {
  const [, hours = "0", minutes = "0", rest = "0"] = durationForm.exec(text) ?? [];
  const seconds = plainNumber.test(text)
    ? Number(text)
    : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  if (seconds === 0 || !Number.isSafeInteger(seconds)) {
    throw new InvalidArgumentError("Write it like 90s, 10m or 1h30m.");
  }
  return seconds;
}

/** `start,soak,reload` → phases in the order in which they happen. `start` always happens. */
export function parseLifecycle(text: string): readonly LifecyclePhase[] {
  const wanted = new Set(["start", ...text.split(",").map((name) => name.trim())]);
  const phases = lifecyclePhases.filter((phase) => wanted.delete(phase));
  if (wanted.size > 0) {
    throw new InvalidArgumentError(`The phases are ${lifecyclePhases.join(", ")}.`);
  }
  return phases;
}

/** A shell command: any text that is not blank. */
export function parseSoak(text: string): string {
  if (text.trim() === "") {
    throw new InvalidArgumentError("It is a shell command that exercises the service.");
  }
  return text;
}

/** `5%` or `0.05` → 0.05. */
export function parseProbability(text: string): number {
  const [, number = "", percent] = /^(\d*\.?\d+) ?(%)?$/.exec(text) ?? [];
  const probability = number === "" ? Number.NaN : Number(number) / (percent === undefined ? 1 : 100);
  if (!(probability > 0 && probability < 1)) {
    throw new InvalidArgumentError("Write it like 5% or 0.05; a unit goes before the option.");
  }
  return probability;
}

/** LoadCredential=, SystemCallFilter= with error numbers and other things that a drop-in uses are older than this. */
const oldestTarget = 247;

/** The major version of a systemd. */
export function parseSystemdTarget(text: string): number {
  const version = plainNumber.test(text) ? Number(text) : 0;
  if (version < oldestTarget || version > 9999) {
    throw new InvalidArgumentError(
      `It is a major version of systemd, ${oldestTarget} or later, for example 257.`,
    );
  }
  return version;
}

/** A user id. */
export function parseUid(text: string): number {
  const uid = plainNumber.test(text) ? Number(text) : Number.NaN;
  // (uid_t) -1 means "unchanged" to setresuid(2) and is no user.
  if (!(uid < 0xffffffff)) {
    throw new InvalidArgumentError("It is a number, as `id -u USER` prints it.");
  }
  return uid;
}

export function soakOption(): Option {
  return new Option("--soak <command>", "shell command that exercises the service").argParser(parseSoak);
}

export function durationOption(): Option {
  return new Option(
    "--duration <time>",
    "exercise it for this long, for example 10m (default: until Ctrl-C)",
  ).argParser(parseDuration);
}

export function lifecycleOption(): Option {
  return new Option("--lifecycle <phases>", `what to exercise: ${lifecyclePhases.join(",")}`)
    .argParser(parseLifecycle)
    .default(lifecyclePhases, "all that the unit can do");
}

export function breadthOption(): Option {
  return new Option(
    "--breadth <breadth>",
    "grant what was seen (exact), also its aliases (portable), or whole groups of systemd (group)",
  )
    .choices(breadths)
    .default("portable");
}

export function postureOption(): Option {
  return new Option(
    "--posture <posture>",
    "only what no path that the soak missed can plausibly need (compatible), all that the evidence supports (strict), nothing but what was used exists (isolated)",
  )
    .choices(postures)
    .default("strict");
}

export function targetOption(): Option {
  return new Option(
    "--target-systemd <version>",
    "systemd that will read the drop-in (default: that of the learned host)",
  ).argParser(parseSystemdTarget);
}

interface ManagerFlags {
  readonly user?: true;
  readonly adoptAdvice?: true;
}

export function userOption(): Option {
  return new Option("--user", "write it for a service of the user manager (systemctl --user)");
}

/**
 * What `--user` says.
 *
 * @throws ProfileError (bad input) together with advice that the user manager cannot take.
 */
export function managerOf({ user, adoptAdvice }: ManagerFlags): Manager {
  if (user === true && adoptAdvice === true) {
    throw badInput(
      "--adopt-advice makes the service another user, which the user manager (--user) cannot do",
    );
  }
  return user === true ? "user" : "system";
}

export function adoptOption(): Option {
  return new Option(
    "--adopt-advice",
    "put advice that changes who the service is and what is its own (DynamicUser=, StateDirectory= …) into the drop-in, where it asks nothing of you first",
  );
}

export function jsonOption(): Option {
  return new Option("--json", "print one machine-readable document on standard output");
}
