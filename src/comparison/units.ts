/** Whether two profiles are of one service. */
import { badInput } from "../errors.js";
import type { Unit } from "../host/types.js";
import type { Profile } from "../profile/types.js";

/** `getty@tty1.service` is an instance of `getty@.service` (systemd.unit(5)). */
const instance = /@.*(?=\.[a-z]+$)/;

/**
 * @throws ProfileError (bad input) for profiles of different units. Instances of one template are alike, and a command has
 *   no name but that of its program.
 */
export function checkComparable(
  baseline: Pick<Profile, "unit">,
  candidate: Pick<Profile, "unit">,
  names: { readonly baseline: string; readonly candidate: string },
): void {
  if (!isSameService(baseline.unit, candidate.unit)) {
    throw badInput(
      `${names.baseline} is a profile of ${baseline.unit.name} and ${names.candidate} of ${candidate.unit.name}: a check compares two of one unit`,
    );
  }
}

function isSameService(a: Unit, b: Unit): boolean {
  if (!a.installed || !b.installed) return true;
  return a.name.replace(instance, "@") === b.name.replace(instance, "@");
}
