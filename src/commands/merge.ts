import { Command } from "commander";
import { badInput } from "../errors.js";
import type { Profile } from "../profile/types.js";
import { jsonOption } from "./arguments.js";

interface MergeFlags {
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
Standard error tells how many runs saw what; a fact that few saw is one that a soak can miss.`;

/** `profile merge PROFILE…`: the union of runs, hosts and architectures. */
export function mergeCommand(): Command {
  return new Command("merge")
    .description("join the profiles of several runs, machines or architectures of one unit")
    .argument("<profile...>", "files written by run, import or merge; - for standard input")
    .option("-o, --output <file>", "write the profile there instead of printing it; may be one of the inputs")
    .option("--as <template>", "profiles of instances of a template are one of the template: demo@.service")
    .addOption(jsonOption())
    .addHelpText("after", help)
    .action(async (paths: string[], flags: MergeFlags) => {
      const { provenanceOf } = await import("../profile/provenance.js");
      const output = flags.output === "-" ? undefined : flags.output;
      checkFlags(paths, output, flags);
      const merged = await merge(paths, flags.as);
      const provenance = provenanceOf(merged);
      await write(merged, output);
      const { provenanceDocument, renderProvenance } = await import("../output/provenance.js");
      if (flags.json === true) {
        const { writeJson } = await import("../output/json.js");
        writeJson(process.stdout, provenanceDocument(provenance));
      } else {
        process.stderr.write(`${renderProvenance(provenance)}\n`);
      }
    });
}

function checkFlags(paths: readonly string[], output: string | undefined, { json }: MergeFlags): void {
  if (json === true && output === undefined) {
    throw badInput("--json prints what the profile is made of, so the profile itself needs -o FILE");
  }
  if (paths.filter((path) => path === "-").length > 1) {
    throw badInput("standard input can be read only once");
  }
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
