import { isBelow } from "../facts/paths.js";

/**
 * Where nothing lasts: made anew at boot or by the service itself (file-hierarchy(7): runtime, cache and temporary files), or
 * no files at all (the kernel's).
 */
const transient = ["/run", "/var/cache", "/tmp", "/var/tmp", "/dev", "/proc", "/sys"];

/** Whether what is written there is lost sooner or later anyway, so that a refusal can cost no data. */
export function isTransient(path: string): boolean {
  return transient.some((place) => isBelow(path, place));
}
