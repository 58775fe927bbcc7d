/** Calls that reach processes which are not of the unit: they fail with ESRCH in a PID namespace of its own. */
import type { CallRecord } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { pidBehind } from "./targets.js";
import { hasName, memberOf, namesOf, numberOf } from "./values.js";

/** Notes `name` of a call that worked on `pid`: as kill(2) has it, -1 is everybody and other negative ones are groups. */
function reach(trace: Interpretation, name: string, pid: number | undefined): void {
  if (pid === undefined || pid === 0 || trace.pids.has(Math.abs(pid))) return;
  trace.fact({ kind: "outside", operation: name });
}

/** The process is an argument; 0 is the caller (for signals: its group). */
function target(position: number): Handler {
  return (trace, call) => {
    if (succeeded(call)) reach(trace, call.name, numberOf(call.args[position]));
  };
}

/** The same where negative numbers mean something else. */
function positiveTarget(position: number): Handler {
  return (trace, call) => {
    const pid = numberOf(call.args[position]);
    if (succeeded(call) && pid !== undefined && pid > 0) reach(trace, call.name, pid);
  };
}

/** The process behind a pidfd. Without -y only those that pidfd_open(2) made are known. */
function behindDescriptor(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call)) reach(trace, call.name, pidBehind(trace, call.args[0]));
}

/** Priorities of one process or of a group, told by the first argument; those of a user are whoever's is there. */
function chosen(...kinds: readonly string[]): Handler {
  return (trace, call) => {
    if (succeeded(call) && namesOf(call.args[0]).some((name) => kinds.includes(name)))
      reach(trace, call.name, numberOf(call.args[1]));
  };
}

const priority = chosen("PRIO_PROCESS", "PRIO_PGRP");
const ioPriority = chosen("IOPRIO_WHO_PROCESS", "IOPRIO_WHO_PGRP");

const seizing = ["PTRACE_ATTACH", "PTRACE_SEIZE"];

/** A process has one tracer at most, and that is strace: EPERM says nothing of what would be without it (ptrace(2)). */
function ptrace(trace: Interpretation, call: CallRecord): void {
  const [request, target] = call.args;
  const isOwn = hasName(request, "PTRACE_TRACEME");
  const pid = numberOf(target);
  if (succeeded(call)) {
    if (!isOwn) reach(trace, call.name, pid);
    return;
  }
  const isSeized = seizing.some((name) => hasName(request, name)) && pid !== undefined && trace.pids.has(pid);
  if (call.errno === "EPERM" && (isOwn || isSeized) && !trace.muted)
    trace.incomplete.add(
      "a process of the unit wanted to trace another one (ptrace), which cannot be while strace traces both; what it needs for that is not known",
    );
}

function kcmp(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  for (const pid of call.args.slice(0, 2)) reach(trace, call.name, numberOf(pid));
}

function capget(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call)) reach(trace, call.name, numberOf(memberOf(call.args[0], "pid")));
}

export const outsideHandlers: Handlers = {
  kill: target(0),
  tkill: target(0),
  // By its process: a thread may be sent a signal before the call that made it is in the trace.
  tgkill: target(0),
  rt_sigqueueinfo: target(0),
  rt_tgsigqueueinfo: target(0),
  pidfd_open: target(0),
  pidfd_send_signal: behindDescriptor,
  pidfd_getfd: behindDescriptor,
  process_madvise: behindDescriptor,
  process_mrelease: behindDescriptor,
  ptrace,
  process_vm_readv: target(0),
  process_vm_writev: target(0),
  kcmp,
  capget,
  sched_setaffinity: target(0),
  sched_getaffinity: target(0),
  sched_setparam: target(0),
  sched_getparam: target(0),
  sched_setscheduler: target(0),
  sched_getscheduler: target(0),
  sched_setattr: target(0),
  sched_getattr: target(0),
  sched_rr_get_interval: target(0),
  setpriority: priority,
  getpriority: priority,
  ioprio_set: ioPriority,
  ioprio_get: ioPriority,
  prlimit64: target(0),
  getpgid: target(0),
  getsid: target(0),
  get_robust_list: target(0),
  move_pages: target(0),
  migrate_pages: target(0),
  perf_event_open: positiveTarget(1),
};
