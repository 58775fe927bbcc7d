/** Calls that open, copy and close descriptors without naming a file. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { nameless, namelessCloseOnExec } from "./descriptors.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { pathOf } from "./places.js";
import { hasName, namesOf, numberOf, numbersOf } from "./values.js";

/** close(2) releases the descriptor even when it reports an error, but for EBADF. */
function close(trace: Interpretation, call: CallRecord): void {
  const fd = numberOf(call.firstArg);
  if (fd !== undefined) trace.setDescriptor(fd, undefined);
}

function duplicate(
  trace: Interpretation,
  call: CallRecord,
  from: Value | undefined,
  closeOnExec: boolean,
): void {
  const fd = numberOf(from);
  if (fd === undefined || call.result === undefined || !succeeded(call)) return;
  const { descriptors } = trace.process;
  if (fd === call.result) return;
  const known = descriptors.get(fd);
  const path = from?.type === "descriptor" ? pathOf(from.target) : undefined;
  if (known === undefined && path === undefined) descriptors.close(call.result);
  else descriptors.set(call.result, { ...known, ...(path !== undefined && { path }), closeOnExec });
}

function fcntl(trace: Interpretation, call: CallRecord): void {
  const [fd, command, argument] = call.args;
  if (hasName(command, "F_DUPFD")) duplicate(trace, call, fd, false);
  else if (hasName(command, "F_DUPFD_CLOEXEC")) duplicate(trace, call, fd, true);
  else if (hasName(command, "F_SETFD") && succeeded(call)) {
    const number = numberOf(fd);
    if (number !== undefined)
      trace.process.descriptors.setCloseOnExec(
        number,
        number,
        hasName(argument, "FD_CLOEXEC") || numberOf(argument) === 1,
      );
  }
}

function closeRange(trace: Interpretation, call: CallRecord): void {
  const first = numberOf(call.args[0]);
  const last = numberOf(call.args[1]) ?? Number.POSITIVE_INFINITY;
  if (first === undefined || !succeeded(call)) return;
  const flags = namesOf(call.args[2]);
  const { process } = trace;
  if (flags.includes("CLOSE_RANGE_UNSHARE")) process.descriptors = process.descriptors.copy();
  if (flags.includes("CLOSE_RANGE_CLOEXEC")) process.descriptors.setCloseOnExec(first, last, true);
  else process.descriptors.closeRange(first, last);
}

/** The result is a descriptor for something without a name; `flags` tells whether it closes on exec. */
function opensNameless(flags?: number): Handler {
  return (trace, call) => {
    if (call.result === undefined || !succeeded(call)) return;
    // Few of the connections that a server accepts are marked: their addresses need no decoding.
    const marked =
      flags !== undefined &&
      call.text.includes("CLOEXEC") &&
      namesOf(call.args[flags]).some((name) => name.endsWith("CLOEXEC"));
    trace.setDescriptor(call.result, marked ? namelessCloseOnExec : nameless);
  };
}

/** Always closed on execve (pidfd_open(2)). */
function pidfdOpen(trace: Interpretation, call: CallRecord): void {
  const pid = numberOf(call.args[0]);
  if (call.result === undefined || !succeeded(call)) return;
  trace.process.descriptors.set(call.result, { ...(pid !== undefined && { pid }), closeOnExec: true });
}

function pipe(flags?: number): Handler {
  return (trace, call) => {
    if (!succeeded(call)) return;
    const marked = flags !== undefined && hasName(call.args[flags], "O_CLOEXEC");
    for (const fd of numbersOf(call.args[0]))
      trace.process.descriptors.set(fd, marked ? namelessCloseOnExec : nameless);
  };
}

export const tableHandlers: Handlers = {
  close,
  close_range: closeRange,
  dup: (trace, call) => {
    duplicate(trace, call, call.args[0], false);
  },
  dup2: (trace, call) => {
    duplicate(trace, call, call.args[0], false);
  },
  dup3: (trace, call) => {
    duplicate(trace, call, call.args[0], hasName(call.args[2], "O_CLOEXEC"));
  },
  fcntl,
  fcntl64: fcntl,
  pipe: pipe(),
  pipe2: pipe(1),
  eventfd: opensNameless(),
  eventfd2: opensNameless(1),
  epoll_create: opensNameless(),
  epoll_create1: opensNameless(0),
  signalfd: opensNameless(),
  signalfd4: opensNameless(3),
  timerfd_create: opensNameless(1),
  inotify_init: opensNameless(),
  inotify_init1: opensNameless(0),
  fanotify_init: opensNameless(0),
  memfd_create: opensNameless(1),
  memfd_secret: opensNameless(0),
  userfaultfd: opensNameless(0),
  pidfd_open: pidfdOpen,
  pidfd_getfd: opensNameless(),
  perf_event_open: opensNameless(4),
  accept: opensNameless(),
  accept4: opensNameless(3),
  fsopen: opensNameless(1),
  fsmount: opensNameless(1),
  mq_open: opensNameless(1),
  landlock_create_ruleset: opensNameless(),
  open_by_handle_at: opensNameless(2),
};
