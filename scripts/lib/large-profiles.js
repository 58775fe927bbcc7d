/**
 * Profiles of many facts that resemble those of a large service: mostly files that are read and mapped, some hundred calls,
 * directories full of its own files, sockets, and each with evidence. The same numbers give the same profiles.
 */

const CALLS = (
  "read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask ioctl pread64 " +
  "pwrite64 readv writev access pipe select sched_yield mremap msync mincore madvise shmget shmat shmctl dup dup2 pause " +
  "nanosleep getitimer alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg recvmsg shutdown bind " +
  "listen getsockname getpeername socketpair setsockopt getsockopt clone fork vfork execve exit wait4 kill uname semget " +
  "semop semctl fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat link " +
  "unlink symlink readlink chmod fchmod chown fchown lchown umask gettimeofday getrlimit getrusage sysinfo times getuid " +
  "syslog getgid setuid setgid geteuid getegid setpgid getppid getpgrp setsid getgroups setgroups getresuid getresgid " +
  "capget capset rt_sigpending sigaltstack utime personality statfs fstatfs getpriority setpriority prctl arch_prctl " +
  "setrlimit gettid futex sched_setaffinity sched_getaffinity epoll_create getdents64 set_tid_address restart_syscall " +
  "fadvise64 timer_create clock_gettime exit_group epoll_wait epoll_ctl tgkill utimes openat mkdirat newfstatat unlinkat " +
  "renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll set_robust_list splice tee sync_file_range " +
  "utimensat epoll_pwait signalfd timerfd_create eventfd fallocate accept4 signalfd4 eventfd2 epoll_create1 dup3 pipe2 " +
  "inotify_init1 preadv pwritev recvmmsg prlimit64 sendmmsg getrandom memfd_create statx rseq clone3 openat2 faccessat2"
).split(" ");

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const identity = (fact) =>
  JSON.stringify(Object.fromEntries(Object.entries(fact).sort(([a], [b]) => byText(a, b))));

const file = (access, path, type) => ({ kind: "file", access, path, ...(type && { type }) });

/** `count` facts, those of files below trees that `release` names differently. */
function factsOf(count, release) {
  const facts = [
    ...CALLS.map((name) => ({ kind: "syscall", architecture: "x86-64", name, result: "used" })),
    ...["AF_UNIX", "AF_INET", "AF_INET6"].map((family) => ({
      kind: "socket",
      family,
      type: "SOCK_STREAM",
      protocol: "",
    })),
    ...[80, 443, 8080].map((port) => ({
      kind: "bind",
      family: "AF_INET",
      type: "SOCK_STREAM",
      address: "0.0.0.0",
      port,
    })),
    ...[80, 443, 8080].map((port) => ({
      kind: "accept",
      family: "AF_INET",
      type: "SOCK_STREAM",
      address: "{other}",
      port,
    })),
    ...[53, 443, 5432].map((port) => ({
      kind: "connect",
      family: "AF_INET",
      type: "SOCK_STREAM",
      address: "192.0.2.1",
      port,
    })),
    ...["CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE"].map((capability) => ({
      kind: "capability",
      capability,
      source: "inferred",
      operation: capability.toLowerCase(),
    })),
    file("execute", "/usr/bin/large"),
    file("execute", "/usr/bin/dash"),
    { kind: "signal", signal: "SIGTERM", disposition: "handled" },
  ];
  for (let i = 0; facts.length < count; i++) {
    const directory = `package-${i % 97}`;
    const kinds = [
      file("read", `/usr/share/large${release}/${directory}/file-${i}.txt`),
      file("read", `/usr/lib/large${release}/${directory}/module-${i}.py`),
      file("map", `/usr/lib/x86_64-linux-gnu/large${release}/${directory}-${i}.so.1`),
      file("read", `/etc/large${release}/${directory}/part-${i}.conf`),
      file("create", `/var/lib/large${release}/${directory}/state-${i}`, "file"),
      file("write", `/var/lib/large${release}/${directory}/data-${i}`),
      file("read", `/srv/large${release}/${directory}/page-${i}.html`),
      file("missing", `/srv/large${release}/${directory}/page-${i}.html.gz`),
      { kind: "creation", path: `/var/lib/large${release}/${directory}/state-${i}`, bits: "044" },
      file("execute", `/usr/libexec/large${release}/${directory}/helper-${i}`),
    ];
    facts.push(kinds[(i * 7 + (i >> 3)) % (i % 11 === 0 ? 10 : 9)]);
  }
  return facts;
}

function filesOf(facts) {
  const files = {};
  for (const { path } of facts.filter(({ path }) => path !== undefined)) {
    files[path] = { type: "file", mode: 0o644, uid: 0, gid: 0 };
    for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1)) {
      files[path.slice(0, slash)] = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
    }
  }
  files["/"] = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => byText(a, b)));
}

/** The document of a profile with `count` facts; of two releases no file is the same. */
export function largeProfile(count, release = "") {
  const facts = factsOf(count, release);
  const known = facts.map((fact) => [identity(fact), fact]).sort(([a], [b]) => byText(a, b));
  const seen = (i) => ({
    count: 1 + (i % 50),
    example: `openat(AT_FDCWD</srv>, "example-${i}", O_RDONLY|O_CLOEXEC) = 3</srv/example-${i}>`,
    executable: "/usr/bin/large",
    first: i / 100,
    phase: i % 3 === 0 ? "soak" : "start",
    process: "large",
    runs: "0",
  });
  return {
    schema: 3,
    unit: {
      name: "large.service",
      installed: true,
      type: "notify",
      user: "",
      group: "",
      dynamicUser: false,
      supplementaryGroups: [],
      ambientCapabilities: [],
      directories: [],
      rootDirectory: "",
      pidFile: "",
      commands: [{ setting: "ExecStart", argv: ["/usr/bin/large"], flags: [] }],
      properties: {},
    },
    facts: known.map(([, fact]) => fact),
    hosts: [
      {
        architecture: "x86-64",
        kernel: "6.12.0",
        systemd: { version: 257, features: ["+SECCOMP", "+BPF_FRAMEWORK"] },
        users: { 0: "root" },
        groups: { 0: "root" },
        memberships: { 0: [0] },
        mounts: [{ path: "/", fstype: "ext4" }],
        files: filesOf(facts),
        cgroups: "unified",
        securityModules: [],
        unenforced: [],
        unprivilegedPortStart: 1024,
      },
    ],
    runs: [
      {
        id: "0123456789abcdef",
        host: 0,
        started: "2026-01-02T03:04:05.678Z",
        duration: 100,
        tracer: "strace",
        capabilities: "inferred",
        phases: ["start", "soak", "reload", "restart", "stop"],
        incomplete: [],
      },
    ],
    evidence: Object.fromEntries(known.map(([id], i) => [id, seen(i)])),
  };
}
