/**
 * From what is read, executed and connected to, to what must be visible in an otherwise empty file system
 * (TemporaryFileSystem= with BindReadOnlyPaths=, systemd.exec(5)). Widened honestly: to the directory of one package or
 * service, never silently to a directory that the whole system shares.
 */
import { isBelow, parent } from "./paths.js";
import { steadyPart } from "./placeholders.js";
import type { FileFact } from "./types.js";

/** Directories in which each name belongs to another package or service (file-hierarchy(7), hier(7)). */
const shelves: ReadonlySet<string> = new Set([
  ...["/", "/etc", "/etc/pki", "/etc/ssl", "/opt", "/srv", "/media", "/mnt", "/home", "/run/user"],
  ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"],
  ...["", "/local"].flatMap((middle) =>
    ["", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libexec", "/share", "/include", "/games", "/etc"].map(
      (name) => `/usr${middle}${name}`,
    ),
  ),
  ...["", "/cache", "/lib", "/log", "/mail", "/opt", "/spool"].map((name) => `/var${name}`),
  ...["/var/cache/private", "/var/lib/private", "/var/log/private"],
  ...["/run", "/run/lock", "/run/systemd"],
]);

/** Homes hold the files of many programs: there only the directory of a file is shown. */
const homeOf = /^(?:\/root|\/home\/[^/]+|\/run\/user\/[^/]+)(?=\/|$)/;

/** Whether others keep their files there too: it is there, but never shown as a whole for the sake of one look. */
export function isShelf(path: string): boolean {
  return shelves.has(path) || homeOf.exec(path)?.[0] === path;
}

/**
 * What must be visible for one use of a file: a program by itself, a library with its directory, all else with the
 * directory of its package or service. undefined for a look at a directory that everyone shares, of which an empty one does.
 */
export function visibleRoot({ access, path }: Pick<FileFact, "access" | "path">): string | undefined {
  const steady = steadyPart(path);
  if (steady === path && access === "execute") return path;
  if (access === "map") return steady === path ? parent(path) : steady;
  if (isShelf(steady)) return steady === path ? undefined : steady;
  const home = homeOf.exec(steady)?.[0];
  if (home !== undefined) {
    const directory = steady === path ? parent(path) : steady;
    return isBelow(directory, home) && directory !== home ? directory : steady;
  }
  let root = steady;
  while (!isShelf(parent(root))) root = parent(root);
  return root;
}
