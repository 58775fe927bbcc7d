import { writeFileAtomically } from "../output/files.js";
import { formatProfile } from "./format.js";
import type { Profile } from "./types.js";

/**
 * Stores a profile: whoever reads the file at any moment sees the old document or the new one.
 *
 * @throws ProfileError (bad input) when the file cannot be written.
 */
export async function writeProfile(path: string, profile: Profile): Promise<void> {
  await writeFileAtomically(path, formatProfile(profile));
}
