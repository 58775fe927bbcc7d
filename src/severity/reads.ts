/**
 * What it is worth to see a file. `high`: keys, passwords, memory, and what another user keeps to itself. `medium`: what
 * root keeps to itself, and home directories, which a sandbox shows or hides as a whole. What everyone may read, and what
 * is the service's own, is worth little; so is what nobody knows the mode of.
 */
import { isBelow } from "../facts/paths.js";
import { assessDevice } from "./devices.js";
import {
  canonical,
  describeMode,
  isWorldReadable,
  ownDirectory,
  ownerOf,
  statusAt,
  type Where,
} from "./ground.js";
import { isKeyName, isOtherMemory, secretTrees, shownTrees } from "./read-trees.js";
import { type Assessment, high, low, medium } from "./types.js";

/** A file that was there and looked at. */
export function assessRead(named: string, where: Where): Assessment {
  const path = canonical(where, named, true);
  const status = statusAt(where, path);
  const device = assessDevice(path, status);
  if (device !== undefined) return device;
  if (isOwn(where, path)) return low(`An attacker could read ${path}, which is the service's own.`);
  if (isOtherMemory(path)) {
    return high(`An attacker could read ${path}, and so memory and files of processes of others.`);
  }
  const isOpen = isWorldReadable(where, path);
  if (isOpen !== true && isKeyName(path)) {
    return high(`An attacker could read ${path}, which by its name is a key or a password.`);
  }
  const secret = isOpen === true ? undefined : secretTrees.at(path);
  const mark = secret?.mark ?? shownTrees.at(path)?.mark;
  if (mark !== undefined) {
    // A directory has the names alone.
    const severity = status?.type === "directory" && mark.severity === "high" ? "medium" : mark.severity;
    return { severity, gain: `An attacker could read ${path}: ${mark.why}.` };
  }
  return isOpen === false ? assessClosed(where, path) : assessOpen(path, isOpen === true);
}

function isOwn(where: Where, path: string): boolean {
  const own = ownDirectory(where, path) ?? credentials(where, path);
  return own !== undefined || /^\/proc\/(?:self|thread-self|\{pid\})(?:\/|$)/.test(path);
}

/** $CREDENTIALS_DIRECTORY (systemd.exec(5), CREDENTIALS). */
function credentials({ unit }: Where, path: string): string | undefined {
  const directory = `/run/credentials/${unit.name}`;
  return isBelow(path, directory) ? directory : undefined;
}

/** Not for everyone by its mode, or by that of a directory on the way. */
function assessClosed(where: Where, path: string): Assessment {
  const owner = ownerOf(where, path);
  const status = statusAt(where, path);
  const mode =
    status === undefined || status === null
      ? "it lies in a closed directory"
      : `mode ${describeMode(where, status)}`;
  if (owner?.relation === "own")
    return low(`An attacker could read ${path}, which belongs to the service's user.`);
  const gain = `An attacker could read ${path}, which not everyone may (${mode}).`;
  return owner?.relation === "other" ? high(gain) : medium(gain);
}

function assessOpen(path: string, known: boolean): Assessment {
  return low(
    `An attacker could read ${path}, ${known ? "which every user may" : "as far as its mode lets the service"}.`,
  );
}
