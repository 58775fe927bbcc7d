/**
 * What it is worth to write somewhere. A name that comes, goes or is replaced takes the whole directory, and so all that
 * is in it; what is written in place takes the file alone.
 */
import { isBelow, parent } from "../facts/paths.js";
import type { FileFact, RenameFact } from "../facts/types.js";
import { assessDevice } from "./devices.js";
import { canonical, ownDirectory, ownerOf, statusAt, type Where } from "./ground.js";
import { runsAsRoot } from "./own.js";
import { heldBy } from "./held.js";
import type { Found } from "./tree.js";
import { type Assessment, assessment, high, low, medium, worst } from "./types.js";
import { writtenTrees } from "./written-trees.js";

/** Writing to a file in place, or making, removing and replacing a name. */
export function assessWrite({ access, path, type }: FileFact, where: Where): Assessment {
  if (access === "write") return assessInPlace(where, path);
  if (type === "char" || type === "block") {
    return high(`An attacker could make the device node ${path}, and by one of a disk pass all file modes.`);
  }
  return assessNames(where, parent(canonical(where, path, false)));
}

/** Both ends come to lie in directories that are writable. */
export function assessRename({ from, to }: RenameFact, where: Where): Assessment {
  const ends = [from, to].map((path) => assessNames(where, parent(canonical(where, path, false))));
  return worst(ends, low(`An attacker could move ${from} to ${to}.`));
}

/** What is at a path, and nothing beside it. */
function assessInPlace(where: Where, named: string): Assessment {
  const path = canonical(where, named, true);
  const device = assessDevice(path, statusAt(where, path));
  if (device !== undefined) return device;
  return judge(where, path, writtenTrees.at(path), `change ${path}`);
}

/** A tree as a whole, as by ReadWritePaths=. */
export function assessTree(where: Where, path: string): Assessment {
  const status = statusAt(where, canonical(where, path, true));
  return status === undefined || status === null || status.type === "directory"
    ? assessNames(where, canonical(where, path, true))
    : assessInPlace(where, path);
}

/**
 * Root may do all in a directory and in those below it. Other users may do so where the modes let them, which is what
 * they were seen to do: that does not hold for other directories in it.
 */
function assessNames(where: Where, directory: string): Assessment {
  const found = mayAll(where) ? writtenTrees.within(directory) : writtenTrees.at(directory);
  const isInside = found !== undefined && found.tree !== directory && isBelow(found.tree, directory);
  const among = isInside ? `, ${found.tree} among them` : "";
  return judge(where, directory, found, `make, replace and remove files in ${directory}${among}`);
}

function mayAll({ facts, unit }: Where): boolean {
  return (
    runsAsRoot(unit) || heldBy(["CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER"], facts, unit) !== undefined
  );
}

/** Own directories are worth little, but for those that lie where others read what is there. */
function judge(where: Where, path: string, found: Found | undefined, could: string): Assessment {
  const own = ownDirectory(where, path);
  if (own !== undefined && own.length > (found?.tree.length ?? 0)) {
    return low(`An attacker could ${could}, which is the service's own.`);
  }
  const ofKernel = kernelOwn(where, path);
  if (ofKernel !== undefined) return assessment(["low", `${could}, which is about ${ofKernel}`]);
  if (found?.mark.severity === "high") return high(`An attacker could ${could}: ${found.mark.why}.`);
  const owner = shared(found) ? undefined : ownerOf(where, path);
  if (owner?.relation === "other") return high(`An attacker could ${could}, which belongs to ${owner.name}.`);
  return found === undefined
    ? medium(`An attacker could ${could}, outside of the directories of the service.`)
    : { severity: found.mark.severity, gain: `An attacker could ${could}: ${found.mark.why}.` };
}

/** Everyone's files are there, or the kernel's: the owner says nothing. */
function shared(found: Found | undefined): boolean {
  return found?.mark.severity === "low" || /^\/(?:proc|sys|dev)(?:\/|$)/.test(found?.tree ?? "");
}

/** Files of the kernel that are about the service alone. */
function kernelOwn({ unit }: Where, path: string): string | undefined {
  if (/^\/proc\/(?:self|thread-self|\{pid\})(?:\/|$)/.test(path)) return "processes of the service";
  const isGroup = isBelow(path, "/sys/fs/cgroup") && path.split("/").includes(unit.name);
  return isGroup ? "the control group of the service" : undefined;
}
