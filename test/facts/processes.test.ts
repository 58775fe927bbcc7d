import test from "ava";
import { FactBuilder } from "../../src/facts/index.js";
import type { Fact } from "../../src/facts/types.js";
import { build, feed, hostWith, learn } from "./support.js";

const startsChild = "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 11";

function outside(text: string): string[] {
  return learn(text).flatMap((fact) => (fact.kind === "outside" ? [fact.operation] : []));
}

const reaching: Readonly<Record<string, readonly string[]>> = {
  "kill(99, SIGTERM) = 0": ["kill"],
  "kill(99, 0) = 0": ["kill"],
  "kill(99, 0) = -1 ESRCH (No such process)": [],
  "kill(99, SIGTERM) = -1 EPERM (Operation not permitted)": [],
  "kill(0, SIGTERM) = 0": [],
  "kill(-1, SIGTERM) = 0": ["kill"],
  "kill(-10, SIGTERM) = 0": [],
  "kill(-99, SIGTERM) = 0": ["kill"],
  "kill(10, SIGTERM) = 0": [],
  "kill(11, SIGTERM) = 0": [],
  "kill(1, SIGTERM) = 0": ["kill"],
  "tgkill(10, 12, SIGURG) = 0": [],
  "tgkill(99, 99, SIGURG) = 0": ["tgkill"],
  "pidfd_open(99, 0) = 3<pid:99>": ["pidfd_open"],
  "pidfd_open(11, 0) = 3<pid:11>": [],
  "pidfd_send_signal(3<pid:99>, SIGTERM, NULL, 0) = 0": ["pidfd_send_signal"],
  "ptrace(PTRACE_SEIZE, 99, NULL, PTRACE_O_TRACESYSGOOD) = 0": ["ptrace"],
  "ptrace(PTRACE_SEIZE, 11, NULL, PTRACE_O_TRACESYSGOOD) = 0": [],
  "ptrace(PTRACE_TRACEME) = 0": [],
  'process_vm_readv(99, [{iov_base="x", iov_len=1}], 1, [{iov_base=0x1, iov_len=1}], 1, 0) = 1': [
    "process_vm_readv",
  ],
  "kcmp(10, 99, KCMP_VM) = 1": ["kcmp"],
  "sched_getaffinity(0, 128, [0 1]) = 8": [],
  "sched_getaffinity(99, 128, [0 1]) = 8": ["sched_getaffinity"],
  "setpriority(PRIO_PROCESS, 99, 5) = 0": ["setpriority"],
  "setpriority(PRIO_USER, 33, 5) = 0": [],
  "getpriority(PRIO_PROCESS, 0) = 20": [],
  "prlimit64(99, RLIMIT_NOFILE, NULL, {rlim_cur=1024, rlim_max=4096}) = 0": ["prlimit64"],
  "prlimit64(0, RLIMIT_NOFILE, NULL, {rlim_cur=1024, rlim_max=4096}) = 0": [],
  "getpgid(99) = 99": ["getpgid"],
  "getsid(0) = 10": [],
  "perf_event_open({type=PERF_TYPE_SOFTWARE}, -1, 0, -1, 0) = 3": [],
};

for (const [call, expected] of Object.entries(reaching))
  test(`which process is reached by ${call}`, (t) => {
    t.deepEqual(outside(`${startsChild}\n${call}`), expected);
  });

test("a child that has ended is still one of the service's own", (t) => {
  t.deepEqual(outside(`${startsChild}\n11 +++ exited with 0 +++\nkill(11, SIGKILL) = 0`), []);
});

test("a child that signals itself before its parent's fork has returned reaches nobody else", (t) => {
  const text = `
    vfork( <unfinished ...>
    11 kill(11, SIGUSR1) = 0
    10 <... vfork resumed>) = 11`;
  t.deepEqual(outside(text), []);
});

/** A main process 10 and a reload command 20, both executed by systemd in front of the tracer. */
function learnUnit(text: string): Fact[] {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "execve", cwd: "/" });
  builder.attach(20, { begins: "execve", cwd: "/", isMain: false });
  feed(
    builder,
    `kill(1, SIGTERM) = 0
    execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 0 vars */) = 0
    20 execve("/bin/kill", ["kill", "-HUP", "10"], 0x7ffd /* 0 vars */) = 0
    ${text}`,
  );
  builder.hostQuery();
  return [...builder.finish(hostWith()).facts];
}

test("what systemd does before it executes the program, and a reload command that signals the service, reach nobody outside", (t) => {
  t.deepEqual(
    learnUnit("20 kill(10, SIGHUP) = 0").filter(({ kind }) => kind === "outside"),
    [],
  );
});

function senders(text: string): string[] {
  return learnUnit(text).flatMap((fact) => (fact.kind === "notification" ? [fact.sender] : []));
}

test("messages to systemd are told apart by who sends them", (t) => {
  const address = '{sa_family=AF_UNIX, sun_path="/run/systemd/notify"}';
  const message = (pid: number): string[] => [
    `${pid} sendto(3, "READY=1", 7, MSG_NOSIGNAL, ${address}, 21) = 7`,
    `${pid} sendmsg(3, {msg_name=${address}, msg_namelen=21, msg_iov=[{iov_base="READY=1", iov_len=7}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 7`,
    `${pid} connect(3, ${address}, 21) = 0`,
    `${pid} connect(3, {sa_family=AF_UNIX, sun_path=@"/org/freedesktop/systemd1/notify"}, 40) = 0`,
    `${pid} connect(3, {sa_family=AF_UNIX, sun_path="/run/user/1000/systemd/notify"}, 40) = 0`,
  ];
  const thread = "10 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD}, 88) = 11\n";
  for (const line of message(10)) t.deepEqual(senders(line), ["main"], line);
  for (const line of message(11)) t.deepEqual(senders(thread + line), ["main"], `of a thread: ${line}`);
  for (const line of message(11)) t.deepEqual(senders(`${startsChild}\n${line}`), ["other"], line);
  for (const line of message(20)) t.deepEqual(senders(line), ["other"], `of the reload command: ${line}`);
  t.deepEqual(senders(`connect(3, ${address}, 21) = -1 ENOENT (No such file or directory)`), []);
  t.deepEqual(senders('connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/private"}, 21) = 0'), []);
});

function dispositions(text: string): string[] {
  return learnUnit(text).flatMap((fact) => (fact.kind === "signal" ? [fact.disposition] : []));
}

const handles = "rt_sigaction(SIGTERM, {sa_handler=0x401000, sa_mask=[], sa_flags=0}, NULL, 8) = 0";
const ignores = "rt_sigaction(SIGTERM, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, NULL, 8) = 0";
const leaves = "rt_sigaction(SIGTERM, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, NULL, 8) = 0";
const asks = "rt_sigaction(SIGTERM, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0";
const again = 'execve("/usr/bin/other", ["other"], 0x7ffd /* 0 vars */) = 0';

const arranged: readonly (readonly [string, readonly string[]])[] = [
  [handles, ["handled"]],
  [ignores, ["ignored"]],
  [leaves, []],
  [asks, []],
  [`${handles}\n${leaves}`, ["handled"]],
  [`${handles}\n${leaves}\nkill(10, SIGTERM) = 0`, []],
  [`${handles}\n${leaves}\ntgkill(10, 10, SIGTERM) = 0`, []],
  [`${handles}\nkill(10, SIGTERM) = 0`, ["handled"]],
  [`${handles}\n${asks}`, ["handled"]],
  [`${handles}\n${again}`, []],
  [`${ignores}\n${again}`, ["ignored"]],
  [handles.replace("SIGTERM", "SIGINT"), []],
  [`${startsChild}\n11 ${handles}`, []],
  [`20 ${handles}`, []],
  ["signalfd4(-1, [INT TERM], 8, SFD_CLOEXEC) = 3<signalfd:[INT TERM]>", ["blocked"]],
  ["signalfd4(-1, [INT], 8, SFD_CLOEXEC) = 3<signalfd:[INT]>", []],
  ["rt_sigtimedwait(~[KILL STOP], NULL, NULL, 8 <unfinished ...>", ["blocked"]],
  ["rt_sigtimedwait(~[TERM], NULL, NULL, 8 <unfinished ...>", []],
  [
    "rt_sigtimedwait([TERM], NULL, {tv_sec=1, tv_nsec=0}, 8) = -1 EAGAIN (Resource temporarily unavailable)",
    ["blocked"],
  ],
];

for (const [text, expected] of arranged)
  test(`what is arranged for SIGTERM by ${text.replaceAll("\n", ", ")}`, (t) => {
    t.deepEqual(dispositions(text), expected);
  });

test("SIGTERM is arranged for only if each main process that was started does so", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  for (const pid of [10, 20]) builder.attach(pid, { begins: "execve", cwd: "/" });
  feed(builder, `10 ${again}\n10 ${handles}\n20 ${again}`);
  t.deepEqual(builder.finish(hostWith()).facts.ofKind("signal"), []);
});

test("a debugger in the unit cannot be learned under strace, and that is said", (t) => {
  const gaps = (line: string) =>
    build(`10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n${line}`).incomplete.filter((gap) =>
      gap.includes("ptrace"),
    );
  t.is(gaps("11 ptrace(PTRACE_TRACEME) = -1 EPERM (Operation not permitted)").length, 1);
  t.is(gaps("10 ptrace(PTRACE_SEIZE, 11, NULL, 0) = -1 EPERM (Operation not permitted)").length, 1);
  // Of a stranger the kernel says the same without strace.
  t.is(gaps("10 ptrace(PTRACE_ATTACH, 99) = -1 EPERM (Operation not permitted)").length, 0);
});
