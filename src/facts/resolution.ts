import type { FileStatus, Host } from "../host/types.js";
import { join, parent } from "./paths.js";

/** Where a path leads (path_resolution(7)). */
export interface Resolved {
  readonly path: string;
  /** Directories that were searched on the way, canonical, in order. */
  readonly searched: readonly string[];
  /** Symbolic links that were followed. */
  readonly links: readonly string[];
}

/** The kernel gives up with ELOOP beyond this (include/linux/namei.h, MAXSYMLINKS). */
const mostLinks = 40;

/** Resolves paths with what the host said once; what it did not say is taken to be no symbolic link. */
export class Resolver {
  readonly #files: Host["files"];
  readonly #madeLinks: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Resolved>();

  constructor(host: Host, madeLinks: ReadonlyMap<string, string>) {
    this.#files = host.files;
    this.#madeLinks = madeLinks;
  }

  /** undefined: never asked for; null: not there. */
  status(path: string): FileStatus | null | undefined {
    return Object.hasOwn(this.#files, path) ? this.#files[path] : undefined;
  }

  resolve(path: string, follow: boolean): Resolved {
    const key = `${follow ? "f" : "n"}${path}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const resolved = this.#walk(path, follow);
    this.#known.set(key, resolved);
    return resolved;
  }

  #walk(path: string, follow: boolean): Resolved {
    const todo = path.split("/").filter((component) => component !== "");
    const searched: string[] = [];
    const links: string[] = [];
    let at = "/";
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      searched.push(at);
      if (next === "..") {
        at = parent(at);
        continue;
      }
      const child = at === "/" ? `/${next}` : `${at}/${next}`;
      const target = todo.length > 0 || follow ? this.#target(child) : undefined;
      if (target === undefined || links.length >= mostLinks) {
        at = child;
        continue;
      }
      links.push(child);
      todo.unshift(...target.split("/").filter((component) => component !== "" && component !== "."));
      if (target.startsWith("/")) at = "/";
    }
    return { path: join("/", at), searched, links };
  }

  #target(path: string): string | undefined {
    const status = this.status(path);
    if (status !== undefined && status !== null) return status.type === "symlink" ? status.target : undefined;
    return this.#madeLinks.get(path);
  }
}
