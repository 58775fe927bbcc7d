/** Calls by which names appear and go away: mkdir, mknod, symlink, link, rename, unlink, rmdir. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup, type PathArguments, placeIn } from "./lookups.js";
import { parent } from "./paths.js";
import type { Place } from "./place.js";
import { placeOf } from "./places.js";
import type { FileFact } from "./types.js";
import { hasName, modeOf, namesOf, stringOf } from "./values.js";

type ObjectType = NonNullable<FileFact["type"]>;

const setGroupId = 0o2000;
/** Links beyond these are taken for what they lead to. */
const mostLinks = 20_000;

/**
 * Remembers an object that the process made: it owns it (inode_init_owner, fs/inode.c). To be called before anything
 * else is noted of it, since this is where a random name is recognised.
 */
export function newObject(
  trace: Interpretation,
  made: Place,
  type: ObjectType,
  how: { readonly mode: number | undefined; readonly exclusive: boolean; readonly target?: string },
): void {
  const { process, objects } = trace;
  const directory = objects.get(parent(made.path));
  const inherited = directory?.mode !== undefined && (directory.mode & setGroupId) !== 0;
  const gid = inherited ? directory.gid : process.credentials.fsgid;
  const mode = how.mode === undefined ? undefined : how.mode & ~process.fs.umask;
  objects.create(
    made.path,
    {
      type,
      tree: trace.muted ? undefined : process.tree.number,
      uid: process.credentials.fsuid,
      ...(gid !== undefined && { gid }),
      ...(mode !== undefined && { mode: inherited && type === "directory" ? mode | setGroupId : mode }),
    },
    how.exclusive,
  );
  if (type !== "symlink") trace.creation(made, how.mode);
  if (how.target !== undefined && trace.links.size < mostLinks)
    trace.links.set(trace.normal(made.path), how.target);
}

/** Names are made exclusively: when the call succeeds, nothing was there. */
function create(
  at: PathArguments,
  describe: (call: CallRecord) => {
    readonly type: ObjectType;
    readonly mode: number | undefined;
    readonly target?: string;
  },
): Handler {
  return (trace, call) => {
    const made = placeIn(trace, call, { ...at, follow: false });
    if (made === undefined) return;
    if (!succeeded(call)) {
      if (call.errno === "EEXIST") trace.see("read", made);
      else failedLookup(trace, call, made);
      return;
    }
    const { type, ...how } = describe(call);
    newObject(trace, made, type, { ...how, exclusive: true });
    trace.check("names", made, 3, "create");
    trace.see("create", made, type);
  };
}

/** Errors that a read-only mount hides, since it is asked first (mnt_want_write before the lookup, fs/namei.c). */
const removalErrors = new Set(["ENOTEMPTY", "EEXIST", "EISDIR", "EBUSY", "EINVAL"]);

function remove(at: PathArguments, isDirectory: (call: CallRecord) => boolean): Handler {
  return (trace, call) => {
    const gone = placeIn(trace, call, { ...at, follow: false });
    if (gone === undefined) return;
    if (!succeeded(call)) {
      failedRemoval(trace, call, gone);
      return;
    }
    trace.check("names", gone, 3, isDirectory(call) ? "remove directory" : "remove");
    trace.see("delete", gone);
    trace.objects.delete(gone.path);
    trace.creations.gone(gone.path);
    trace.objects.miss(gone.path);
  };
}

function failedRemoval(trace: Interpretation, call: CallRecord, gone: Place): void {
  if (call.errno === "ENOENT") {
    trace.objects.miss(gone.path);
    trace.see("delete-missing", gone);
  } else if (call.errno !== undefined && removalErrors.has(call.errno)) trace.see("delete", gone);
}

function rename(from: PathArguments, to: PathArguments, flags?: number): Handler {
  return (trace, call) => {
    const source = placeIn(trace, call, { ...from, follow: false });
    const target = placeIn(trace, call, { ...to, follow: false });
    if (source === undefined || target === undefined) return;
    const how = flags === undefined ? [] : namesOf(call.args[flags]);
    if (!succeeded(call)) {
      failedRename(trace, call, source, target);
      return;
    }
    trace.pair(source, target);
    trace.check("names", source, 3, "rename");
    trace.check("names", target, 3, "rename");
    if (how.includes("RENAME_EXCHANGE")) {
      trace.see("replace", source);
      trace.see("replace", target);
      return;
    }
    trace.see("delete", source);
    const type = trace.objects.get(source.path)?.type;
    const replaces = !how.includes("RENAME_NOREPLACE") && trace.isSeen(target);
    if (how.includes("RENAME_WHITEOUT")) trace.see("create", source, "char");
    trace.objects.rename(source.path, target.path);
    trace.creations.moved(source.path, target.path);
    if (parent(source.path) !== parent(target.path)) trace.check("moved", target, 0, "move directory");
    if (replaces) trace.see("replace", target);
    else trace.see("create", target, type);
    trace.objects.miss(source.path);
  };
}

function failedRename(trace: Interpretation, call: CallRecord, source: Place, target: Place): void {
  if (call.errno === "ENOENT") {
    trace.objects.miss(source.path);
    trace.see("delete-missing", source);
  } else if (call.errno !== undefined && removalErrors.has(call.errno)) {
    trace.see("delete", source);
    trace.see("read", target);
  }
}

function link(from: PathArguments, to: PathArguments, flags?: number): Handler {
  return (trace, call) => {
    const byDescriptor =
      flags !== undefined && hasName(call.args[flags], "AT_EMPTY_PATH") && stringOf(call.args[1]) === "";
    const source = byDescriptor
      ? placeOf(trace, call.args[0])
      : placeIn(trace, call, { ...from, follow: false });
    const target = placeIn(trace, call, { ...to, follow: false });
    if (target === undefined) return;
    if (!succeeded(call)) {
      if (call.errno === "EEXIST") trace.see("read", target);
      else if (source !== undefined) failedLookup(trace, call, source);
      return;
    }
    if (source !== undefined) {
      trace.pair(source, target);
      trace.check("link", source, 0, "link to");
    }
    trace.check("names", target, 3, "create");
    const known = source === undefined ? undefined : trace.objects.get(source.path);
    trace.objects.create(target.path, known ?? { type: "file", tree: trace.process.tree.number }, true);
    trace.see("create", target, known?.type ?? "file");
  };
}

const symlinkMode = 0o777;

function symlink(target: number, at: PathArguments): Handler {
  return (trace, call) => {
    const to = stringOf(call.args[target]);
    create(at, () => ({ type: "symlink", mode: symlinkMode, ...(to !== undefined && { target: to }) }))(
      trace,
      call,
    );
  };
}

function directory(mode: number): (call: CallRecord) => { type: ObjectType; mode: number | undefined } {
  return (call) => ({ type: "directory", mode: modeOf(call.args[mode]) });
}

function node(mode: number): (call: CallRecord) => { type: ObjectType; mode: number | undefined } {
  return (call) => ({ type: nodeType(namesOf(call.args[mode])), mode: modeOf(call.args[mode]) });
}

function nodeType(names: readonly string[]): ObjectType {
  if (names.includes("S_IFIFO")) return "fifo";
  if (names.includes("S_IFSOCK")) return "socket";
  if (names.includes("S_IFCHR")) return "char";
  return names.includes("S_IFBLK") ? "block" : "file";
}

const never = (): boolean => false;
const always = (): boolean => true;

export const namingHandlers: Handlers = {
  mkdir: create({ path: 0 }, directory(1)),
  mkdirat: create({ directory: 0, path: 1 }, directory(2)),
  mknod: create({ path: 0 }, node(1)),
  mknodat: create({ directory: 0, path: 1 }, node(2)),
  symlink: symlink(0, { path: 1 }),
  symlinkat: symlink(0, { directory: 1, path: 2 }),
  link: link({ path: 0 }, { path: 1 }),
  linkat: link({ directory: 0, path: 1 }, { directory: 2, path: 3 }, 4),
  rename: rename({ path: 0 }, { path: 1 }),
  renameat: rename({ directory: 0, path: 1 }, { directory: 2, path: 3 }),
  renameat2: rename({ directory: 0, path: 1 }, { directory: 2, path: 3 }, 4),
  unlink: remove({ path: 0 }, never),
  rmdir: remove({ path: 0 }, always),
  unlinkat: remove({ directory: 0, path: 1 }, (call) => hasName(call.args[2], "AT_REMOVEDIR")),
};
