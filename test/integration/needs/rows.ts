/** The whole table, for one systemd. */
import { capabilities } from "./capabilities.js";
import { files } from "./files.js";
import { kernel } from "./kernel.js";
import { network } from "./network.js";
import { processes } from "./processes.js";
import { sharing } from "./sharing.js";
import type { Row } from "./row.js";

/** @param systemd major version */
export function rowsFor(systemd: number): readonly Row[] {
  return [
    ...processes(systemd),
    ...capabilities(systemd),
    ...files(systemd),
    ...kernel(systemd),
    ...network(systemd),
    ...sharing(systemd),
  ];
}
