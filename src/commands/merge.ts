import { Command } from "commander";
import { badInput, exitCodes } from "../errors.js";
import type { Profile } from "../profile/types.js";
import type { Ceiling } from "../rules/ceiling.js";
import type { CeilingCheck } from "../rules/check.js";
import { jsonOption } from "./arguments.js";
import { ceilingOption, readOnce } from "./standards.js";

interface MergeFlags {
  readonly ceiling?: string;
  readonly output?: string;
  readonly as?: string;
  readonly json?: true;
}

const help = `
Examples:
  profile merge monday.json tuesday.json -o profiles/nginx.service.profile.json
  profile merge profiles/nginx.service.profile.json new.json -o profiles/nginx.service.profile.json
  profile merge --as worker@.service worker@*.profile.json | profile synthesize -

The order does not matter, and a run that is in several profiles counts once. What settings are decided for is what all the
machines have: the oldest systemd (--target-systemd of synthesize for another one), the features that all have.
Standard error tells how many runs saw what; a fact that few saw is one that a soak can miss.

Exit codes: 0 merged; 1 above the ceiling, and nothing is written; 2 bad input.`;

/** `profile merge PROFILE…`: the union of runs, hosts and architectures. */
export function mergeCommand(): Command {
  return new Command("merge")
    .description("join the profiles of several runs, machines or architectures of one unit")
    .argument("<profile...>", "files written by run, import or merge; - for standard input")
    .option("-o, --output <file>", "write the profile there instead of printing it; may be one of the inputs")
    .option("--as <template>", "profiles of instances of a template are one of the template: demo@.service")
    .addOption(ceilingOption())
    .addOption(jsonOption())
    .addHelpText("after", help)
    .action(async (paths: string[], flags: MergeFlags) => {
      const output = flags.output === "-" ? undefined : flags.output;
      checkFlags(paths, output, flags);
      const { readCeiling } = await import("../rules/ceiling.js");
      const ceiling = flags.ceiling === undefined ? undefined : await readCeiling(flags.ceiling);
      const merged = await merge(paths, flags.as);
      const check = await checkAgainst(merged, ceiling);
      // What is too much must not become a baseline, for which a later check finds nothing new.
      const isRefused = check !== null && check.violations.length > 0;
      if (!isRefused) {
        await write(merged, output);
      }
      await report(merged, check, flags);
      process.exitCode = isRefused ? exitCodes.no : exitCodes.done;
    });
}

async function checkAgainst(profile: Profile, ceiling: Ceiling | undefined): Promise<CeilingCheck | null> {
  if (ceiling === undefined) return null;
  const { checkCeiling } = await import("../rules/check.js");
  return checkCeiling(profile, ceiling);
}

/** How many runs saw what, and what is above the ceiling. */
async function report(profile: Profile, check: CeilingCheck | null, { json }: MergeFlags): Promise<void> {
  const { provenanceOf } = await import("../profile/provenance.js");
  const { provenanceDocument, renderProvenance } = await import("../output/provenance.js");
  const provenance = provenanceOf(profile);
  if (json === true) {
    const { writeJson } = await import("../output/json.js");
    writeJson(process.stdout, { ...provenanceDocument(provenance), ceiling: check });
  } else {
    process.stderr.write(`${renderProvenance(provenance)}\n`);
  }
  if (check !== null) {
    const { renderCeiling } = await import("../output/ceiling.js");
    const { colorsFor } = await import("../output/terminal.js");
    process.stderr.write(`${renderCeiling(check, colorsFor(process.stderr, process.env))}\n`);
  }
}

function checkFlags(
  paths: readonly string[],
  output: string | undefined,
  { json, ceiling }: MergeFlags,
): void {
  if (json === true && output === undefined) {
    throw badInput("--json prints what the profile is made of, so the profile itself needs -o FILE");
  }
  readOnce([...paths, ceiling]);
}

/** One after the other, so that a thousand profiles need the memory of one and of what they have in common. */
async function merge(paths: readonly string[], template: string | undefined): Promise<Profile> {
  const { readDocument } = await import("../profile/document.js");
  const { ProfileUnion } = await import("../profile/merge.js");
  const { asTemplate } = await import("../profile/template.js");
  const union = new ProfileUnion();
  for (const path of paths) {
    const profile = await readDocument(path);
    union.add(template === undefined ? profile : asTemplate(profile, template, path), path);
  }
  return union.finish();
}

async function write(profile: Profile, output: string | undefined): Promise<void> {
  if (output === undefined) {
    const { formatProfile } = await import("../profile/format.js");
    process.stdout.write(formatProfile(profile));
  } else {
    const { writeProfile } = await import("../profile/write.js");
    await writeProfile(output, profile);
  }
}
