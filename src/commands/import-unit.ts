/** `profile import --unit`: the sandbox that an installed unit has, as a baseline. */
import { count } from "../output/count.js";
import { safe } from "../output/escape.js";
import { formatProfile } from "../profile/format.js";
import { writeProfile } from "../profile/write.js";

/**
 * Prints or writes the profile; what it rests on and what it cannot say goes to standard error.
 *
 * @param output file to write; standard output when it is undefined or `-`
 */
export async function importUnit(name: string, output: string | undefined): Promise<void> {
  const { readLoadedUnit } = await import("../baselines/read-unit.js");
  const { profileOfUnit } = await import("../baselines/profile.js");
  const profile = profileOfUnit(await readLoadedUnit(name), new Date().toISOString());
  if (output === undefined || output === "-") {
    process.stdout.write(formatProfile(profile));
  } else {
    await writeProfile(output, profile);
  }
  const remarks = profile.runs.flatMap(({ assumed }) => assumed ?? []);
  const what = `${profile.unit.name}: ${count(profile.facts.length, "fact")} that its sandbox lets through`;
  process.stderr.write(`${[what, ...remarks.map((remark) => `  ${remark}`)].map(safe).join("\n")}\n`);
}
