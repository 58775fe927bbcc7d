/** Documents of earlier schema versions, as they would be written today. */
import { assemble } from "./assembly.js";
import type { Profile1, Profile2 } from "./schema.js";
import { type Profile, schemaVersion } from "./types.js";

/** Version 1 had one host, and the evidence in each run. A document that is migrated twice gives the same runs. */
export function fromVersion1({ unit, facts, host, runs }: Profile1): Profile {
  const learned = runs.map(({ evidence, ...run }) => ({ run: { ...run, host: 0 }, evidence }));
  return { schema: schemaVersion, unit, facts, hosts: [host], ...assemble(unit.name, learned) };
}

/** Version 2 did not know what was proved. */
export function fromVersion2(profile: Profile2): Profile {
  return { ...profile, schema: schemaVersion };
}
