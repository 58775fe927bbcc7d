/** Calls that look at an object by its name and change nothing. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { isInPrivateTree, parent } from "./paths.js";
import type { Place } from "./place.js";
import { placeAt } from "./places.js";
import { hasName, namesOf, stringOf } from "./values.js";

/** Positions of the arguments of a call that names an object. */
export interface PathArguments {
  readonly directory?: number;
  readonly path: number;
  /** Position of AT_* flags, of which AT_SYMLINK_NOFOLLOW and AT_SYMLINK_FOLLOW matter. */
  readonly flags?: number;
  /** Is a symbolic link followed when the flags say nothing? Default true. */
  readonly follow?: boolean;
}

/** The place that the arguments name; undefined when they name none (an empty path means the descriptor itself). */
export function placeIn(trace: Interpretation, call: CallRecord, at: PathArguments): Place | undefined {
  const flags = at.flags === undefined ? undefined : call.args[at.flags];
  const follow = hasName(flags, "AT_SYMLINK_NOFOLLOW")
    ? false
    : hasName(flags, "AT_SYMLINK_FOLLOW") || (at.follow ?? true);
  const directory = at.directory === undefined ? undefined : call.args[at.directory];
  return placeAt(trace, directory, call.args[at.path], follow);
}

/** A lookup that failed: absence counts where a private mount would answer differently. */
export function failedLookup(trace: Interpretation, call: CallRecord, place: Place): void {
  if (call.errno !== "ENOENT") return;
  trace.objects.miss(place.path);
  if (isInPrivateTree(place.path) && !trace.searchPath.has(parent(place.path))) trace.see("missing", place);
}

function lookup(at: PathArguments): Handler {
  return (trace, call) => {
    const place = placeIn(trace, call, at);
    if (place === undefined) return;
    if (!succeeded(call)) {
      failedLookup(trace, call, place);
      return;
    }
    trace.see("read", place);
    trace.check("permission", place, 0, "look up");
  };
}

/** Events are told to whoever may read the object (inotify_find_inode, fs/notify/inotify/inotify_user.c). */
function watch(at: PathArguments): Handler {
  const find = lookup(at);
  return (trace, call) => {
    find(trace, call);
    const place = succeeded(call) ? placeIn(trace, call, at) : undefined;
    if (place !== undefined) trace.check("permission", place, 4, "watch");
  };
}

/** access(2) family; with W_OK it fails on a read-only mount as the write itself would. */
function access(at: PathArguments, mode: number): Handler {
  return (trace, call) => {
    const place = placeIn(trace, call, at);
    if (place === undefined) return;
    if (!succeeded(call)) {
      failedLookup(trace, call, place);
      return;
    }
    const asked = namesOf(call.args[mode]);
    const want =
      (asked.includes("R_OK") ? 4 : 0) | (asked.includes("W_OK") ? 2 : 0) | (asked.includes("X_OK") ? 1 : 0);
    trace.see(asked.includes("W_OK") ? "ask-write" : "read", place);
    trace.check("permission", place, want, "access");
  };
}

/** Calls with more than one path, such as mount(2). */
function several(...handlers: readonly Handler[]): Handler {
  return (trace, call) => {
    for (const handler of handlers) handler(trace, call);
  };
}

/** A mount source or device is a path only when it looks like one (`tmpfs`, `none` and `overlay` are not). */
function absoluteOnly(position: number): Handler {
  const handler = lookup({ path: position });
  return (trace, call) => {
    if (stringOf(call.args[position])?.startsWith("/") === true) handler(trace, call);
  };
}

export const lookupHandlers: Handlers = {
  stat: lookup({ path: 0 }),
  stat64: lookup({ path: 0 }),
  oldstat: lookup({ path: 0 }),
  lstat: lookup({ path: 0, follow: false }),
  lstat64: lookup({ path: 0, follow: false }),
  oldlstat: lookup({ path: 0, follow: false }),
  newfstatat: lookup({ directory: 0, path: 1, flags: 3 }),
  fstatat64: lookup({ directory: 0, path: 1, flags: 3 }),
  statx: lookup({ directory: 0, path: 1, flags: 2 }),
  statfs: lookup({ path: 0 }),
  statfs64: lookup({ path: 0 }),
  readlink: lookup({ path: 0, follow: false }),
  readlinkat: lookup({ directory: 0, path: 1, follow: false }),
  getxattr: lookup({ path: 0 }),
  lgetxattr: lookup({ path: 0, follow: false }),
  getxattrat: lookup({ directory: 0, path: 1, flags: 2 }),
  listxattr: lookup({ path: 0 }),
  llistxattr: lookup({ path: 0, follow: false }),
  listxattrat: lookup({ directory: 0, path: 1, flags: 2 }),
  file_getattr: lookup({ directory: 0, path: 1, flags: 4 }),
  name_to_handle_at: lookup({ directory: 0, path: 1, flags: 4, follow: false }),
  inotify_add_watch: watch({ path: 1 }),
  fanotify_mark: watch({ directory: 3, path: 4 }),
  open_tree: lookup({ directory: 0, path: 1, flags: 2 }),
  uselib: lookup({ path: 0 }),
  access: access({ path: 0 }, 1),
  faccessat: access({ directory: 0, path: 1 }, 2),
  faccessat2: access({ directory: 0, path: 1, flags: 3 }, 2),
  mount: several(absoluteOnly(0), lookup({ path: 1 })),
  umount: lookup({ path: 0 }),
  umount2: lookup({ path: 0 }),
  quotactl: absoluteOnly(1),
};
