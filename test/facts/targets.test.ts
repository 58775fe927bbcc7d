import test from "ava";
import { capabilities, directory, file, hostWith } from "./support.js";

/** As the kernel decides it; tried with services that were given one capability less (kernel 6.18). */
const worker = `
  10 clone(child_stack=NULL, flags=SIGCHLD) = 11
  11 setpgid(0, 0) = 0
  11 setuid(33) = 0`;

const kills = (text: string): string[] =>
  capabilities(`${worker}\n${text}`).filter((line) => !line.startsWith("CAP_SETUID"));

test("a signal to a process group reaches processes of other users only with CAP_KILL", (t) => {
  t.deepEqual(kills("10 kill(-11, SIGTERM) = 0"), ["CAP_KILL: kill SIGTERM to uid 33"]);
  t.deepEqual(kills("10 kill(0, SIGTERM) = 0"), []);
});

test("a signal through a pidfd needs what kill needs", (t) => {
  const printed = "10 pidfd_send_signal(3<pid:11>, SIGTERM, NULL, 0) = 0";
  const opened = "10 pidfd_open(11, 0) = 3\n10 pidfd_send_signal(3, SIGTERM, NULL, 0) = 0";
  for (const text of [printed, opened])
    t.deepEqual(kills(text), ["CAP_KILL: pidfd_send_signal SIGTERM to uid 33"]);
});

test("a zombie is still its user's", (t) => {
  t.deepEqual(kills("11 +++ exited with 0 +++\n10 kill(11, SIGKILL) = 0"), [
    "CAP_KILL: kill SIGKILL to uid 33",
  ]);
  const same =
    "10 clone(child_stack=NULL, flags=SIGCHLD) = 12\n12 +++ exited with 0 +++\n10 kill(12, SIGKILL) = 0";
  t.deepEqual(kills(same), []);
});

test("a service that signals a process outside the trace is taken to need CAP_KILL, systemd itself excepted", (t) => {
  const start = 'execve("/usr/bin/daemon", ["daemon"], 0x7f /* 1 var */) = 0';
  const options = { begins: "execve" } as const;
  t.deepEqual(capabilities(`${start}\nkill(99, SIGHUP) = 0`, options), [
    "CAP_KILL: kill SIGHUP to a process outside the trace",
  ]);
  t.deepEqual(capabilities(`${start}\nkill(1, SIGRTMIN) = 0\nkill(99, 0) = 0`, options), []);
});

test("the scheduling of another user's process needs CAP_SYS_NICE", (t) => {
  t.deepEqual(kills("10 sched_setaffinity(11, 8, [0 1]) = 0"), ["CAP_SYS_NICE: sched_setaffinity of uid 33"]);
  t.deepEqual(kills("10 setpriority(PRIO_PROCESS, 11, 5) = 0"), ["CAP_SYS_NICE: setpriority of uid 33"]);
  t.deepEqual(kills("10 sched_setaffinity(0, 8, [0 1]) = 0"), []);
});

test("tying a socket to an interface is free once", (t) => {
  const tie = 'setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "lo\\0", 3) = 0';
  t.deepEqual(capabilities(`${tie}\n${tie}`), ["CAP_NET_RAW: setsockopt SO_BINDTODEVICE"]);
});

test("capset fails unless all it keeps was there, so that is needed", (t) => {
  const set = "1<<CAP_NET_BIND_SERVICE|1<<CAP_SYS_TIME";
  const text = `prctl(PR_SET_KEEPCAPS, 1) = 0
    setresuid(33, 33, 33) = 0
    capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=${set}, permitted=${set}, inheritable=0}) = 0
    clock_adjtime(CLOCK_REALTIME, {modes=ADJ_FREQUENCY, offset=0}) = 0`;
  t.deepEqual(capabilities(text), [
    "CAP_NET_BIND_SERVICE: capset keeps it",
    "CAP_SETUID: setresuid 33",
    "CAP_SYS_TIME: capset keeps it",
    "CAP_SYS_TIME: clock_adjtime",
  ]);
});

test("capset that drops little, or takes out of effect only, needs nothing", (t) => {
  const three = "1<<CAP_CHOWN|1<<CAP_KILL|1<<CAP_SETUID";
  const two = "1<<CAP_CHOWN|1<<CAP_KILL";
  const text = (effective: string, permitted: string): string =>
    `capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=${effective}, permitted=${permitted}, inheritable=0}) = 0`;
  const ambient = ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"];
  t.deepEqual(capabilities(text("0", three), { uid: 33, ambient }), []);
  t.deepEqual(capabilities(text(two, two), { uid: 33, ambient }), []);
});

test("capabilities that were kept are lost when another program is executed", (t) => {
  const set = "1<<CAP_NET_BIND_SERVICE";
  const text = `prctl(PR_SET_KEEPCAPS, 1) = 0
    setresuid(33, 33, 33) = 0
    capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=${set}, permitted=${set}, inheritable=0}) = 0
    execve("/usr/bin/x", ["x"], 0x7f /* 1 var */) = 0
    bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0`;
  t.false(capabilities(text).some((line) => line.includes("bind")));
});

const host = hostWith({
  "/": directory(),
  "/own": directory(),
  "/own2": directory(),
  "/own2/moved": directory(33),
  "/own/private": file(33, 0o600),
  "/own/shared": file(33, 0o666),
  "/own/socket": { type: "socket", mode: 0o777, uid: 33, gid: 33 },
});

const inFiles: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "moving a directory of others elsewhere": [
    'rename("/own/moved", "/own2/moved") = 0',
    ["CAP_DAC_OVERRIDE: move directory /own2/moved"],
  ],
  "renaming a directory of others where it is": ['rename("/own2/old", "/own2/moved") = 0', []],
  "a hard link to a file of others that it may not write": [
    'link("/own/private", "/own/new") = 0',
    ["CAP_FOWNER: link to /own/private"],
  ],
  "a hard link to a file of others that all may write": ['link("/own/shared", "/own/new") = 0', []],
  "a hard link to a socket of others": [
    'link("/own/socket", "/own/new") = 0',
    ["CAP_FOWNER: link to /own/socket"],
  ],
  "the setgid bit on a file of a group that it is not in": [
    'open("/own/f", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3\nfchown(3</own/f>, -1, 33) = 0\nfchmod(3</own/f>, 02755) = 0',
    ["CAP_CHOWN: change owner of /own/f", "CAP_FSETID: set the setgid bit of /own/f"],
  ],
  "a lease of a file of others": [
    "fcntl(3</own/shared>, F_SETLEASE, F_RDLCK) = 0",
    ["CAP_LEASE: take a lease of /own/shared"],
  ],
  "watching a file of others": [
    'inotify_add_watch(3, "/own/private", IN_MODIFY) = 1',
    ["CAP_DAC_READ_SEARCH: watch /own/private"],
  ],
};

for (const [name, [text, expected]] of Object.entries(inFiles))
  test(`capabilities of root: ${name}`, (t) => {
    t.deepEqual(capabilities(text, { host }), expected);
  });

test("root of a new user namespace is root outside only with CAP_SETFCAP", (t) => {
  const text = 'unshare(CLONE_NEWUSER) = 0\nopenat(AT_FDCWD, "/proc/self/uid_map", O_WRONLY) = 3';
  t.deepEqual(capabilities(text), ["CAP_SETFCAP: write /proc/self/uid_map"]);
  t.deepEqual(capabilities(text, { uid: 33 }), []);
});
