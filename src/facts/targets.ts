/** Calls that act on other processes: signals, tracing, scheduling. Whose the other process is decides. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import type { Credentials } from "./credentials.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import type { Process } from "./processes.js";
import { hasName, namesOf, numberOf } from "./values.js";

type Ids = Pick<Credentials, "ruid" | "euid" | "suid">;

const root: Ids = { ruid: 0, euid: 0, suid: 0 };

/** Ids of a process; those of one that is gone are its last, for a zombie keeps them. undefined: outside the trace. */
function idsOf(trace: Interpretation, pid: number): Ids | undefined {
  if (pid === 0) return trace.process.credentials;
  return trace.processes.get(pid)?.credentials ?? trace.former.get(pid) ?? (pid === 1 ? root : undefined);
}

/** kill_ok_by_cred, kernel/signal.c. */
function maySignal({ ruid, euid }: Ids, theirs: Ids): boolean {
  return [ruid, euid].some((mine) => mine === theirs.ruid || mine === theirs.suid);
}

/** check_same_owner, kernel/sched/syscalls.c; set_one_prio_perm, kernel/sys.c. */
function isSameOwner({ euid }: Ids, theirs: Ids): boolean {
  return euid === theirs.euid || euid === theirs.ruid;
}

/** Signal 0 only asks whether the process is there, and EPERM says yes as well. */
function signals(
  trace: Interpretation,
  call: CallRecord,
  pid: number | undefined,
  signal: Value | undefined,
): void {
  if (!succeeded(call) || pid === undefined || numberOf(signal) === 0) return;
  const what = `${call.name} ${namesOf(signal)[0] ?? "signal"}`;
  for (const ids of recipients(trace, pid)) {
    if (ids === undefined) outside(trace, "CAP_KILL", `${what} to`);
    else if (!maySignal(trace.process.credentials, ids))
      trace.capability("CAP_KILL", `${what} to uid ${ids.ruid}`);
  }
}

/** kill(2): one process, the caller's process group, all processes, or the group -pid. */
function recipients(trace: Interpretation, pid: number): (Ids | undefined)[] {
  if (pid > 0) return [idsOf(trace, pid)];
  const group = pid === 0 ? trace.process.processGroup : -pid;
  const others = [...trace.processes.values()].filter(
    (one) => one !== trace.process && (pid === -1 || one.processGroup === group),
  );
  return others.map(({ credentials }) => credentials);
}

/**
 * Nobody knows whose a process outside the trace is. To a service that is not allowed to act on it the difference is
 * whether it works, so it is taken for another user's; unless the trace began in the midst and may have missed a child.
 */
function outside(trace: Interpretation, capability: "CAP_KILL" | "CAP_SYS_NICE", what: string): void {
  if (!trace.process.partial) trace.capability(capability, `${what} a process outside the trace`);
}

function kill(pid: number, signal: number): Handler {
  return (trace, call) => {
    signals(trace, call, numberOf(call.args[pid]), call.args[signal]);
  };
}

/** strace -y prints what a pidfd refers to; without it only pidfd_open(2) tells. */
function pidfdSendSignal(trace: Interpretation, call: CallRecord): void {
  const [descriptor, signal] = call.args;
  signals(trace, call, pidBehind(trace, descriptor), signal);
}

export function pidBehind(trace: Interpretation, descriptor: Value | undefined): number | undefined {
  const printed = descriptor?.type === "descriptor" ? /^pid:(\d+)$/.exec(descriptor.target)?.[1] : undefined;
  if (printed !== undefined) return Number(printed);
  const fd = numberOf(descriptor);
  return fd === undefined ? undefined : trace.process.descriptors.get(fd)?.pid;
}

/** Own children with the same uid need nothing; who else is meant only /proc could have told. */
function tracesOther(pid: number): Handler {
  return (trace, call) => {
    const target = numberOf(call.args[pid]);
    if (!succeeded(call) || target === undefined || hasName(call.args[0], "PTRACE_TRACEME")) return;
    const other = trace.processes.get(target);
    if (other === undefined || other.credentials.ruid !== trace.process.credentials.euid)
      trace.capability("CAP_SYS_PTRACE", call.name);
  };
}

/** Scheduling of a process of another user, whatever is set (sched(7)). */
function schedules(pid: number): Handler {
  return (trace, call) => {
    const target = numberOf(call.args[pid]);
    if (!succeeded(call) || target === undefined || target < 0) return;
    const ids = idsOf(trace, target);
    if (ids === undefined) outside(trace, "CAP_SYS_NICE", `${call.name} of`);
    else if (!isSameOwner(trace.process.credentials, ids))
      trace.capability("CAP_SYS_NICE", `${call.name} of uid ${ids.ruid}`);
  };
}

/** Only `which` process names a single one by its pid; groups and users are left to the value that is set. */
function schedulesOne(which: string, handler: Handler): Handler {
  return (trace, call) => {
    if (hasName(call.args[0], which)) handler(trace, call);
  };
}

const otherPriority = schedulesOne("PRIO_PROCESS", schedules(1));

/** Below zero the value always exceeds what a process without limits set for it may take (RLIMIT_NICE is 0). */
function setpriority(trace: Interpretation, call: CallRecord): void {
  const value = numberOf(call.args[2]);
  if (succeeded(call) && value !== undefined && value < 0)
    trace.capability("CAP_SYS_NICE", `setpriority ${value}`);
  otherPriority(trace, call);
}

const otherIoPriority = schedulesOne("IOPRIO_WHO_PROCESS", schedules(1));

/** The real-time class is for the privileged (ioprio_check_cap, block/ioprio.c; ioprio_set(2)). */
function ioprioSet(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call) && isRealTimeClass(call.args[2]))
    trace.capability("CAP_SYS_NICE", "ioprio_set IOPRIO_CLASS_RT");
  otherIoPriority(trace, call);
}

const classShift = 13;
const realTimeClass = 1;

/** `IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 4)`, or the number that it makes. */
function isRealTimeClass(value: Value | undefined): boolean {
  if (value?.type === "macro") return hasName(value.args[0], "IOPRIO_CLASS_RT");
  const number = numberOf(value);
  return number !== undefined && number >> classShift === realTimeClass;
}

function setsid(trace: Interpretation, call: CallRecord): void {
  if (succeeded(call)) trace.process.processGroup = trace.process.group;
}

/** setpgid(2): pid 0 is the caller, group 0 the group of that name. */
function setpgid(trace: Interpretation, call: CallRecord): void {
  const pid = numberOf(call.args[0]);
  const group = numberOf(call.args[1]);
  if (!succeeded(call) || pid === undefined || group === undefined) return;
  const moved: Process | undefined = pid === 0 ? trace.process : trace.processes.get(pid);
  if (moved !== undefined) moved.processGroup = group === 0 ? moved.group : group;
}

export const targetHandlers: Handlers = {
  kill: kill(0, 1),
  tkill: kill(0, 1),
  tgkill: kill(1, 2),
  rt_sigqueueinfo: kill(0, 1),
  rt_tgsigqueueinfo: kill(1, 2),
  pidfd_send_signal: pidfdSendSignal,
  ptrace: tracesOther(1),
  process_vm_readv: tracesOther(0),
  process_vm_writev: tracesOther(0),
  kcmp: tracesOther(1),
  sched_setaffinity: schedules(0),
  sched_setparam: schedules(0),
  sched_setscheduler: schedules(0),
  sched_setattr: schedules(0),
  setpriority,
  ioprio_set: ioprioSet,
  setsid,
  setpgid,
};
