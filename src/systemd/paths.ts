/** Where the profiler keeps what must outlive it, all below a directory for root alone and gone with the next boot. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";

export const runtimeDirectory = "/run/sandbox-profiler";

/** One directory for each unit that is being learned: the claim on it. */
export const claimsDirectory = join(runtimeDirectory, "units");

export function claimDirectory(unit: string): string {
  return join(claimsDirectory, unit);
}

/** The name is hashed: the address of a socket ends at 107 bytes (unix(7)), a unit name at 255. */
export function gateSocket(unit: string): string {
  return join(runtimeDirectory, "gate", `${digest(unit)}.sock`);
}

/** Name of the transient service that puts the unit back if the profiler dies. */
export function guardUnit(unit: string): string {
  return `sandbox-profiler-guard-${digest(unit)}.service`;
}

/** Drop-ins of all directories are read in the order of their file names (systemd.unit(5)): ours has to be the last. */
export function runtimeDropIn(unit: string): string {
  return join("/run/systemd/system", `${unit}.d`, "zzzz-sandbox-profiler.conf");
}

/**
 * Takes the place of another drop-in of the unit: of drop-ins with one file name only the first counts, and this
 * directory comes before all but one of those that an operator writes to (systemd.unit(5), unit load path).
 */
export function standInDropIn(unit: string, path: string): string {
  return join("/run/systemd/system.control", `${unit}.d`, basename(path));
}

function digest(unit: string): string {
  return createHash("sha256").update(unit).digest("hex").slice(0, 16);
}

/** What is known of installed drop-ins, one directory for each unit: for root alone, and kept over the next boot. */
export const deploymentsDirectory = "/var/lib/sandbox-profiler";

const deployedNames = { profile: "50-profile.conf", canary: "50-profile-canary.conf" };

/** File name of an installed drop-in. */
export function deployedDropInName(kind: keyof typeof deployedNames): string {
  return deployedNames[kind];
}

/** Where the drop-in of a unit is installed. */
export function deployedDropIn(unit: string, kind: keyof typeof deployedNames): string {
  return join("/etc/systemd/system", `${unit}.d`, deployedDropInName(kind));
}

/** How the name of an instance of tracefs begins that we watch calls by; PID namespace and PID follow. */
export const tracingInstance = "sandbox-profiler";
