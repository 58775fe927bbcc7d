import { removeAbandonedCopies } from "./analyze.js";
import { requireSystemd } from "./require.js";
import { claimedUnits, recoverClaim } from "./state.js";
import { serviceName } from "./unit.js";

/** What was put back. */
export interface Recovery {
  readonly unit: string;
  /** One line for the user. */
  readonly outcome: string;
}

/**
 * Undoes what interrupted runs left, for one unit or for all. Throws hostCannot without root, or when a living profiler
 * holds `unit`; asked for all, it names those units in their outcome and goes on.
 */
export async function recover(unit?: string): Promise<readonly Recovery[]> {
  await requireSystemd();
  if (unit !== undefined) {
    const name = serviceName(unit);
    return (await recoverClaim(name)) ? [{ unit: name, outcome: `${name} is as it was before` }] : [];
  }
  await removeAbandonedCopies();
  const recoveries: Recovery[] = [];
  for (const name of await claimedUnits()) {
    const outcome = await recoverClaim(name).then(
      (done) => (done ? `${name} is as it was before` : undefined),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (outcome !== undefined) recoveries.push({ unit: name, outcome });
  }
  return recoveries;
}
