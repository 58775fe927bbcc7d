/** What rules have in common. */
import { isBelowAny } from "../../directives/evidence.js";
import type { Case, Rule } from "./types.js";

/** A rule of what systemd sets up besides filters. */
export function kernelRule(directive: string, refuses: (asked: Case) => boolean): Rule {
  return { directive, stage: "kernel", refuses };
}

/** A property of the unit with all settings; empty where there is none. */
export function property({ sandbox }: Case, name: string): string {
  return sandbox.unit.properties[name] ?? "";
}

/** Whether one of the objects that the call is about lies below one of `trees`. */
export function concerns({ paths }: Case, trees: readonly string[]): boolean {
  return paths.some((path) => isBelowAny(path, trees));
}

const places = new Set(["rename", "renameat", "renameat2", "link", "linkat"]);

const removals = new Set(["rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir"]);

/**
 * What mounts on `points` make fail of themselves: moving and linking across them (EXDEV), removing them (EBUSY); see
 * rename(2), link(2), rmdir(2).
 */
export function isAcross({ call, errno, paths }: Case, points: readonly string[]): boolean {
  if (errno === "EBUSY") return removals.has(call) && paths.some((path) => points.includes(path));
  if (errno !== "EXDEV" || !places.has(call)) return false;
  return points.some((point) => {
    const inside = paths.filter((path) => isBelowAny(path, [point])).length;
    return inside > 0 && (inside < paths.length || paths.length === 1);
  });
}

/** How an object fails that something empty was put in the place of, or of its directory. */
const replaced = new Set([
  "EACCES",
  "ECONNREFUSED",
  "EINVAL",
  "ENODEV",
  "ENOENT",
  "ENOTDIR",
  "ENXIO",
  "EROFS",
]);

/** Whether the call failed as it does where `trees` are replaced by something empty. */
export function isReplaced(asked: Case, trees: readonly string[]): boolean {
  return (replaced.has(asked.errno) && concerns(asked, trees)) || isAcross(asked, trees);
}
