/** What a process sees whose root directory or mounts are not those of the host. */
import { type Look, lookAt, resolvePathWith } from "./files.js";
import type { FileStatus } from "./types.js";

/** Where the files of a service lie on the host (systemd.exec(5), RootDirectory=, BindPaths=, BindReadOnlyPaths=). */
export interface View {
  /** Absolute, without symbolic links and a last `/`; `/` for that of the host. */
  readonly root: string;
  /** What is mounted for the service alone; where one target lies in another the deeper one counts. */
  readonly binds: readonly { readonly source: string; readonly target: string }[];
}

/** Interfaces of the kernel: a service with a root directory of its own has them as well (MountAPIVFS=). */
const kernelTrees = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** Looks at the host's files as a process with this view would: no symbolic link leads out of its root. */
export class Viewer {
  readonly #view: View;
  readonly #seen = new Map<string, FileStatus | null | undefined>();

  constructor(view: View) {
    this.#view = {
      root: view.root === "/" ? "" : view.root,
      binds: [...view.binds].sort((a, b) => b.target.length - a.target.length),
    };
  }

  readonly look: Look = (path) => {
    if (!this.#seen.has(path)) this.#seen.set(path, lookAt(this.place(path)));
    return this.#seen.get(path);
  };

  /** Where on the host the object is that `path` names; a last symbolic link is not followed. */
  place(path: string): string {
    if (kernelTrees.test(path)) return path;
    const slash = path.lastIndexOf("/");
    const directory = slash <= 0 ? "" : resolvePathWith(this.look, path.slice(0, slash));
    const real = `${directory === "/" ? "" : directory}${path.slice(slash)}`;
    const bind = this.#view.binds.find(({ target }) => real === target || real.startsWith(`${target}/`));
    if (bind !== undefined) return `${bind.source}${real.slice(bind.target.length)}`;
    return `${this.#view.root}${real}`.replace(/(.)\/$/, "$1");
  }
}

/** Reads BindPaths= and BindReadOnlyPaths= as `systemctl show` prints them: `[-]SOURCE:TARGET:OPTIONS …`. */
export function parseBinds(text: string): View["binds"] {
  return text.split(" ").flatMap((entry) => {
    const [source, target] = entry.replace(/^-/, "").split(":");
    return source?.startsWith("/") === true && target?.startsWith("/") === true ? [{ source, target }] : [];
  });
}
