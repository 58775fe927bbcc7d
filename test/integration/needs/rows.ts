/** The whole table, for one systemd. */
import { kernel } from "./kernel.js";
import { processes } from "./processes.js";
import type { Row } from "./row.js";

/** @param systemd major version */
export function rowsFor(systemd: number): readonly Row[] {
  return [...processes(systemd), ...kernel(systemd)];
}
