// Measures `profile check` of large profiles, from the start of the process to its end.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { largeProfile } from "./large-profiles.js";

const run = promisify(execFile);

const FACTS = 5000;

/** Which facts the candidate has: those of the baseline, some more, or no file that the baseline has. */
const CANDIDATES = {
  "check, the same facts": () => largeProfile(FACTS),
  "check, 100 more facts": () => largeProfile(FACTS + 100),
  "check, no file is the same": () => largeProfile(FACTS, "-next"),
};

export const CHECKS = Object.keys(CANDIDATES);

/** CPU seconds (user and system) of one check of two profiles with 5,000 facts; the median of `runs`. */
export async function measureCheck(subject, runs) {
  const { formatProfile } = await import(new URL("../../dist/src/profile/format.js", import.meta.url).href);
  const directory = await mkdtemp(join(tmpdir(), "sandbox-profiler-bench-"));
  try {
    const paths = ["old.json", "new.json"].map((name) => join(directory, name));
    const profiles = [largeProfile(FACTS), CANDIDATES[subject]()];
    await Promise.all(paths.map((path, i) => writeFile(path, formatProfile(profiles[i]))));
    const seconds = [];
    for (let i = 0; i < runs; i++) {
      seconds.push(await timeCheck(paths));
    }
    return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function timeCheck(paths) {
  const cli = fileURLToPath(new URL("../../dist/bin/cli.js", import.meta.url));
  const script = "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null";
  const command = ["-c", script, "bash", process.execPath, cli, "check", ...paths];
  // The exit code is the answer of the check.
  const { stderr } = await run("bash", command, { env: { ...process.env, LC_ALL: "C" } }).catch(
    (error) => error,
  );
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return user + system;
}
