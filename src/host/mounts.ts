import type { Host } from "./types.js";

/**
 * Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)): `id parent major:minor root MOUNTPOINT options [tag…] - FSTYPE source
 * options`. Space, tab, newline and backslash in a path are octal escapes (fs/proc_namespace.c, mangle()).
 *
 * @returns the mount points in the order of the file. Where several are stacked on one point, the last one is on top.
 */
export function parseMountinfo(text: string): { path: string; fstype: string }[] {
  const mounts: { path: string; fstype: string }[] = [];
  for (const line of text.split("\n")) {
    const fields = line.split(" ");
    const path = fields[4];
    const fstype = fields[fields.indexOf("-", 6) + 1];
    if (path !== undefined && fstype !== undefined && fields.includes("-", 6)) {
      mounts.push({ path: unescapeOctal(path), fstype: unescapeOctal(fstype) });
    }
  }
  return mounts;
}

/** The mounts that a process with another root directory sees, as far as they are mounts of the host. */
export function mountsBelow(mounts: Host["mounts"], root: string): Host["mounts"] {
  if (root === "/") return mounts;
  const holds = (path: string) => root === path || root.startsWith(path === "/" ? "/" : `${path}/`);
  const own = mounts.findLast(({ path }) => holds(path));
  return [
    ...(own === undefined ? [] : [{ ...own, path: "/" }]),
    ...mounts
      .filter(({ path }) => path.startsWith(`${root}/`))
      .map((mount) => ({ ...mount, path: mount.path.slice(root.length) })),
  ];
}

const octalEscape = /\\([0-7]{3})/g;

function unescapeOctal(text: string): string {
  return text.replace(octalEscape, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
