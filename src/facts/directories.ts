/** Calls that move a process about in the file system: chdir, fchdir, chroot, pivot_root, umask. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup, placeIn } from "./lookups.js";
import { placeOf } from "./places.js";
import { modeOf, stringOf } from "./values.js";

function chdir(trace: Interpretation, call: CallRecord): void {
  const entered = placeIn(trace, call, { path: 0 });
  if (!succeeded(call)) {
    if (entered !== undefined) failedLookup(trace, call, entered);
    return;
  }
  trace.process.fs.cwd = entered?.raw;
  if (entered === undefined) return;
  trace.see("read", entered);
  trace.check("permission", entered, 1, "enter");
}

function fchdir(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call)) trace.process.fs.cwd = placeOf(trace, call.args[0])?.raw;
}

function chroot(trace: Interpretation, call: CallRecord): void {
  const root = placeIn(trace, call, { path: 0 });
  if (!succeeded(call) || trace.muted) return;
  trace.process.fs.root = root?.path === "/" ? "" : root?.path;
  if (root !== undefined) trace.see("read", root);
  trace.capability("CAP_SYS_CHROOT", `chroot ${root === undefined ? "" : trace.normal(root.path)}`.trimEnd());
}

/**
 * Paths mean something else from here on, which only a walk through its mounts could tell. While systemd itself sets
 * up the service's mounts they mean what the unit file means by them: the root is the service's root.
 */
function pivotRoot(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call) || trace.muted) return;
  trace.capability("CAP_SYS_ADMIN", "pivot_root");
  trace.incomplete.add(
    "a process changed its root directory with pivot_root; its paths are not known from then on",
  );
  trace.process.fs.root = undefined;
  trace.process.fs.cwd = undefined;
}

/** The kernel says where the process is; outside a chroot that is the directory itself. */
function getcwd(trace: Interpretation, call: CallRecord): void {
  const { fs } = trace.process;
  const told = stringOf(call.args[0]);
  if (succeeded(call) && told?.startsWith("/") === true && fs.root === "" && fs.cwd === undefined)
    fs.cwd = told;
}

function umask(trace: Interpretation, call: CallRecord): void {
  const mask = modeOf(call.args[0]);
  if (mask === undefined || !succeeded(call)) return;
  const { fs } = trace.process;
  if (!trace.muted) {
    // Who asks for the umask has to set another one, and then puts the unit's back.
    const putsBack = fs.hasOwnUmask && (mask & 0o777) === fs.unitUmask;
    if (!fs.hasOwnUmask) fs.unitUmask = fs.umask;
    fs.hasOwnUmask = !putsBack;
  }
  fs.umask = mask & 0o777;
}

export const directoryHandlers: Handlers = { chdir, fchdir, chroot, pivot_root: pivotRoot, getcwd, umask };
