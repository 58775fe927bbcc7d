/** How paths are written in the settings that mount (systemd.exec(5), ReadWritePaths=). */
import { isBelow } from "../facts/paths.js";
import { resolvePath } from "../host/files.js";
import { isWritable, quoteValue } from "../systemd/dropin.js";
import type { Context } from "./types.js";

/** The path itself, or the deepest directory above it that a unit file can name. */
export function writableAncestor(path: string): string {
  let ancestor = path;
  while (!isWritable(ancestor)) {
    ancestor = ancestor.slice(0, ancestor.lastIndexOf("/")) || "/";
  }
  return ancestor;
}

/**
 * `-`: a path that may be absent when the service starts would otherwise keep it from starting (226/NAMESPACE);
 * `+`: below the unit's own root directory.
 */
export function pathValue(context: Context, path: string): string {
  return quoteValue(`${mayBeAbsent(context, path) ? "-" : ""}${rootPrefix(context)}${path}`);
}

/** The same for a path that nobody has asked the host of. */
export function optionalValue(context: Context, path: string): string {
  return quoteValue(`-${rootPrefix(context)}${path}`);
}

/** Not there now or not on every machine, or gone with the next boot or the service that made it; under every name (/var/run is a link to /run). */
export function mayBeAbsent({ host }: Context, named: string): boolean {
  const path = resolvePath(host.files, named);
  const volatile = host.mounts.some(
    ({ path: mount, fstype }) => fstype === "tmpfs" && mount !== path && isBelow(path, mount),
  );
  if (path === "/") return false;
  const isMissing = (host.files[path] ?? null) === null || host.notEverywhere?.has(path) === true;
  return isMissing || volatile || (isBelow(path, "/run") && path !== "/run");
}

function rootPrefix({ unit }: Context): string {
  return hasOwnRoot(unit) ? "+" : "";
}

function hasOwnRoot({ rootDirectory, properties }: Context["unit"]): boolean {
  return rootDirectory !== "" || ["RootImage", "RootMStack"].some((name) => (properties[name] ?? "") !== "");
}

/** An entry of BindPaths= or BindReadOnlyPaths=. A colon would end the path, but not between quotes (config_parse_bind_paths()). */
export function bindValue(path: string): string {
  const quoted = quoteValue(path);
  return path.includes(":") && !quoted.startsWith('"') ? `"${quoted}"` : quoted;
}
