/** Whether a drop-in can be proved where we are. */
import { safe } from "../output/escape.js";
import type { Synthesis } from "../profile/synthesize.js";

/**
 * Why a unit is not run under a drop-in here; undefined: it can be.
 *
 * @param version major version of the running systemd
 */
export function unprovable(
  { target, adopted = [] }: Pick<Synthesis, "target" | "adopted">,
  version: number,
): string | undefined {
  if (target !== version) return `it is written for systemd ${target}, and systemd ${version} runs here`;
  if (adopted.length > 0)
    return `${safe(adopted[0] ?? "")} changes who owns the files of the service, which cannot be undone; profile apply tries it where it is to stay`;
  return undefined;
}
