import { readCanary } from "../deployment/canary.js";
import { sightedProfile } from "../deployment/sighted-profile.js";
import { exitCodes } from "../errors.js";
import { describeCanary } from "../output/deployment.js";
import { writeJson } from "../output/json.js";
import { writeProfile } from "../profile/write.js";
import { requireSystemd } from "../systemd/require.js";
import { inspectUnit } from "../systemd/unit.js";

interface Wanted {
  readonly log: string | undefined;
  readonly since: number | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Says what a canary has seen; the exit code is the answer. */
export async function showCanary(name: string, { log, since, output, json }: Wanted): Promise<void> {
  await requireSystemd();
  const result = await readCanary(await inspectUnit(name), { log, since });
  const { profile, ...report } = result;
  if (json) {
    writeJson(process.stdout, report);
  } else {
    process.stdout.write(
      describeCanary(result)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  if (output !== undefined) {
    const sighted = sightedProfile(profile, result.calls, result.since);
    if (sighted === undefined) {
      process.stderr.write(`${output} is not written: no call was seen that a profile can name\n`);
    } else {
      await writeProfile(output, sighted);
      process.stderr.write(`wrote ${output}\n`);
    }
  }
  process.exitCode =
    result.calls.length > 0
      ? exitCodes.no
      : result.doubts.length > 0
        ? exitCodes.incompleteEvidence
        : exitCodes.done;
}
