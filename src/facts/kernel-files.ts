/** Files of the kernel that ask for a capability when they are opened or read, whatever their mode says. */
import type { Capability } from "./names.js";
import type { Place } from "./place.js";
import type { Process } from "./processes.js";

/** The part of `Interpretation` that is asked and told here. */
interface Opening {
  readonly process: Process;
  readonly processes: ReadonlyMap<number, Process>;
  normal(path: string): string;
  capability(capability: Capability, operation: string): void;
  possible(capability: Capability, operation: string): void;
}

const read = 4;
const write = 2;

/** Links that only a tracer may follow (proc_pid(5), ptrace_may_access), and directories of such links. */
const links = /^\/proc\/(\d+)\/(?:task\/\d+\/)?(?:exe|cwd|root|(?:fd|ns|map_files)\/[^/]+)(?:\/|$)/;
const linkDirectories = /^\/proc\/(\d+)\/(?:task\/\d+\/)?(?:fd|fdinfo|map_files)(?:\/|$)/;

/** Files that only a tracer may open. */
const contents =
  /^\/proc\/(\d+)\/(?:task\/\d+\/)?(?:auxv|environ|io|maps|mem|numa_maps|pagemap|personality|smaps|smaps_rollup|stack|syscall)$/;

/** Those that everyone may read by their mode (tid_base_stuff in fs/proc/base.c); the rest is the owner's. */
const readable = /(?:maps|smaps_rollup)$/;

/** `want` as in `Interpretation.check`: permission bits, 0 for a mere look. */
export function kernelFile(trace: Opening, { path }: Place, want: number): void {
  // check_syslog_permissions, kernel/printk/printk.c: writing to /dev/kmsg is free, reading with dmesg_restrict=1 is not.
  if (path === "/proc/kmsg" && want !== 0) trace.capability("CAP_SYSLOG", "open /proc/kmsg");
  else if (path === "/dev/kmsg" && (want & read) !== 0) trace.capability("CAP_SYSLOG", "read /dev/kmsg");
  else if (path.startsWith("/proc/sys/")) sysctl(trace, path, want);
  else if (path.startsWith("/proc/")) processFile(trace, path, want);
}

/**
 * Most of /proc/sys asks for nothing but the owner, root. These ask for more: devinet_sysctl_forward (net/ipv4/devinet.c),
 * proc_dointvec_minmax_sysadmin (kernel/printk/sysctl.c, kernel/sysctl.c), yama_dointvec_minmax (security/yama).
 */
const sysctls: readonly (readonly [RegExp, Capability])[] = [
  [/^\/proc\/sys\/net\/ipv4\/(?:ip_forward|conf\/[^/]+\/forwarding)$/, "CAP_NET_ADMIN"],
  [/^\/proc\/sys\/kernel\/(?:dmesg_restrict|kptr_restrict)$/, "CAP_SYS_ADMIN"],
  [/^\/proc\/sys\/kernel\/yama\/ptrace_scope$/, "CAP_SYS_PTRACE"],
];

function sysctl(trace: Opening, path: string, want: number): void {
  if ((want & write) === 0) return;
  for (const [pattern, capability] of sysctls)
    if (pattern.test(path)) trace.capability(capability, `write ${path}`);
}

function processFile(trace: Opening, path: string, want: number): void {
  if ((want & write) !== 0 && path.endsWith("_map")) idMap(trace, path);
  if ((want & write) !== 0 && path.endsWith("/oom_score_adj"))
    trace.capability("CAP_SYS_RESOURCE", `write ${trace.normal(path)}`);
  const inspected = (links.exec(path) ?? (want === 0 ? null : linkDirectories.exec(path)))?.[1];
  if (inspected !== undefined && isForeign(trace, Number(inspected)))
    trace.capability("CAP_SYS_PTRACE", `inspect ${trace.normal(path)}`);
  const opened = want === 0 ? undefined : contents.exec(path)?.[1];
  if (opened === undefined || !isForeign(trace, Number(opened))) return;
  trace.capability("CAP_SYS_PTRACE", `open ${trace.normal(path)}`);
  if (!readable.test(path)) trace.capability("CAP_DAC_READ_SEARCH", `open ${trace.normal(path)}`);
}

/**
 * Ids of a new user namespace (user_namespaces(7)). From outside it takes the capabilities to be any of them; root within
 * it may only be root outside if who made the namespace had CAP_SETFCAP (verify_root_map, kernel/user_namespace.c).
 */
function idMap(trace: Opening, path: string): void {
  const operation = `write ${trace.normal(path)}`;
  if (path.endsWith("/gid_map")) trace.capability("CAP_SETGID", operation);
  else if (path.endsWith("/uid_map")) {
    trace.capability("CAP_SETUID", operation);
    if (trace.process.credentials.euid === 0) trace.possible("CAP_SETFCAP", operation);
  }
}

/** Another user's process, or one outside the trace, which may have more capabilities (__ptrace_may_access). */
function isForeign(trace: Opening, pid: number): boolean {
  if (pid === trace.process.group || pid === trace.process.pid) return false;
  const theirs = trace.processes.get(pid)?.credentials;
  const { fsuid } = trace.process.credentials;
  return theirs === undefined || [theirs.ruid, theirs.euid, theirs.suid].some((uid) => uid !== fsuid);
}
