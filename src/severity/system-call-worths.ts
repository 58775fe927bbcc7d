/** What system calls and their groups are worth, as data for system-calls.ts. */
import type { Capability } from "../facts/names.js";
import type { Severity } from "../comparison/types.js";

export interface CallWorth {
  /** With one of `needs`, where there are some. */
  readonly severity: Severity;
  /** Completes "By CALL an attacker could". */
  readonly could: string;
  /** It does nothing of that without one of these. */
  readonly needs?: readonly Capability[];
  /** Without them it is `medium`, for the code of the kernel behind it; or not even that. */
  readonly powerless?: "low";
}

const tracing = "read and change the memory of other processes";

const named: readonly (readonly [calls: string, worth: CallWorth])[] = [
  // Processes of its own user are open to it anyway (ptrace(2), "Ptrace access mode checking").
  [
    "ptrace process_vm_readv process_vm_writev pidfd_getfd",
    { severity: "high", could: tracing, needs: ["CAP_SYS_PTRACE"] },
  ],
  ["perf_event_open", { severity: "high", could: "sample memory of all processes", needs: ["CAP_PERFMON"] }],
  [
    "bpf",
    { severity: "medium", could: "run BPF programs in the kernel", needs: ["CAP_BPF", "CAP_SYS_ADMIN"] },
  ],
  [
    "io_uring_enter io_uring_register io_uring_setup",
    {
      severity: "medium",
      could: "open files and sockets by requests that no filter of system calls sees",
    },
  ],
  [
    "userfaultfd",
    { severity: "medium", could: "hold the kernel up at page faults and win races against it" },
  ],
  [
    "open_by_handle_at",
    {
      severity: "high",
      could: "open files by their numbers, past directories and mounts that hide them",
      needs: ["CAP_DAC_READ_SEARCH"],
    },
  ],
  [
    "chroot",
    { severity: "medium", could: "show a forged file system to what it starts", needs: ["CAP_SYS_CHROOT"] },
  ],
  ["reboot", { severity: "medium", could: "restart or stop the host", needs: ["CAP_SYS_BOOT"] }],
  [
    "acct",
    {
      severity: "low",
      could: "turn process accounting on and off",
      needs: ["CAP_SYS_PACCT"],
      powerless: "low",
    },
  ],
  [
    "sethostname setdomainname",
    { severity: "low", could: "rename the host", needs: ["CAP_SYS_ADMIN"], powerless: "low" },
  ],
  [
    "quotactl quotactl_fd",
    { severity: "medium", could: "change disk quotas", needs: ["CAP_SYS_ADMIN"], powerless: "low" },
  ],
  // Without it only what inotify(7) shows as well (fanotify_init(2)).
  [
    "fanotify_init fanotify_mark",
    {
      severity: "medium",
      could: "watch and delay the opening of files by all others",
      needs: ["CAP_SYS_ADMIN"],
      powerless: "low",
    },
  ],
  [
    "vhangup",
    { severity: "low", could: "hang up its terminal", needs: ["CAP_SYS_TTY_CONFIG"], powerless: "low" },
  ],
  [
    "syslog",
    {
      severity: "medium",
      could: "read and clear the kernel log",
      needs: ["CAP_SYSLOG"],
      powerless: "low",
    },
  ],
  [
    "setfsuid setfsuid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32",
    { severity: "high", could: "take on any user", needs: ["CAP_SETUID"], powerless: "low" },
  ],
  [
    "setfsgid setfsgid32 setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32",
    { severity: "high", could: "take on any group", needs: ["CAP_SETGID"], powerless: "low" },
  ],
  ["capset", { severity: "low", could: "drop capabilities, and never gain one" }],
  ["seccomp", { severity: "low", could: "restrict itself further, and nothing else" }],
  ["memfd_create", { severity: "low", could: "run programs from memory, which no file system shows" }],
  ["memfd_secret", { severity: "low", could: "hide memory of its own from debuggers" }],
  ["mincore cachestat", { severity: "low", could: "guess from caches which files others read" }],
  [
    "futex_requeue futex_wait futex_wake rseq_slice_yield map_shadow_stack set_tls get_tls uprobe uretprobe breakpoint setpgrp sched_get_affinity sched_set_affinity listns process_mrelease",
    { severity: "low", could: "do no more than by the usual calls for threads and processes" },
  ],
  [
    "cachectl getdomainname getdtablesize gethostname getpagesize getxgid getxpid getxuid",
    { severity: "low", could: "do no more than by the usual calls of other architectures" },
  ],
  [
    "clone clone3 unshare setns",
    { severity: "low", could: "start processes, and enter namespaces where those are granted" },
  ],
  ["personality", { severity: "low", could: "ask for its personality, and change it where that is granted" }],
];

/** Calls that count by themselves. */
export const callWorths: ReadonlyMap<string, CallWorth> = new Map(
  named.flatMap(([calls, worth]) => calls.split(" ").map((call) => [call, worth] as const)),
);

/** The first group that a call is in counts: those that systemd weighs come first, and before them what tells more. */
export const groupWorths: ReadonlyMap<string, CallWorth> = new Map<string, CallWorth>([
  ["@module", { severity: "high", could: "load code into the kernel", needs: ["CAP_SYS_MODULE"] }],
  ["@raw-io", { severity: "high", could: "reach hardware past the kernel", needs: ["CAP_SYS_RAWIO"] }],
  ["@reboot", { severity: "high", could: "boot a kernel of their own", needs: ["CAP_SYS_BOOT"] }],
  [
    "@mount",
    {
      severity: "high",
      could: "change what is mounted where, and lift what the sandbox hides or protects",
      needs: ["CAP_SYS_ADMIN"],
    },
  ],
  [
    "@swap",
    {
      severity: "high",
      could: "have memory of all processes written to a file of theirs",
      needs: ["CAP_SYS_ADMIN"],
    },
  ],
  ["@debug", { severity: "high", could: tracing, needs: ["CAP_SYS_PTRACE"] }],
  // To ask for the adjustment is free.
  [
    "@clock",
    { severity: "medium", could: "set the clock of the host", needs: ["CAP_SYS_TIME"], powerless: "low" },
  ],
  [
    "@cpu-emulation",
    { severity: "medium", could: "reach code of the kernel for other processors, which is seldom tested" },
  ],
  ["@obsolete", { severity: "medium", could: "reach code of the kernel that has been given up" }],
  ["@chown", { severity: "high", could: "give files to any user", needs: ["CAP_CHOWN"], powerless: "low" }],
  ["@privileged", { severity: "high", could: "administer the host", needs: ["CAP_SYS_ADMIN"] }],
  [
    "@resources",
    {
      severity: "medium",
      could: "take processors and memory away from others",
      needs: ["CAP_SYS_NICE", "CAP_SYS_RESOURCE"],
      powerless: "low",
    },
  ],
  ["@sandbox", { severity: "low", could: "restrict itself further, and nothing else" }],
  ["@default", { severity: "low", could: "do what every program may: this call is never filtered" }],
  ["@keyring", { severity: "low", could: "use keys of the kernel, as far as keyrings are granted" }],
  ["@memlock", { severity: "low", could: "keep memory from being swapped out, up to its limit" }],
  ["@network-io", { severity: "low", could: "use sockets, as far as families and addresses are granted" }],
  [
    "@ipc",
    { severity: "low", could: "exchange data with processes, as far as objects of others are granted" },
  ],
  ["@process", { severity: "low", could: "start and signal processes of its own user" }],
  ["@file-system", { severity: "low", could: "work on files, as far as paths are granted" }],
  ["@aio", { severity: "low", could: "read and write in the background what it has open" }],
  ["@basic-io", { severity: "low", could: "read and write what it has open" }],
  ["@io-event", { severity: "low", could: "wait for what it has open" }],
  ["@pkey", { severity: "low", could: "lock parts of its own memory" }],
  ["@signal", { severity: "low", could: "decide how signals reach it" }],
  ["@sync", { severity: "low", could: "have files written to disk, and slow others down" }],
  ["@timer", { severity: "low", could: "set timers of its own" }],
]);
