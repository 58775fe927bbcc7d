/**
 * Lexical operations on absolute paths. `..` is kept where it follows a name, because the name may be a symbolic link
 * (path_resolution(7)); `lexical` removes it for comparisons that can do without.
 */

/** `path` relative to the absolute `base`: no `.`, no empty components, no trailing slash; `..` stays. */
export function join(base: string, path: string): string {
  const whole = path.startsWith("/") ? path : `${base}/${path}`;
  return isPlain(whole) ? whole : normalise(whole, false);
}

/** Without `..` as well; `/..` is `/`. Idempotent. */
export function lexical(path: string): string {
  return path.includes("/..") || !isPlain(path) ? normalise(path, true) : path;
}

/** Most paths in a trace are normal already; finding that out is cheaper than splitting them. */
function isPlain(path: string): boolean {
  return (
    path.length > 1 &&
    !path.endsWith("/") &&
    !path.includes("//") &&
    !path.includes("/./") &&
    !path.endsWith("/.") &&
    !path.startsWith("/..")
  );
}

function normalise(path: string, removeParents: boolean): string {
  const kept: string[] = [];
  for (const component of path.split("/")) {
    if (component === "" || component === ".") continue;
    if (component === ".." && (removeParents || kept.length === 0)) kept.pop();
    else kept.push(component);
  }
  return `/${kept.join("/")}`;
}

/** The directory of an absolute path; `/` is its own parent. */
export function parent(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Is `path` the directory itself or below it? */
export function isBelow(path: string, directory: string): boolean {
  return (
    directory === "/" || path === directory || (path.startsWith(directory) && path[directory.length] === "/")
  );
}

/** All proper ancestors, from `/` downwards. */
export function ancestors(path: string): string[] {
  const found: string[] = path === "/" ? [] : ["/"];
  for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1))
    found.push(path.slice(0, slash));
  return found;
}

/** Can the path stand in a unit file as it is? Control characters cannot (systemd.syntax(7)). */
export function isPrintable(path: string): boolean {
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return true;
}

/** The deepest directory of `path` that is written in printable characters alone. */
export function printablePart(path: string): string {
  const good: string[] = [];
  for (const component of path.split("/")) {
    if (!isPrintable(component) || component.includes("\ufffd")) break;
    good.push(component);
  }
  return good.join("/") || "/";
}

/** Trees that a private mount replaces or hides: absence there may change how a lookup fails. */
const privateTrees = ["/home", "/root", "/run/user", "/tmp", "/var/tmp", "/dev"].concat([
  "/boot",
  "/efi",
  "/media",
  "/mnt",
  "/opt",
  "/srv",
]);

export function isInPrivateTree(path: string): boolean {
  return privateTrees.some((tree) => isBelow(path, tree));
}
