/**
 * Which capability a process with privileges needed for what it did to files: the plain permission check that the
 * kernel makes first, on owners and modes (generic_permission, fs/namei.c; setattr_prepare, fs/attr.c). Access control
 * lists are not known here; an object with one may get a capability that its list would have made superfluous.
 */
import { type Credentials, holds, inGroup } from "./credentials.js";
import type { Check } from "./interpretation.js";
import type { Capability } from "./names.js";
import type { Attributes } from "./objects.js";
import { isBelow, parent } from "./paths.js";
import { isPlaceholder } from "./placeholders.js";
import type { Resolver } from "./resolution.js";

/** A capability and the operation that needed it. */
interface Need {
  readonly capability: Capability;
  readonly operation: string;
}

export interface Judged {
  readonly needs: readonly Need[];
  /** Owner or mode of this object decides, and nobody knows them. */
  readonly unknown?: string;
}

interface Inode {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
}

const search = 1;
const write = 2;
const sticky = 0o1000;
const setUserId = 0o4000;
/** The bit means mandatory locking without that of execution for the group. */
const setGroupId = 0o2010;

/** Objects there come and go with devices and processes. */
const kernelTrees = ["/proc", "/sys", "/dev"];

export function judge(check: Check, resolver: Resolver): Judged {
  const scene = new Scene(check, resolver);
  const needs = scene.searched.flatMap((directory) => {
    const inode = scene.inode(directory);
    return inode === undefined ? [] : scene.permission(inode, search, "search", directory);
  });
  const { needs: own, unknown } = scene.target();
  return {
    needs: [...needs, ...own].filter((need) => holds(check.credentials.effective, need.capability)),
    ...(unknown !== undefined && { unknown }),
  };
}

class Scene {
  readonly #check: Check;
  readonly #resolver: Resolver;
  readonly #known: ReadonlyMap<string, Attributes>;
  readonly #path: string;
  readonly searched: readonly string[];

  constructor(check: Check, resolver: Resolver) {
    this.#check = check;
    this.#resolver = resolver;
    const canonical = ([path, attributes]: readonly [string, Attributes]): [string, Attributes] => [
      resolver.resolve(path, false).path,
      attributes,
    ];
    this.#known = new Map([...check.known].map(canonical));
    const { path, searched } = resolver.resolve(check.path, check.follow);
    this.#path = path;
    this.searched = [...new Set(searched)];
  }

  /** What is known of the object at that time: what the trace set, else what the host says. */
  inode(path: string): Inode | undefined {
    const status = this.#resolver.status(path);
    const { uid = status?.uid, gid = status?.gid, mode = status?.mode } = this.#known.get(path) ?? {};
    if (uid === undefined || gid === undefined || mode === undefined) return undefined;
    return {
      uid,
      gid,
      mode,
      isDirectory: status?.type === "directory",
      isFile: (status?.type ?? "file") === "file",
    };
  }

  target(): Judged {
    const { kind, want, verb, credentials } = this.#check;
    if (kind === "names") return { needs: this.#names() };
    const inode = this.inode(this.#path);
    if (inode === undefined) return { needs: [], ...this.#unknown() };
    const operation = `${verb} ${this.#path}`;
    const owned = inode.uid === credentials.fsuid;
    switch (kind) {
      case "permission":
        return { needs: this.permission(inode, want, verb, this.#path) };
      case "owner":
        return { needs: owned ? [] : [{ capability: "CAP_FOWNER", operation }] };
      case "times": {
        const allowed = owned || (plain(credentials, inode) & want) === want;
        return { needs: allowed ? [] : [{ capability: "CAP_FOWNER", operation }] };
      }
      case "moved":
        return { needs: inode.isDirectory ? this.permission(inode, write, verb, this.#path) : [] };
      case "link":
        return { needs: owned || this.#isSafeSource(inode) ? [] : [{ capability: "CAP_FOWNER", operation }] };
      case "setgid":
        return { needs: inGroup(credentials, inode.gid) ? [] : [{ capability: "CAP_FSETID", operation }] };
      case "lease":
        return { needs: owned ? [] : [{ capability: "CAP_LEASE", operation }] };
      case "chown":
        return { needs: this.#chown(inode, operation) };
    }
  }

  /** With fs.protected_hardlinks=1, as systemd sets it, others may link what they can read and write (may_linkat). */
  #isSafeSource(inode: Inode): boolean {
    const isPrivileged = (inode.mode & setUserId) !== 0 || (inode.mode & setGroupId) === setGroupId;
    return inode.isFile && !isPrivileged && (plain(this.#check.credentials, inode) & 6) === 6;
  }

  /** The names in a directory change: it must be writable, and sticky directories protect the files of others. */
  #names(): Need[] {
    const { verb, credentials, want } = this.#check;
    const directory = parent(this.#path);
    const inode = this.inode(directory);
    if (inode === undefined) return [];
    const needs = this.permission({ ...inode, isDirectory: true }, want, "change names in", directory);
    const victim = this.inode(this.#path);
    const removes = verb === "remove" || verb === "remove directory" || verb === "rename";
    // __check_sticky, fs/namei.c
    const isProtected = (inode.mode & sticky) !== 0 && inode.uid !== credentials.fsuid;
    // Whose it was cannot be seen any more when it is gone; in a sticky directory of others it is rarely one's own.
    if (removes && isProtected && victim?.uid !== credentials.fsuid)
      needs.push({ capability: "CAP_FOWNER", operation: `${verb} ${this.#path}` });
    return needs;
  }

  permission(inode: Inode, want: number, verb: string, path: string): Need[] {
    const { credentials } = this.#check;
    if ((plain(credentials, inode) & want) === want) return [];
    const operation = `${verb} ${path}`;
    const isWrite = (want & 2) !== 0;
    const readOnly = inode.isDirectory || verb === "search" ? !isWrite : want === 4;
    return [{ capability: readOnly ? "CAP_DAC_READ_SEARCH" : "CAP_DAC_OVERRIDE", operation }];
  }

  /** chown_ok and chgrp_ok: an owner may keep the owner, and give the file to a group of its own. */
  #chown(inode: Inode, operation: string): Need[] {
    const { credentials, uid, gid } = this.#check;
    const before = this.#known.get(this.#path);
    const owned = (before?.uid ?? (uid === undefined ? inode.uid : credentials.fsuid)) === credentials.fsuid;
    const keepsOwner = uid === undefined || (owned && uid === credentials.fsuid);
    const keepsGroup = gid === undefined || (owned && (inGroup(credentials, gid) || gid === before?.gid));
    return keepsOwner && keepsGroup ? [] : [{ capability: "CAP_CHOWN", operation }];
  }

  /**
   * An object that is gone and that the trace did not make. In a directory of the process's own it is most likely its
   * own as well; elsewhere nobody knows.
   */
  #unknown(): { unknown?: string } {
    const { want, credentials, mayBeNew } = this.#check;
    if (
      want === 0 ||
      mayBeNew === true ||
      kernelTrees.some((tree) => isBelow(this.#path, tree)) ||
      isPlaceholder(this.#path) ||
      this.#resolver.status(this.#path) !== null
    )
      return {};
    const directory = this.inode(parent(this.#path));
    const isOwn = directory?.uid === credentials.fsuid && (directory.mode & sticky) === 0;
    return isOwn ? {} : { unknown: this.#path };
  }
}

/** The permission bits that mode and owner alone grant (acl_permission_check, fs/namei.c). */
function plain(credentials: Credentials, inode: Inode): number {
  if (credentials.fsuid === inode.uid) return (inode.mode >> 6) & 7;
  return inGroup(credentials, inode.gid) ? (inode.mode >> 3) & 7 : inode.mode & 7;
}
