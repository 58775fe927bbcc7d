/** What belongs to the service by its name or its user. */
import type { Unit } from "../host/types.js";

/** Names of root in User= (systemd.exec(5)). */
const rootNames: ReadonlySet<string> = new Set(["", "root", "0"]);

export const isRootName = (user: string): boolean => rootNames.has(user);

/** Whether the service runs as root. */
export function runsAsRoot(unit: Unit): boolean {
  return !unit.dynamicUser && isRootName(unit.user);
}

/** Whether a directory of this name is the service's: that of the unit without its instance, or of its user. */
export function isOwnName(unit: Unit, name: string): boolean {
  const base = unit.name.replace(/(?:@.*)?(?:\.service)?$/, "");
  return name !== "" && (name === base || (!isRootName(unit.user) && name === unit.user));
}
