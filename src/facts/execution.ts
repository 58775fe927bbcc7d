/** How processes come and go: fork, clone, execve. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { afterExecve } from "./credentials.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup, placeIn } from "./lookups.js";
import { baseName } from "./paths.js";
import type { Place } from "./place.js";
import { placeOf } from "./places.js";
import { insideUserNamespace, noteNamespaces } from "./sandboxed.js";
import { hasName, memberOf, namesOf, stringOf } from "./values.js";

/** The new process becomes known when the call returns in its parent. */
function makes(flagsOf: (args: readonly Value[]) => readonly string[]): Handler {
  return (trace, call) => {
    if (!succeeded(call) || call.result === undefined || call.result === 0) return;
    const flags = flagsOf(call.args);
    noteNamespaces(trace, "clone", flags);
    if (flags.includes("CLONE_UNTRACED"))
      trace.fact({
        kind: "blind-spot",
        cause: "untraced-child",
        detail: "a process was made with CLONE_UNTRACED",
      });
    const parent = trace.process;
    const child = parent.child(call.result, {
      files: flags.includes("CLONE_FILES"),
      fs: flags.includes("CLONE_FS"),
      vm: flags.includes("CLONE_VM"),
      thread: flags.includes("CLONE_THREAD"),
    });
    trace.start(child);
    if (!flags.includes("CLONE_NEWUSER")) return;
    trace.process = child;
    insideUserNamespace(trace);
    trace.process = parent;
  };
}

/** clone prints its arguments by name (`flags=CLONE_VM|SIGCHLD`), each as a struct of one member. */
function cloneFlags(args: readonly Value[]): readonly string[] {
  for (const arg of args) {
    const flags = memberOf(arg, "flags");
    if (flags !== undefined) return namesOf(flags);
  }
  return args.flatMap(namesOf);
}

function clone3Flags([first]: readonly Value[]): readonly string[] {
  return namesOf(memberOf(first?.type === "change" ? first.before : first, "flags"));
}

function execve(trace: Interpretation, call: CallRecord): void {
  executed(trace, call, placeIn(trace, call, { path: 0 }));
}

function execveat(trace: Interpretation, call: CallRecord): void {
  const byDescriptor = stringOf(call.args[1]) === "" && hasName(call.args[4], "AT_EMPTY_PATH");
  executed(
    trace,
    call,
    byDescriptor ? placeOf(trace, call.args[0]) : placeIn(trace, call, { directory: 0, path: 1, flags: 4 }),
  );
}

/** Programs that hand work to a service outside the trace (at(1), batch(1), crontab(1), systemd-run(1)). */
const delegates = new Set(["at", "batch", "crontab", "systemd-run"]);

function executed(trace: Interpretation, call: CallRecord, program: Place | undefined): void {
  const { process } = trace;
  if (!succeeded(call)) {
    if (program !== undefined) failedLookup(trace, call, program);
    return;
  }
  const before = process.credentials;
  process.execute(program?.path ?? process.executable, before);
  if (process.isMain) trace.terminations.begin(process.tree.number);
  if (program !== undefined) {
    trace.check("permission", program, 1, "execute");
    trace.see("execute", program);
    trace.executed(program);
    if (delegates.has(baseName(program.path)))
      trace.fact({
        kind: "blind-spot",
        cause: "untraced-child",
        detail: `${baseName(program.path)} has work done outside the trace`,
      });
  }
  process.credentials = afterExecve(before, program?.path);
}

/** In a pid namespace of its own a process goes by another number, which it puts into file names. */
function ownPid(trace: Interpretation, call: CallRecord): void {
  if (call.result !== undefined && succeeded(call)) trace.pids.add(call.result);
}

function noFlags(): readonly string[] {
  return [];
}

/** The child borrows the memory until it executes; descriptors and directories are its own. */
function vforkFlags(): readonly string[] {
  return ["CLONE_VM", "CLONE_VFORK"];
}

function ioUring(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call))
    trace.fact({
      kind: "blind-spot",
      cause: "io_uring",
      detail: "operations submitted through io_uring are not system calls",
    });
}

export const executionHandlers: Handlers = {
  fork: makes(noFlags),
  vfork: makes(vforkFlags),
  clone: makes(cloneFlags),
  clone2: makes(cloneFlags),
  clone3: makes(clone3Flags),
  getpid: ownPid,
  gettid: ownPid,
  set_tid_address: ownPid,
  execve,
  execveat,
  io_uring_setup: ioUring,
};
