/** How each directive refuses, tried on systemd 252 and 257 with kernel 6.18; see docs/verification.md. */
import { filter } from "./filter.js";
import { files } from "./files.js";
import { devices } from "./devices.js";
import { processes } from "./processes.js";
import { network } from "./network.js";
import { privileges } from "./privileges.js";
import type { Row } from "./row.js";

export const rows: readonly Row[] = [
  ...filter,
  ...files,
  ...devices,
  ...processes,
  ...network,
  ...privileges,
];
