import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { allowedCalls, refusedCalls } from "../../src/deployment/refused-calls.js";

const watched = {
  programs: new Set(["/usr/sbin/d"]),
  architecture: "x86-64",
  isExpected: (call: string) => call === "prlimit64",
} as const;

/** As Linux 6.18 prints them. */
const event = (comm: string, pid: number, text: string) =>
  `${comm.padStart(16)}-${pid}${" ".repeat(8)}[000] ..... 39566.960175: ${text}`;

const exec = event("d", 7, "sched_process_exec: filename=/usr/sbin/d pid=7 old_pid=7");
const fork = event("d", 7, "sched_process_fork: comm=d pid=7 child_comm=d child_pid=8");
const uname = (pid: number) => event("d", pid, "sys_exit: NR 63 = -1");

test("what a program of the unit and its children are refused is counted by call", (t) => {
  t.deepEqual(refusedCalls([exec, uname(7), fork, uname(8)], watched), [
    { call: "uname", comm: "d", count: 2 },
  ]);
});

test("what systemd is refused while it sets the process up is not the service's, nor what others are", (t) => {
  const setUp = event(
    "d",
    7,
    "sched_process_exec: filename=/usr/lib/systemd/systemd-executor pid=7 old_pid=7",
  );
  t.deepEqual(refusedCalls([uname(7), setUp, uname(7), exec, uname(9)], watched), []);
});

test("what may fail, other errors and unknown numbers are no news", (t) => {
  const others = ["NR 302 = -1", "NR 63 = -13", "NR 63 = 0", "NR 9999 = -1", "NR -1 = -1"];
  t.deepEqual(refusedCalls([exec, ...others.map((text) => event("d", 7, `sys_exit: ${text}`))], watched), []);
});

test("a program that the unit names without a path is known by its name", (t) => {
  const named = { ...watched, programs: new Set(["d"]) };
  t.is(refusedCalls([exec, uname(7)], named).length, 1);
});

testProp(
  "whatever a thread calls itself, the process is that of the header",
  [fc.string({ maxLength: 15 }).filter((comm) => !/[\n\r\u2028\u2029]/.test(comm))],
  (t, comm) => {
    t.is(refusedCalls([exec, event(comm, 7, "sys_exit: NR 63 = -1")], watched)[0]?.count, 1);
    t.deepEqual(refusedCalls([exec, event(comm, 9, "sys_exit: NR 63 = -1")], watched), []);
  },
);

test("the lines of a filter allow what they list and what systemd always allows, and not what they take out", (t) => {
  const allowed = allowedCalls(["", "@chown read", "~lchown clone3:ENOSYS"], 257);
  for (const name of ["read", "chown", "fchownat", "execve", "exit_group"]) t.true(allowed.has(name), name);
  for (const name of ["lchown", "clone3", "ptrace"]) t.false(allowed.has(name), name);
});
