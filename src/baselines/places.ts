/**
 * What a unit's lists of paths leave of the file system. Of settings for one path and paths above it the deepest counts;
 * nothing comes back below InaccessiblePaths= (src/core/namespace.c: drop_inaccessible(), drop_duplicates()).
 */
import { readOnlyTrees } from "../directives/file-system.js";
import { homes } from "../directives/home.js";
import { temporaryDirectories } from "../directives/temporary.js";
import { shippedPaths, shippedValue } from "../directives/vendor.js";
import { ancestors, isBelow } from "../facts/paths.js";
import { resolvePath } from "../host/files.js";
import type { Host, Unit } from "../host/types.js";
import { usualLinks } from "../host/usual-links.js";
import { parseBinds } from "../host/view.js";

/** Each answers for the real path of an object. */
export interface Places {
  /** What ProtectSystem= and the lists leave writable; homes are left to ProtectHome=, /proc, /sys and /dev to theirs. */
  readonly writable: (path: string) => boolean;
  /** What InaccessiblePaths= and TemporaryFileSystem= leave of the host's. */
  readonly visible: (path: string) => boolean;
  readonly executable: (path: string) => boolean;
}

/** Left alone by ProtectSystem=strict. */
const ownGovernment = ["/proc", "/sys", "/dev", ...homes];

export function placesOf(unit: Unit, host: Host): Places {
  const real = (path: string): string => realPath(host, path);
  const listed = (name: string): string[] => shippedPaths(unit, name).map(real);
  const bound = (name: string): string[] =>
    parseBinds(unit.properties[name] ?? "").map(({ target }) => real(target));
  const emptied = shippedPaths(unit, "TemporaryFileSystem").map((entry) => real(entry.split(":")[0] ?? ""));
  const protection = shippedValue(unit, "ProtectSystem");
  const own = [
    ...unit.directories.map(real),
    ...(shippedValue(unit, "PrivateTmp") === "no" ? [] : temporaryDirectories),
  ];
  const hidden = listed("InaccessiblePaths");
  const writable = deepest([
    [true, ["/", ...ownGovernment]],
    [false, protection === "strict" ? ["/"] : (readOnlyTrees[protection] ?? [])],
    [true, [...emptied, ...own, ...listed("ReadWritePaths"), ...bound("BindPaths")]],
    [false, [...bound("BindReadOnlyPaths"), ...listed("ReadOnlyPaths"), ...hidden]],
  ]);
  const shown = deepest([
    [true, ["/"]],
    [false, emptied],
    [true, [...own, ...bound("BindPaths"), ...bound("BindReadOnlyPaths")]],
  ]);
  const executable = deepest([
    [true, ["/"]],
    [false, listed("NoExecPaths")],
    [true, listed("ExecPaths")],
  ]);
  const isHidden = (path: string): boolean => hidden.some((one) => isBelow(path, one));
  const asked = (question: (path: string) => boolean) => (path: string) => question(real(path));
  return {
    writable: asked((path) => writable(path) && !isHidden(path)),
    visible: asked((path) => shown(path) && !isHidden(path)),
    executable: asked((path) => executable(path)),
  };
}

/** Without symbolic links, as far as the host was asked and as they usually are. */
export function realPath(host: Host, path: string): string {
  const known = resolvePath(host.files, path);
  const link = [...usualLinks.keys()].find(
    (name) => isBelow(known, name) && !Object.hasOwn(host.files, name),
  );
  return link === undefined ? known : `${usualLinks.get(link) ?? link}${known.slice(link.length)}`;
}

/** The answer of the deepest entry at or above a path; of two for one path that of the later group. */
function deepest(
  groups: readonly (readonly [answer: boolean, paths: readonly string[]])[],
): (path: string) => boolean {
  const answers = new Map(groups.flatMap(([answer, paths]) => paths.map((path) => [path, answer] as const)));
  return (path) => {
    const at = [...ancestors(path), path].findLast((one) => answers.has(one));
    return at === undefined || (answers.get(at) ?? true);
  };
}
