/** Calls that change an object in place: mode, owner, times, extended attributes, size. A read-only mount refuses all. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup, type PathArguments, placeIn } from "./lookups.js";
import type { Place } from "./place.js";
import { placeOf } from "./places.js";
import { hasName, idOf, isNull, memberOf, modeOf, namesOf, stringOf } from "./values.js";

/** How a call says which object it changes. */
type Target = (trace: Interpretation, call: CallRecord) => Place | undefined;

const setGroupId = 0o2000;

/** What else a change means: for permissions, and for what later calls find. */
type Effect = (trace: Interpretation, call: CallRecord, changed: Place) => void;

/** The mount is asked before the object (mnt_want_write), so these errors would become EROFS. */
const errorsBehindTheMount = new Set(["ENODATA", "EOPNOTSUPP", "ENOTSUP", "ERANGE", "EEXIST"]);

function change(target: Target, effect: Effect): Handler {
  return (trace, call) => {
    const changed = target(trace, call);
    if (changed === undefined) return;
    if (succeeded(call)) {
      effect(trace, call, changed);
      trace.see("write", changed);
    } else if (call.errno !== undefined && errorsBehindTheMount.has(call.errno)) trace.see("write", changed);
    else failedLookup(trace, call, changed);
  };
}

const byDescriptor: Target = (trace, call) => placeOf(trace, call.args[0]);

function byPath(at: PathArguments): Target {
  return (trace, call) => {
    const path = call.args[at.path];
    // An empty path with AT_EMPTY_PATH, and utimensat(fd, NULL), mean the descriptor itself.
    if (at.directory !== undefined && (isNull(path) || stringOf(path) === ""))
      return placeOf(trace, call.args[at.directory]);
    return placeIn(trace, call, at);
  };
}

function chmod(position: number): Effect {
  return (trace, call, changed) => {
    const mode = modeOf(call.args[position]);
    trace.check("owner", changed, 0, "change mode of");
    // Without it the kernel clears the bit and says nothing (setattr_prepare, fs/attr.c).
    if (mode !== undefined && (mode & setGroupId) !== 0)
      trace.check("setgid", changed, 0, "set the setgid bit of");
    trace.creations.settled(changed.path);
    if (mode !== undefined) trace.objects.change(changed.path, { mode });
  };
}

function chown(position: number): Effect {
  return (trace, call, changed) => {
    const uid = idOf(call.args[position]);
    const gid = idOf(call.args[position + 1]);
    const ids = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    if (uid === undefined && gid === undefined) return;
    trace.check("chown", changed, 0, "change owner of", ids);
    trace.objects.change(changed.path, ids);
  };
}

/** Explicit times need the owner, "now" only write permission (utimensat(2)). */
function times(isNow: (args: readonly Value[]) => boolean): Effect {
  return (trace, call, changed) => {
    if (isNow(call.args)) trace.check("times", changed, 2, "update times of");
    else trace.check("owner", changed, 0, "set times of");
  };
}

/** NULL or UTIME_NOW for both; UTIME_OMIT for both changes nothing and needs nothing. */
function isNow(value: Value | undefined): boolean {
  if (isNull(value)) return true;
  if (value?.type !== "array") return false;
  return value.items.every((item) => {
    const part = item.type === "struct" ? memberOf(item, "tv_nsec") : item;
    return namesOf(part).some((name) => name === "UTIME_NOW" || name === "UTIME_OMIT");
  });
}

/** Who may set an attribute depends on its namespace (xattr(7)). */
function setAttribute(position: number): Effect {
  return (trace, call, changed) => {
    const name = stringOf(call.args[position]) ?? "";
    const operation = `${call.name} ${name} on ${trace.normal(changed.path)}`;
    if (name === "security.capability") trace.capability("CAP_SETFCAP", operation);
    else if (name.startsWith("trusted.") || name.startsWith("security."))
      trace.capability("CAP_SYS_ADMIN", operation);
    else if (name.startsWith("system.")) trace.check("owner", changed, 0, "set access control list of");
    else trace.check("permission", changed, 2, "set attribute of");
  };
}

function resize(trace: Interpretation, _call: CallRecord, changed: Place): void {
  trace.check("permission", changed, 2, "truncate");
}

const nothing: Effect = () => undefined;

/** ioctl_iflags(2): inode flags, of which immutable and append-only need a capability. */
const flagRequests = new Set([
  "FS_IOC_SETFLAGS",
  "FS_IOC32_SETFLAGS",
  "FS_IOC_FSSETXATTR",
  "FS_IOC_SETVERSION",
]);

function ioctl(trace: Interpretation, call: CallRecord): void {
  if (!namesOf(call.args[1]).some((name) => flagRequests.has(name))) return;
  setFlags(trace, call);
}

const setFlags = change(byDescriptor, (trace, call, changed) => {
  trace.check("owner", changed, 0, "set inode flags of");
  const flags = call.args[2];
  const inner = flags?.type === "array" ? flags.items[0] : flags;
  if (hasName(inner, "FS_IMMUTABLE_FL") || hasName(inner, "FS_APPEND_FL"))
    trace.capability("CAP_LINUX_IMMUTABLE", `ioctl FS_IOC_SETFLAGS on ${trace.normal(changed.path)}`);
});

/** A file that is written through the kernel: swap space, process accounting. */
function writtenByKernel(trace: Interpretation, call: CallRecord): void {
  const written = placeIn(trace, call, { path: 0 });
  if (written === undefined || isNull(call.args[0])) return;
  if (succeeded(call)) trace.see("open-write", written);
  else failedLookup(trace, call, written);
}

/** Only through a descriptor that was opened for writing, so the mount was asked then; the content changes anyway. */
function throughDescriptor(trace: Interpretation, call: CallRecord): void {
  const written = placeOf(trace, call.args[0]);
  if (written !== undefined && succeeded(call)) trace.see("open-write", written);
}

function timesAt(position: number): (args: readonly Value[]) => boolean {
  return (args) => isNow(args[position]);
}

export const metadataHandlers: Handlers = {
  chmod: change(byPath({ path: 0 }), chmod(1)),
  fchmod: change(byDescriptor, chmod(1)),
  fchmodat: change(byPath({ directory: 0, path: 1 }), chmod(2)),
  fchmodat2: change(byPath({ directory: 0, path: 1, flags: 3 }), chmod(2)),
  chown: change(byPath({ path: 0 }), chown(1)),
  chown32: change(byPath({ path: 0 }), chown(1)),
  lchown: change(byPath({ path: 0, follow: false }), chown(1)),
  lchown32: change(byPath({ path: 0, follow: false }), chown(1)),
  fchown: change(byDescriptor, chown(1)),
  fchown32: change(byDescriptor, chown(1)),
  fchownat: change(byPath({ directory: 0, path: 1, flags: 4 }), chown(2)),
  utime: change(byPath({ path: 0 }), times(timesAt(1))),
  utimes: change(byPath({ path: 0 }), times(timesAt(1))),
  futimesat: change(byPath({ directory: 0, path: 1 }), times(timesAt(2))),
  utimensat: change(byPath({ directory: 0, path: 1, flags: 3 }), times(timesAt(2))),
  utimensat_time64: change(byPath({ directory: 0, path: 1, flags: 3 }), times(timesAt(2))),
  setxattr: change(byPath({ path: 0 }), setAttribute(1)),
  lsetxattr: change(byPath({ path: 0, follow: false }), setAttribute(1)),
  fsetxattr: change(byDescriptor, setAttribute(1)),
  setxattrat: change(byPath({ directory: 0, path: 1, flags: 2 }), setAttribute(3)),
  removexattr: change(byPath({ path: 0 }), setAttribute(1)),
  lremovexattr: change(byPath({ path: 0, follow: false }), setAttribute(1)),
  fremovexattr: change(byDescriptor, setAttribute(1)),
  removexattrat: change(byPath({ directory: 0, path: 1, flags: 2 }), setAttribute(3)),
  file_setattr: change(byPath({ directory: 0, path: 1, flags: 4 }), nothing),
  truncate: change(byPath({ path: 0 }), resize),
  truncate64: change(byPath({ path: 0 }), resize),
  ftruncate: throughDescriptor,
  ftruncate64: throughDescriptor,
  fallocate: throughDescriptor,
  ioctl,
  swapon: writtenByKernel,
  swapoff: writtenByKernel,
  acct: writtenByKernel,
};
