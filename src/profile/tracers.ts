import type { Profile } from "./types.js";

/** Whether the profile was made from the sandbox of a unit alone, so that it bounds only what settings restrict. */
export function isOfUnit({ runs }: Pick<Profile, "runs">): boolean {
  return runs.length > 0 && runs.every(({ tracer }) => tracer === "unit");
}
