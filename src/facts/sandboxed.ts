/** Calls that a single directive refuses by their arguments: namespaces, personality, real-time scheduling, set-id modes. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { type NamespaceType, schedulingPolicies } from "./names.js";
import type { ModeFact, NamespaceFact } from "./types.js";
import { hasName, memberOf, modeOf, namesOf, numberOf } from "./values.js";

/** CLONE_NEW* flags by the name that RestrictNamespaces= gives the type (namespaces(7)). */
const namespaceFlags: Readonly<Record<string, NamespaceType>> = {
  CLONE_NEWCGROUP: "cgroup",
  CLONE_NEWIPC: "ipc",
  CLONE_NEWNET: "net",
  CLONE_NEWNS: "mnt",
  CLONE_NEWPID: "pid",
  CLONE_NEWUSER: "user",
  CLONE_NEWUTS: "uts",
  CLONE_NEWTIME: "time",
};

/** Facts for the namespaces in `flags`. Within a new user namespace the others need no capability outside it. */
export function noteNamespaces(
  trace: Interpretation,
  operation: NamespaceFact["operation"],
  flags: readonly string[],
): void {
  const withUser = flags.includes("CLONE_NEWUSER");
  for (const flag of flags) {
    const type = namespaceFlags[flag];
    if (type === undefined) continue;
    trace.fact({ kind: "namespace", operation, type });
    if (type === "user" ? operation === "setns" : !withUser)
      trace.capability("CAP_SYS_ADMIN", `${operation} ${type} namespace`);
  }
}

function unshare(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const flags = namesOf(call.args[0]);
  noteNamespaces(trace, "unshare", flags);
  const { process } = trace;
  if (flags.includes("CLONE_FILES")) process.descriptors = process.descriptors.copy();
  if (flags.includes("CLONE_FS") || flags.includes("CLONE_NEWNS") || flags.includes("CLONE_NEWUSER"))
    process.fs = { ...process.fs };
  // A new user namespace gives all capabilities, but only inside it.
  if (flags.includes("CLONE_NEWUSER")) insideUserNamespace(trace);
}

function setns(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const flags = namesOf(call.args[1]);
  const mounts =
    flags.includes("CLONE_NEWNS") ||
    (call.args[0]?.type === "descriptor" && call.args[0].target.startsWith("mnt:"));
  if (flags.length > 0) noteNamespaces(trace, "setns", flags);
  else {
    trace.fact({ kind: "namespace", operation: "setns", type: "any" });
    trace.capability("CAP_SYS_ADMIN", "setns");
  }
  if (mounts) foreignMounts(trace);
}

/** Paths are those of another mount namespace from here on. */
function foreignMounts(trace: Interpretation): void {
  if (trace.muted) return;
  trace.incomplete.add("a process entered another mount namespace; its paths are not known from then on");
  trace.process.fs = { ...trace.process.fs, cwd: undefined, root: undefined };
}

/** Capabilities in a child user namespace are no capabilities of the service. */
export function insideUserNamespace(trace: Interpretation): void {
  const none: ReadonlySet<string> = new Set();
  trace.process.credentials = {
    ...trace.process.credentials,
    effective: none,
    permitted: none,
    ambient: none,
  };
}

const queryPersona = 0xffffffff;

function personality(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const [argument] = call.args;
  if (numberOf(argument) === queryPersona) trace.fact({ kind: "personality", persona: "query" });
  else {
    const persona = textOf(argument);
    if (persona !== "PER_LINUX" && persona !== "0") trace.fact({ kind: "personality", persona });
  }
}

function textOf(value: Value | undefined): string {
  const names = namesOf(value);
  return names.length > 0 ? names.join("|") : String(numberOf(value) ?? "");
}

const resetOnFork = 0x40000000;
const realtime = new Set(["SCHED_FIFO", "SCHED_RR", "SCHED_DEADLINE"]);

function policyOf(value: Value | undefined): { readonly policy: string; readonly reset: boolean } {
  const names = namesOf(value);
  const number = numberOf(value) ?? 0;
  const policy =
    names.find((name) => name !== "SCHED_RESET_ON_FORK") ??
    schedulingPolicies[number & ~resetOnFork] ??
    String(number);
  return {
    policy: policy === "SCHED_NORMAL" ? "SCHED_OTHER" : policy,
    reset: names.includes("SCHED_RESET_ON_FORK") || (number & resetOnFork) !== 0,
  };
}

function scheduler(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const { policy, reset } = policyOf(call.args[1]);
  trace.fact({ kind: "scheduling", operation: "sched_setscheduler", policy, resetOnFork: reset });
  if (realtime.has(policy)) trace.capability("CAP_SYS_NICE", `sched_setscheduler ${policy}`);
}

function schedulerAttributes(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const { policy } = policyOf(memberOf(call.args[1], "sched_policy"));
  const reset = hasName(memberOf(call.args[1], "sched_flags"), "SCHED_FLAG_RESET_ON_FORK");
  trace.fact({ kind: "scheduling", operation: "sched_setattr", policy, resetOnFork: reset });
  if (realtime.has(policy)) trace.capability("CAP_SYS_NICE", `sched_setattr ${policy}`);
}

const setUserId = 0o4000;
const setGroupId = 0o2000;

/** RestrictSUIDSGID= looks at the mode argument alone, whether or not the bits take effect. */
function mode(position: number, applies: (args: readonly Value[]) => boolean = () => true): Handler {
  return (trace, call) => {
    const { args } = call;
    const bits = (modeOf(args[position]) ?? 0) | nameBits(args[position]);
    if ((bits & (setUserId | setGroupId)) === 0 || !succeeded(call) || !applies(args)) return;
    if ((bits & setUserId) !== 0) noteMode(trace, call, "setuid");
    if ((bits & setGroupId) !== 0) noteMode(trace, call, "setgid");
  };
}

function nameBits(value: Value | undefined): number {
  return (hasName(value, "S_ISUID") ? setUserId : 0) | (hasName(value, "S_ISGID") ? setGroupId : 0);
}

function noteMode(trace: Interpretation, call: CallRecord, bits: ModeFact["bits"]): void {
  trace.fact({ kind: "mode", operation: call.name, bits });
}

function openat2(trace: Interpretation, call: CallRecord): void {
  if (call.errno !== "ENOSYS")
    trace.factBy("Mopenat2", () => ({ kind: "mode", operation: "openat2", bits: "openat2" }));
}

function creates(position: number): (args: readonly Value[]) => boolean {
  return (args) => namesOf(args[position]).some((name) => name === "O_CREAT" || name.endsWith("O_TMPFILE"));
}

export const sandboxedHandlers: Handlers = {
  unshare,
  setns,
  personality,
  sched_setscheduler: scheduler,
  sched_setattr: schedulerAttributes,
  chmod: mode(1),
  fchmod: mode(1),
  fchmodat: mode(2),
  fchmodat2: mode(2),
  mkdir: mode(1),
  mkdirat: mode(2),
  mknod: mode(1),
  mknodat: mode(2),
  creat: mode(1),
  open: mode(2, creates(1)),
  openat: mode(3, creates(2)),
  openat2,
};
