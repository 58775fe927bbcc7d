import type { Host } from "../host/types.js";
import type { Profile } from "./types.js";

/** The machine that settings are decided for. */
export function hostOf({ hosts }: Pick<Profile, "hosts">): Host {
  const [host] = hosts;
  if (host === undefined) {
    throw new TypeError("a profile has a host");
  }
  return host;
}
