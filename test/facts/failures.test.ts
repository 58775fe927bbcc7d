import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { FactBuilder } from "../../src/facts/index.js";
import type { Failure } from "../../src/facts/failures.js";
import { build, feed, hostWith, type Learn } from "./support.js";

function failuresOf(text: string, options: Learn = {}): readonly Failure[] {
  return build(text, options).failures;
}

/** `call error paths xCOUNT`, sorted by key. */
function summary(text: string, options: Learn = {}): string[] {
  return failuresOf(text, options).map(
    ({ call, errno, paths, evidence }) => `${[call, errno, ...paths].join(" ")} x${evidence.count}`,
  );
}

function keys(text: string, options: Learn = {}): string[] {
  return failuresOf(text, options).map(({ key }) => key);
}

const denied = "-1 EPERM (Operation not permitted)";
const readOnly = "-1 EROFS (Read-only file system)";
const missing = "-1 ENOENT (No such file or directory)";

test("a call that fails is kept once, with its program, its paths and how often it failed", (t) => {
  const found = failuresOf(`
    openat(AT_FDCWD, "data/x", O_RDWR|O_CREAT, 0644) = ${readOnly}
    openat(AT_FDCWD, "/srv/app/data/x", O_RDWR|O_CREAT, 0600) = ${readOnly}
    openat(AT_FDCWD, "data/x", O_RDWR|O_CREAT, 0644) = ${readOnly}`);
  t.is(found.length, 1);
  t.like(found[0], {
    key: '["/usr/bin/daemon","0","openat","O_CREAT|O_RDWR","/srv/app/data/x"] EROFS',
    call: "openat",
    errno: "EROFS",
    paths: ["/srv/app/data/x"],
    evidence: { count: 3, process: "daemon", executable: "/usr/bin/daemon" },
    state: { begins: "at-once", cwd: "/srv/app", executable: "/usr/bin/daemon" },
  });
});

test("when everything works then nothing has failed", (t) => {
  t.deepEqual(
    failuresOf('openat(AT_FDCWD, "x", O_RDONLY) = 3\nread(3, "", 10) = 0\nclose(3) = 0\nexit_group(0) = ?'),
    [],
  );
});

test("when a call fails in the ordinary course of things then that is none", (t) => {
  t.deepEqual(
    failuresOf(`
      read(3, 0x7ffd, 10) = -1 EAGAIN (Resource temporarily unavailable)
      accept4(3, NULL, NULL, SOCK_CLOEXEC) = -1 EAGAIN (Resource temporarily unavailable)
      futex(0x7f00, FUTEX_WAIT, 1, NULL) = -1 ETIMEDOUT (Connection timed out)
      epoll_wait(3, [], 10, 100) = -1 EINTR (Interrupted system call)
      wait4(-1, 0x7ffd, WNOHANG, NULL) = -1 ECHILD (No child processes)
      mkdir("x", 0755) = -1 EEXIST (File exists)
      write(3, "x", 1) = -1 EPIPE (Broken pipe)
      readlink("x", 0x7ffd, 10) = -1 EINVAL (Invalid argument)
      ioctl(1, TCGETS, 0x7ffd) = -1 ENOTTY (Inappropriate ioctl for device)
      connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS (Operation now in progress)
      pause() = ? ERESTARTNOHAND (To be restarted if no handler)
      close(99) = -1 EBADF (Bad file descriptor)`),
    [],
  );
});

test("when an error is a refusal of some calls only then it is kept of those", (t) => {
  t.deepEqual(
    summary(`
      clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)
      chown("x", 70000, 70000) = -1 EINVAL (Invalid argument)
      unlink("mnt") = -1 EBUSY (Device or resource busy)
      kill(4711, SIGTERM) = -1 ESRCH (No such process)
      shmat(5, NULL, 0) = -1 EINVAL (Invalid argument)
      connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)`),
    [
      "chown EINVAL /srv/app/x x1",
      "clone EAGAIN x1",
      "connect ECONNREFUSED x1",
      "kill ESRCH x1",
      "shmat EINVAL x1",
      "unlink EBUSY /srv/app/mnt x1",
    ],
  );
});

test("when a process of the unit has ended then not reaching it is no failure", (t) => {
  t.deepEqual(
    failuresOf("fork() = 11\n11 +++ exited with 0 +++\nkill(11, SIGTERM) = -1 ESRCH (No such process)"),
    [],
  );
});

test("what systemd does before the service's program starts is not of the service", (t) => {
  t.deepEqual(
    summary(
      `
      mkdir("/run/x", 0700) = ${denied}
      execve("/usr/bin/nothing", ["x"], 0x7ffd /* 0 vars */) = ${missing}
      execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 0 vars */) = 0
      mkdir("/run/y", 0700) = ${denied}`,
      { begins: "execve" },
    ),
    ["mkdir EPERM /run/y x1"],
  );
});

test("two programs, and two users, that fail alike are told apart", (t) => {
  t.deepEqual(
    keys(`
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)
      setresuid(33, 33, 33) = 0
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)
      execve("/usr/bin/other", ["other"], 0x7ffd /* 0 vars */) = 0
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)
      access("/etc/secret", R_OK) = -1 EACCES (Permission denied)`),
    [
      '["/usr/bin/daemon","0","access","R_OK","/etc/secret"] EACCES',
      '["/usr/bin/daemon","33","access","R_OK","/etc/secret"] EACCES',
      '["/usr/bin/other","33","access","R_OK","/etc/secret"] EACCES',
    ],
  );
});

test("programs in the same state that make the same call again and again have a failure each", (t) => {
  const again = `openat(AT_FDCWD, "/etc/x", O_RDONLY) = ${missing}\n`.repeat(3);
  t.deepEqual(
    failuresOf(
      `${again} execve("/usr/bin/a", ["a"], 0x7ffd /* 0 vars */) = 0\n${again}
       execve("/usr/bin/b", ["b"], 0x7ffd /* 0 vars */) = 0\n${again}`,
    ).map(({ evidence }) => `${evidence.process} ${evidence.count}`),
    ["a 3", "b 3", "daemon 3"],
  );
});

const told: readonly (readonly [string, string])[] = [
  [`prctl(PR_CAPBSET_DROP, CAP_CHOWN) = ${denied}`, '"prctl","PR_CAPBSET_DROP","CAP_CHOWN"'],
  [
    `setsockopt(3<TCP:[17]>, SOL_SOCKET, SO_MARK, [1], 4) = ${denied}`,
    '"setsockopt","AF_INET SOCK_STREAM","SOL_SOCKET","SO_MARK"',
  ],
  [
    `socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, htons(ETH_P_ALL)) = ${denied}`,
    '"socket","AF_PACKET","SOCK_CLOEXEC|SOCK_RAW","htons(ETH_P_ALL)"',
  ],
  [`ioctl(3</dev/net/tun>, TUNSETIFF, 0x7ffd1234) = ${denied}`, '"ioctl","TUNSETIFF","/dev/net/tun"'],
  [
    `ioctl(3</dev/x>, _IOC(_IOC_READ, 0x12, 0x5f, 0x8), 0x7ffd1234) = ${denied}`,
    '"ioctl","_IOC(_IOC_READ,0x12,0x5f,0x8)","/dev/x"',
  ],
  [`kill(99, SIGTERM) = ${denied}`, '"kill","SIGTERM"'],
  [`clone(child_stack=0x7f12, flags=CLONE_NEWNS|SIGCHLD) = ${denied}`, '"clone","CLONE_NEWNS|SIGCHLD"'],
  [
    `clone3({flags=CLONE_NEWUSER, exit_signal=SIGCHLD, stack=0x7f12, stack_size=0x9000}, 88) = ${denied}`,
    '"clone3","CLONE_NEWUSER","SIGCHLD"',
  ],
  [`unshare(CLONE_NEWNET) = ${denied}`, '"unshare","CLONE_NEWNET"'],
  [
    `capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN|1<<CAP_KILL, permitted=0, inheritable=0}) = ${denied}`,
    '"capset","_LINUX_CAPABILITY_VERSION_3","CAP_CHOWN","CAP_KILL"',
  ],
  [
    `setxattr("x", "security.capability", "\\1\\0", 20, 0) = ${denied}`,
    '"setxattr","security.capability","/srv/app/x"',
  ],
  [`chmod("x", 04755) = ${denied}`, '"chmod","04000","/srv/app/x"'],
  [`chmod("x", 0755) = ${denied}`, '"chmod","/srv/app/x"'],
  [`setresuid(-1, 33, -1) = ${denied}`, '"setresuid","-1","33","-1"'],
  [`sched_setscheduler(0, SCHED_FIFO, [5]) = ${denied}`, '"sched_setscheduler","SCHED_FIFO"'],
  [
    `mmap(0x7f00, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, 3</srv/app/lib.so>, 0x1000) = -1 EACCES (Permission denied)`,
    '"mmap","PROT_EXEC|PROT_READ","MAP_FIXED|MAP_PRIVATE","/srv/app/lib.so"',
  ],
  [
    `bind(3<UDP:[9]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EACCES (Permission denied)`,
    '"bind","AF_INET SOCK_DGRAM","AF_INET 0.0.0.0 53"',
  ],
  [
    `connect(3<TCP:[9]>, {sa_family=AF_INET, sin_port=htons(45678), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH (Network is unreachable)`,
    '"connect","AF_INET SOCK_STREAM","AF_INET 192.0.2.1 0"',
  ],
  [
    `connect(3, {sa_family=AF_UNIX, sun_path="/run/x.sock"}, 110) = ${missing}`,
    '"connect","AF_UNIX","/run/x.sock"',
  ],
  [
    `connect(3, {sa_family=AF_UNIX, sun_path=@"4aa20c88f0d5efb1/bus/systemd"}, 30) = -1 ECONNREFUSED (Connection refused)`,
    '"connect","AF_UNIX @{random}/bus/systemd"',
  ],
  [`rename("a", "/var/b") = -1 EXDEV (Invalid cross-device link)`, '"rename","/srv/app/a","/var/b"'],
  [`openat(7</proc/10/fd>, "../stat", O_RDONLY) = ${missing}`, '"openat","O_RDONLY","/proc/self/stat"'],
  [
    `mount("tmpfs", "/mnt/x", "tmpfs", MS_NOSUID, "mode=0755") = ${denied}`,
    '"mount","tmpfs","MS_NOSUID","/mnt/x"',
  ],
  [`mq_open("queue", O_RDWR|O_CREAT, 0600, NULL) = ${denied}`, '"mq_open","queue","O_CREAT|O_RDWR"'],
  [`setgroups(2, [33, 34]) = ${denied}`, '"setgroups"'],
  [
    `quotactl(QCMD(Q_SETQUOTA, USRQUOTA), "/dev/sda1", 1000, {}) = ${denied}`,
    '"quotactl","Q_SETQUOTA","USRQUOTA","/dev/sda1"',
  ],
];

for (const [line, about] of told)
  test(`what is the same in every run tells the call apart: ${line.slice(0, 90)}`, (t) => {
    const [key] = keys(line);
    t.is(key?.slice(0, key.lastIndexOf(" ")), `["/usr/bin/daemon","0",${about}]`);
  });

const names = ["log.1", "session-20260102.db", "tmpab12cd9_", "app.aB3xY9", "{pid}.state", "cache"];

/** A service with workers, whose pids, temporary names and descriptors are this run's. */
function service(
  run: { readonly base: number; readonly drawn: string; readonly fd: number },
  order: readonly number[],
): string {
  const { base, drawn, fd } = run;
  const worker = base + 3;
  const lines = [
    `${worker} openat(AT_FDCWD, "/proc/${worker}/status", O_RDWR) = -1 EACCES (Permission denied)`,
    `${worker} openat(AT_FDCWD, "/proc/${base}/mem", O_RDONLY) = -1 EACCES (Permission denied)`,
    `${worker} openat(AT_FDCWD, "/proc/${base + 500}/stat", O_RDONLY) = ${missing}`,
    `${base} openat(AT_FDCWD, "/run/app/${worker}.state", O_WRONLY|O_CREAT, 0644) = ${readOnly}`,
    `${base} openat(AT_FDCWD, "/tmp/app.${drawn}", O_RDWR|O_CREAT|O_EXCL, 0600) = ${readOnly}`,
    `${base} mkdir("/tmp/tmp${drawn.toLowerCase()}_7", 0700) = ${readOnly}`,
    `${base} fchmod(${fd}</srv/app/data>, 0600) = ${readOnly}`,
    `${base} kill(${base + 700}, SIGTERM) = ${denied}`,
    `${worker} mmap(0x7f${fd}000, ${fd}, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ${denied}`,
    `${worker} bind(${fd}<UDP:[${base}]>, {sa_family=AF_INET, sin_port=htons(${40000 + fd}), sin_addr=inet_addr("0.0.0.0")}, 16) = ${denied}`,
    `${base} unlink("/var/lib/app/log.${fd}") = ${readOnly}`,
    `${base} unlink("/var/lib/app/cache") = ${readOnly}`,
  ];
  return [
    `${base} execve("/usr/bin/app", ["app"], 0x7ffd /* 0 vars */) = 0`,
    `${base} clone(child_stack=NULL, flags=SIGCHLD) = ${worker}`,
    ...order.map((index) => lines[index] ?? ""),
  ].join("\n");
}

const calls = 12;
const run = fc.record({
  base: fc.integer({ min: 100, max: 90_000 }),
  drawn: fc.constantFrom("aB3xY9", "Zk81Qw", "x9Yp2L"),
  fd: fc.integer({ min: 3, max: 900 }),
});
const order = fc.shuffledSubarray([...Array(calls).keys()], { minLength: calls, maxLength: calls });

testProp(
  "two runs of a service fail alike whatever pids, descriptors, temporary names and order they have",
  [run, order, run, order],
  (t, one, firstOrder, other, secondOrder) => {
    const options = { begins: "execve" } as const;
    const first = trace(service(one, firstOrder), one.base, options);
    t.is(first.length, calls);
    t.deepEqual(first, trace(service(other, secondOrder), other.base, options));
  },
);

function trace(text: string, pid: number, options: Learn): string[] {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(pid, { begins: "at-once", cwd: "/srv/app", ...options });
  feed(builder, text);
  builder.hostQuery();
  return builder.finish(hostWith()).failures.map(({ key }) => key);
}

testProp(
  "a call that fails while others run is the same failure",
  [fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 10 })],
  (t, chosen) => {
    const whole = chosen.map((name) => `unlink("/var/lib/app/${name}") = ${readOnly}`);
    const parts = chosen.flatMap((name) => [
      `unlink("/var/lib/app/${name}" <unfinished ...>`,
      "11 getppid() = 10",
      `<... unlink resumed>) = ${readOnly}`,
    ]);
    const fork = "fork() = 11";
    t.deepEqual(keys([fork, ...parts].join("\n")), keys([fork, ...whole].join("\n")));
  },
);

test("a program that fails on ever new names does not fill the memory", (t) => {
  const lines = Array.from({ length: 12_000 }, (_, index) => {
    const name = `${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + (Math.floor(index / 26) % 26))}${String.fromCharCode(97 + Math.floor(index / 676))}`;
    return `stat("/usr/share/${name}", 0x7ffd) = ${missing}`;
  });
  const found = failuresOf(lines.join("\n"));
  t.is(found.length, 10_001);
  t.like(
    found.find(({ paths }) => paths.length === 0),
    { key: '["/usr/bin/daemon","0","stat"] ENOENT', evidence: { count: 2000 } },
  );
  t.is(
    found.reduce((sum, { evidence }) => sum + evidence.count, 0),
    12_000,
  );
});

test("when a process is killed for a call then that is a failure with SIGSYS", (t) => {
  // strace 6.1 on 6.18: the result is what was in the register.
  t.deepEqual(summary('mkdir("/tmp/a", 0700) = 0\npersonality(PER_BSD) = 135\n+++ killed by SIGSYS +++'), [
    "personality SIGSYS x1",
  ]);
  // On kernels before 5.16, and for filters that trap.
  t.deepEqual(
    summary(
      'mkdir("/tmp/fl/xx", 0700) = 83\n--- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x7faf, si_syscall=__NR_mkdir, si_arch=AUDIT_ARCH_X86_64} ---\n+++ killed by SIGSYS (core dumped) +++',
    ),
    ["mkdir SIGSYS x1"],
  );
});

test("when a thread is killed for a call then the other threads, which die with it, are not blamed", (t) => {
  t.deepEqual(
    summary(`
      10 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD|CLONE_SIGHAND) = 11
      11 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=0},  <unfinished ...>
      10 getppid() = 1
      10 mkdir("/tmp/fl/xx", 0700) = 83
      11 <... clock_nanosleep resumed> <unfinished ...>) = ?
      11 +++ killed by SIGSYS +++
      10 +++ killed by SIGSYS +++`),
    ["mkdir SIGSYS x1"],
  );
});

test("when somebody else sends SIGSYS to a process that handles it then no call is blamed", (t) => {
  t.deepEqual(
    summary("getppid() = 1\n--- SIGSYS {si_signo=SIGSYS, si_code=SI_USER, si_pid=9, si_uid=0} ---"),
    [],
  );
});

test("a number in a name that happens to be a pid in one run is the same name", (t) => {
  const of = (pid: number): string[] =>
    trace(`${pid} unlink("/var/lib/app/log.103") = ${readOnly}`, pid, { begins: "at-once" });
  t.deepEqual(of(103), of(104));
});
