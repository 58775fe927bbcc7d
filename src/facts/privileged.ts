/**
 * Calls that the kernel lets only a capability do (capabilities(7)). Each rule says when a successful call needed one;
 * calls that merely ask on the way and succeed without it are left out.
 */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { holds, withoutBounding } from "./credentials.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { type Capability, capabilities } from "./names.js";
import { keptByCapset } from "./optional.js";
import { placeOf } from "./places.js";
import { hasName, memberOf, namesOf, numberOf } from "./values.js";

/** Needs `capability` whenever it succeeds; `detail` tells apart the operations of a call with many. */
function needs(capability: Capability, detail?: (args: readonly Value[]) => string): Handler {
  return (trace, call) => {
    if (succeeded(call))
      trace.capability(capability, [call.name, detail?.(call.args) ?? ""].join(" ").trimEnd());
  };
}

/** Needs it when the arguments say so. */
function needsIf(
  capability: Capability,
  when: (args: readonly Value[], trace: Interpretation) => boolean,
): Handler {
  return (trace, call) => {
    if (succeeded(call) && when(call.args, trace)) trace.capability(capability, call.name);
  };
}

function prctl(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const [option, argument] = call.args;
  const name = namesOf(option)[0] ?? "";
  if (name === "PR_CAPBSET_DROP" || name === "PR_SET_SECUREBITS")
    trace.capability("CAP_SETPCAP", `prctl ${name}`);
  if (name === "PR_CAPBSET_DROP") {
    const dropped = namesOf(argument)[0];
    if (dropped !== undefined)
      trace.process.credentials = withoutBounding(trace.process.credentials, dropped);
  } else if (name === "PR_SET_SECUREBITS") keepCapabilities(trace, hasName(argument, "SECBIT_KEEP_CAPS"));
  else if (name === "PR_SET_MM") trace.capability("CAP_SYS_RESOURCE", `prctl ${name}`);
  else if (name === "PR_SET_KEEPCAPS") keepCapabilities(trace, numberOf(argument) === 1);
  else if (name === "PR_CAP_AMBIENT") ambient(trace, call.args);
}

function keepCapabilities(trace: Interpretation, keep: boolean): void {
  trace.process.credentials = { ...trace.process.credentials, keepCapabilities: keep };
}

function ambient(trace: Interpretation, [, operation, capability]: readonly Value[]): void {
  const { credentials } = trace.process;
  const name = namesOf(operation)[0];
  const old = credentials.ambient === "all" ? [] : [...credentials.ambient];
  const named = namesOf(capability)[0];
  if (name === "PR_CAP_AMBIENT_CLEAR_ALL") trace.process.credentials = { ...credentials, ambient: new Set() };
  else if (named === undefined) return;
  else if (name === "PR_CAP_AMBIENT_RAISE")
    trace.process.credentials = { ...credentials, ambient: new Set([...old, named]) };
  else if (name === "PR_CAP_AMBIENT_LOWER")
    trace.process.credentials = { ...credentials, ambient: new Set(old.filter((one) => one !== named)) };
}

/** strace prints capability sets as `1<<CAP_CHOWN|1<<CAP_KILL`. */
function capabilitiesIn(value: Value | undefined): ReadonlySet<string> | undefined {
  const text = value?.type === "raw" ? value.text : namesOf(value).join("|");
  if (text === "") return numberOf(value) === 0 ? new Set() : undefined;
  return new Set(text.match(/CAP_[A-Z_]+/g) ?? []);
}

/**
 * Lowering is free. The kernel asks for CAP_SETPCAP on every call, but refuses only additions to the inheritable set.
 * It also refuses a permitted set that is no subset of the old one (cap_capset, security/commoncap.c): a program that
 * picks what it keeps fails when it was not given all of that, used or not. One that drops the lesser part of what it
 * has worked that out from what it has.
 */
function capset(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const effective = capabilitiesIn(memberOf(call.args[1], "effective"));
  const permitted = capabilitiesIn(memberOf(call.args[1], "permitted"));
  if (effective === undefined || permitted === undefined) return;
  const { credentials } = trace.process;
  const had = credentials.permitted === "all" ? capabilities : [...credentials.permitted];
  const dropped = had.filter((capability) => !permitted.has(capability)).length;
  if (dropped > permitted.size)
    for (const capability of capabilities)
      if (permitted.has(capability) && holds(credentials.permitted, capability)) keep(trace, capability);
  trace.process.credentials = { ...credentials, effective, permitted };
}

function keep(trace: Interpretation, capability: Capability): void {
  trace.possible(capability, keptByCapset);
}

/** Only a hard limit above the old one needs the capability; what the old one was, the trace may have shown. */
function limit(trace: Interpretation, call: CallRecord): void {
  const isPrlimit = call.name === "prlimit64";
  const resource = namesOf(call.args[isPrlimit ? 1 : 0])[0] ?? "";
  const key = `${trace.process.group} ${resource}`;
  const old = limitOf(memberOf(call.args[isPrlimit ? 3 : 1], "rlim_max"));
  const wanted =
    isPrlimit || call.name === "setrlimit"
      ? limitOf(memberOf(call.args[isPrlimit ? 2 : 1], "rlim_max"))
      : undefined;
  if (!succeeded(call)) return;
  const known =
    (isPrlimit ? old : undefined) ?? trace.limits.get(key) ?? (call.name === "getrlimit" ? old : undefined);
  if (wanted === undefined) {
    if (old !== undefined) trace.limits.set(key, old);
    return;
  }
  trace.limits.set(key, wanted);
  if (known !== undefined && wanted > known)
    trace.capability("CAP_SYS_RESOURCE", `raise hard limit ${resource}`);
}

/** `4096`, `8192*1024`, `RLIM64_INFINITY`. */
function limitOf(value: Value | undefined): number | undefined {
  if (namesOf(value).some((name) => name.endsWith("INFINITY"))) return Number.POSITIVE_INFINITY;
  if (value?.type === "raw") {
    const [, factor, unit] = /^(\d+)\*(\d+)$/.exec(value.text) ?? [];
    return factor === undefined ? undefined : Number(factor) * Number(unit);
  }
  return numberOf(value);
}

/** Device nodes; the character device 0:0 is overlayfs's whiteout and free (vfs_mknod, fs/namei.c). */
function mknod(mode: number): Handler {
  return (trace, call) => {
    const names = namesOf(call.args[mode]);
    if (!succeeded(call) || !(names.includes("S_IFCHR") || names.includes("S_IFBLK"))) return;
    const device = call.args[mode + 1];
    const isWhiteout = device?.type === "macro" && device.args.every((part) => numberOf(part) === 0);
    if (!isWhiteout) trace.capability("CAP_MKNOD", call.name);
  };
}

function adjusts(position: number): (args: readonly Value[]) => boolean {
  return (args) => {
    const modes = memberOf(args[position], "modes");
    return modes !== undefined && numberOf(modes) !== 0 && !hasName(modes, "ADJ_OFFSET_SS_READ");
  };
}

function alarmClock(position: number): (args: readonly Value[]) => boolean {
  return (args) => namesOf(args[position]).some((name) => name.endsWith("_ALARM"));
}

/** Requests on network devices (netdevice(7)): SIOCGIF* ask, SIOCSIF* and routes change. */
const networkRequest =
  /^SIOC(?:SIF|ADDRT|DELRT|SETTUNNEL|ADDTUNNEL|DELTUNNEL|SARP|DARP|ETHTOOL|BRADD|BRDEL|BOND)/;
const requests: Readonly<Record<string, Capability>> = {
  TUNSETIFF: "CAP_NET_ADMIN",
  RTC_SET_TIME: "CAP_SYS_TIME",
  RTC_SET_EPOCH: "CAP_SYS_TIME",
  TIOCCONS: "CAP_SYS_ADMIN",
  FIFREEZE: "CAP_SYS_ADMIN",
  FITHAW: "CAP_SYS_ADMIN",
  FITRIM: "CAP_SYS_ADMIN",
  FIBMAP: "CAP_SYS_RAWIO",
  BLKROSET: "CAP_SYS_ADMIN",
  BLKRRPART: "CAP_SYS_ADMIN",
  BLKFLSBUF: "CAP_SYS_ADMIN",
  PERF_EVENT_IOC_SET_BPF: "CAP_PERFMON",
};

function ioctl(trace: Interpretation, call: CallRecord): void {
  const request = namesOf(call.args[1])[0];
  if (request === undefined || !succeeded(call)) return;
  const capability = networkRequest.test(request) ? "CAP_NET_ADMIN" : requests[request];
  // Asking a driver for its state needs no capability; ethtool requests do not show which kind they are.
  if (capability !== undefined && request !== "SIOCETHTOOL") trace.capability(capability, `ioctl ${request}`);
}

/** Default of /proc/sys/fs/pipe-max-size, beyond which a larger pipe needs the capability (fcntl(2), F_SETPIPE_SZ). */
const defaultPipeLimit = 1_048_576;

function fcntl(trace: Interpretation, call: CallRecord): void {
  const size = numberOf(call.args[2]);
  if (
    hasName(call.args[1], "F_SETPIPE_SZ") &&
    succeeded(call) &&
    size !== undefined &&
    size > defaultPipeLimit
  )
    trace.capability("CAP_SYS_RESOURCE", "fcntl F_SETPIPE_SZ");
  if (!hasName(call.args[1], "F_SETLEASE") || hasName(call.args[2], "F_UNLCK") || !succeeded(call)) return;
  const leased = placeOf(trace, call.args[0]);
  if (leased !== undefined) trace.check("lease", leased, 0, "take a lease of");
}

/**
 * Locking is free up to RLIMIT_MEMLOCK (mlock(2)), 64 KiB where it is smallest. Beyond that, and for whole address
 * spaces, a root process that was let do it is taken to have needed the capability: without it the call may fail.
 */
const freeLock = 65_536;

function lock(trace: Interpretation, call: CallRecord): void {
  const length = numberOf(call.args[1]);
  if (succeeded(call) && (length === undefined || length > freeLock || call.name === "mlockall"))
    trace.capability("CAP_IPC_LOCK", call.name);
}

const firstArgument = (args: readonly Value[]): string => namesOf(args[0])[0] ?? "";
const secondArgument = (args: readonly Value[]): string => namesOf(args[1])[0] ?? "";

/** Some commands only ask (BPF_OBJ_GET_INFO_BY_FD …); creating needs it where unprivileged bpf is off, as it is by default. */
const isBpfCreation = (args: readonly Value[]): boolean =>
  namesOf(args[0]).some((name) =>
    /^BPF_(?:MAP_CREATE|PROG_LOAD|BTF_LOAD|LINK_CREATE|PROG_ATTACH|TOKEN_CREATE)$/.test(name),
  );

export const privilegedHandlers: Handlers = {
  prctl,
  capset,
  setrlimit: limit,
  getrlimit: limit,
  prlimit64: limit,
  mlock: lock,
  mlock2: lock,
  mlockall: lock,
  mknod: mknod(1),
  mknodat: mknod(2),
  ioctl,
  fcntl,
  mount: needs("CAP_SYS_ADMIN"),
  umount: needs("CAP_SYS_ADMIN"),
  umount2: needs("CAP_SYS_ADMIN"),
  move_mount: needs("CAP_SYS_ADMIN"),
  mount_setattr: needs("CAP_SYS_ADMIN"),
  fsopen: needs("CAP_SYS_ADMIN"),
  fsmount: needs("CAP_SYS_ADMIN"),
  fspick: needs("CAP_SYS_ADMIN"),
  sethostname: needs("CAP_SYS_ADMIN"),
  setdomainname: needs("CAP_SYS_ADMIN"),
  swapon: needs("CAP_SYS_ADMIN"),
  swapoff: needs("CAP_SYS_ADMIN"),
  quotactl: needs("CAP_SYS_ADMIN", firstArgument),
  quotactl_fd: needs("CAP_SYS_ADMIN", secondArgument),
  fanotify_init: needs("CAP_SYS_ADMIN"),
  acct: needs("CAP_SYS_PACCT"),
  // With kernel.dmesg_restrict=1, which distributions set, even the size of the buffer (check_syslog_permissions).
  syslog: needs("CAP_SYSLOG"),
  clock_settime: needs("CAP_SYS_TIME", firstArgument),
  clock_settime64: needs("CAP_SYS_TIME", firstArgument),
  settimeofday: needs("CAP_SYS_TIME"),
  stime: needs("CAP_SYS_TIME"),
  adjtimex: needsIf("CAP_SYS_TIME", adjusts(0)),
  clock_adjtime: needsIf("CAP_SYS_TIME", adjusts(1)),
  clock_adjtime64: needsIf("CAP_SYS_TIME", adjusts(1)),
  reboot: needs("CAP_SYS_BOOT"),
  kexec_load: needs("CAP_SYS_BOOT"),
  kexec_file_load: needs("CAP_SYS_BOOT"),
  init_module: needs("CAP_SYS_MODULE"),
  finit_module: needs("CAP_SYS_MODULE"),
  delete_module: needs("CAP_SYS_MODULE"),
  ioperm: needs("CAP_SYS_RAWIO"),
  iopl: needs("CAP_SYS_RAWIO"),
  vhangup: needs("CAP_SYS_TTY_CONFIG"),
  bpf: needsIf("CAP_BPF", isBpfCreation),
  perf_event_open: needs("CAP_PERFMON"),
  open_by_handle_at: needs("CAP_DAC_READ_SEARCH"),
  lookup_dcookie: needs("CAP_SYS_ADMIN"),
  timerfd_create: needsIf("CAP_WAKE_ALARM", alarmClock(0)),
  timer_create: needsIf("CAP_WAKE_ALARM", alarmClock(0)),
  clock_nanosleep: needsIf("CAP_WAKE_ALARM", alarmClock(0)),
};
