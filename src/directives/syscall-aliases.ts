/**
 * Families of system calls by which one C library, kernel or architecture does what another does with a sibling.
 * Sources: syscalls(2) and the page of each call; sysdeps/unix/sysv/linux of glibc; the syscall tables below arch/ of
 * the kernel (arm64 and riscv64 lack the calls without `at`; 32-bit architectures have the `64`, `32` and `_time64`
 * variants).
 */
export interface AliasFamily {
  readonly names: readonly string[];
  /** Members that libraries try first and from which they fall back only when the answer is ENOSYS. */
  readonly triedFirst: readonly string[];
}

const family = (names: string, triedFirst = ""): AliasFamily => ({
  names: names.split(" "),
  triedFirst: triedFirst === "" ? [] : triedFirst.split(" "),
});

export const aliasFamilies: readonly AliasFamily[] = [
  // Files by name
  family("open openat openat2 creat", "openat2"),
  family("stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx", "statx"),
  family("access faccessat faccessat2", "faccessat2"),
  family("chmod fchmodat fchmodat2", "fchmodat2"),
  family("chown chown32 lchown lchown32 fchownat"),
  family("fchown fchown32"),
  family("readlink readlinkat"),
  family("link linkat"),
  family("symlink symlinkat"),
  family("unlink unlinkat rmdir"),
  family("rename renameat renameat2", "renameat2"),
  family("mkdir mkdirat"),
  family("mknod mknodat"),
  family("utime utimes futimesat utimensat utimensat_time64", "utimensat_time64"),
  family("getdents getdents64"),
  family("statfs statfs64"),
  family("fstatfs fstatfs64"),
  family("truncate truncate64"),
  family("umount umount2"),
  // Descriptors
  family("close close_range", "close_range"),
  family("dup dup2 dup3"),
  family("fcntl fcntl64"),
  family("ftruncate ftruncate64"),
  family("lseek _llseek"),
  family("pipe pipe2"),
  family("read readv"),
  family("write writev"),
  family("pread64 preadv preadv2", "preadv2"),
  family("pwrite64 pwritev pwritev2", "pwritev2"),
  family("sendfile sendfile64"),
  family("fadvise64 fadvise64_64 arm_fadvise64_64"),
  family("sync_file_range sync_file_range2"),
  family("inotify_init inotify_init1"),
  family("eventfd eventfd2"),
  family("signalfd signalfd4"),
  // Waiting
  family("poll ppoll ppoll_time64", "ppoll_time64"),
  family("select _newselect pselect6 pselect6_time64", "pselect6_time64"),
  family("epoll_create epoll_create1"),
  family("epoll_wait epoll_pwait epoll_pwait2", "epoll_pwait2"),
  family("wait4 waitpid waitid"),
  family("alarm setitimer"),
  family("timerfd_settime timerfd_settime64", "timerfd_settime64"),
  family("timerfd_gettime timerfd_gettime64", "timerfd_gettime64"),
  family("timer_settime timer_settime64", "timer_settime64"),
  family("timer_gettime timer_gettime64", "timer_gettime64"),
  family("clock_settime clock_settime64", "clock_settime64"),
  family("clock_adjtime clock_adjtime64", "clock_adjtime64"),
  family("sched_rr_get_interval sched_rr_get_interval_time64", "sched_rr_get_interval_time64"),
  family("io_pgetevents io_pgetevents_time64", "io_pgetevents_time64"),
  // Network
  family("accept accept4"),
  family("send sendto sendmsg sendmmsg"),
  family("recv recvfrom recvmsg recvmmsg recvmmsg_time64", "recvmmsg_time64"),
  // Processes
  family("clone clone3 fork vfork", "clone3"),
  family("setuid setuid32"),
  family("setgid setgid32"),
  family("setreuid setreuid32"),
  family("setregid setregid32"),
  family("setresuid setresuid32"),
  family("setresgid setresgid32"),
  family("setgroups setgroups32"),
  family("setfsuid setfsuid32"),
  family("setfsgid setfsgid32"),
  family("getrlimit ugetrlimit prlimit64"),
  family("tkill tgkill"),
  family("uname olduname oldolduname"),
  family("rt_sigaction sigaction signal"),
  family("rt_sigprocmask sigprocmask"),
  family("rt_sigpending sigpending"),
  family("rt_sigsuspend sigsuspend"),
  family("rt_sigtimedwait rt_sigtimedwait_time64", "rt_sigtimedwait_time64"),
  family("futex futex_time64 futex_wait futex_wake futex_requeue futex_waitv", "futex_time64 futex_waitv"),
  // Memory and IPC
  family("mmap mmap2"),
  family("mlock mlock2", "mlock2"),
  family("semop semtimedop semtimedop_time64", "semtimedop_time64"),
  family("mq_timedsend mq_timedsend_time64", "mq_timedsend_time64"),
  family("mq_timedreceive mq_timedreceive_time64", "mq_timedreceive_time64"),
];

/**
 * What waits for a socket when it is not ready. While a service is traced its peers have always answered by the time it
 * looks, so that a library that polls only after EAGAIN (sd-bus, the resolver) is never seen to.
 */
const waiting = ["poll", "ppoll", "ppoll_time64"];

/** Calls that may come with the key, but not the other way round: prlimit64 is in every program, setrlimit is not. */
const oneWay: Readonly<Record<string, readonly string[]>> = {
  setrlimit: ["prlimit64"],
  // A shell's wait: whether the child still runs by then is a matter of timing (waitproc() in dash's jobs.c).
  wait4: ["rt_sigsuspend", "sigsuspend"],
  connect: waiting,
  accept: waiting,
  accept4: waiting,
  send: waiting,
  sendto: waiting,
  sendmsg: waiting,
  sendmmsg: waiting,
  recv: waiting,
  recvfrom: waiting,
  recvmsg: waiting,
  recvmmsg: waiting,
};

/**
 * What a program does only when something goes wrong: return from a handler, restart an interrupted call, report and
 * abort (abort(3), raise(3): signal mask, gettid, tgkill), give memory back (malloc's trim and grow).
 */
export const errorPath: readonly string[] = [
  "rt_sigreturn",
  "sigreturn",
  "restart_syscall",
  "exit",
  "exit_group",
  "getpid",
  "gettid",
  "tgkill",
  "tkill",
  "rt_sigaction",
  "rt_sigprocmask",
  "write",
  "writev",
  "brk",
  "madvise",
  "mmap",
  "mremap",
  "munmap",
];

/** The siblings of a call, without itself. */
export function aliasesOf(name: string): readonly string[] {
  const siblings = aliasFamilies.filter(({ names }) => names.includes(name)).flatMap(({ names }) => names);
  return [...siblings, ...(Object.hasOwn(oneWay, name) ? (oneWay[name] ?? []) : [])].filter(
    (sibling) => sibling !== name,
  );
}
