import test from "ava";
import { calls, parse } from "./parse.js";

/** The calls of a trace, whose lines may be indented by four spaces or more. */
const summary = (trace: string) => {
  const parsed = parse(`${trace.trim().replace(/^ {4,}/gm, "")}\n`);
  return [
    ...calls(parsed).map(({ pid, name, outcome, personality }) => `${pid} ${name} ${outcome} ${personality}`),
    ...(parsed.summary.unparsed.lines === 0 ? [] : ["unparsed"]),
  ];
};

test("a thread that executes a program goes on under the pid of its leader", (t) => {
  t.deepEqual(
    summary(`
      1 pause( <unfinished ...>
      2 execve("/a", ["a"], NULL <unfinished ...>
      1 <... pause resumed>) = ?
      1 +++ superseded by execve in pid 2 +++
      1 <... execve resumed>) = 0`),
    ["1 pause unknown native", "1 execve returned native"],
  );
});

test("a file of strace -ff has the pid that it is given", (t) => {
  const [call] = calls(parse("getpid() = 7\n", { pid: 7 }));
  t.is(call?.pid, 7);
});

test("strace's remark in the middle of the parent's call does not break it", (t) => {
  for (const strace of ["strace", "/usr/bin/strace"]) {
    const trace = [
      `clone(child_stack=NULL, flags=SIGCHLD${strace}: Process 12 attached`,
      ", child_tidptr=0x1) = 12",
      "[pid    12] getpid() = 12",
      `[pid    11] vfork(${strace}: Process 13 attached`,
      " <unfinished ...>",
      "[pid    13] getpid() = 13",
      "[pid    11] <... vfork resumed>) = 13",
    ];
    t.deepEqual(summary(trace.join("\n")), [
      "0 clone returned native",
      "12 getpid returned native",
      "13 getpid returned native",
      "0 vfork returned native",
    ]);
  }
});

test("with [pid N] the first process keeps one pid, also when it is named and when it is alone again", (t) => {
  t.deepEqual(
    summary(`
      execve("/a", ["a"], NULL) = 0
      fork(strace: Process 12 attached
      ) = 12
      [pid 11] wait4(-1,  <unfinished ...>
      [pid 12] getpid() = 12
      [pid 12] +++ exited with 0 +++
      <... wait4 resumed>NULL, 0, NULL) = 12
      getpid() = 11`),
    [
      "0 execve returned native",
      "0 fork returned native",
      "12 getpid returned native",
      "0 wait4 returned native",
      "0 getpid returned native",
    ],
  );
});

test("with [pid N] the lines without it belong to the child when the first process has ended", (t) => {
  t.deepEqual(
    summary(`
      fork(strace: Process 12 attached
      ) = 12
      [pid 11] exit_group(0) = ?
      [pid 12] pause( <unfinished ...>
      [pid 11] +++ exited with 0 +++
      <... pause resumed>) = ? ERESTARTNOHAND (To be restarted if no handler)
      getpid() = 12`),
    [
      "0 fork returned native",
      "0 exit_group unknown native",
      "12 pause unknown native",
      "12 getpid returned native",
    ],
  );
});

test("a trace of one attached process has its pid", (t) => {
  t.deepEqual(summary("strace: Process 12 attached\ngetpid() = 12"), ["12 getpid returned native"]);
});

test("personalities hold for one process until they change", (t) => {
  t.deepEqual(
    summary(`
      1 a() = 0
      1 [ Process PID=1 runs in 32 bit mode. ]
      1 b() = 0
      2 c() = 0
      1 [ Process PID=1 runs in x32 mode. ]
      1 d() = 0
      1 [ Process PID=1 runs in 64 bit mode. ]
      1 e() = 0`),
    ["1 a returned native", "1 b returned 32", "2 c returned 32", "1 d returned x32", "1 e returned native"],
  );
});

test("a child has the personality of the parent that is forking, whoever spoke last", (t) => {
  t.deepEqual(
    summary(`
      1 [ Process PID=1 runs in 32 bit mode. ]
      1 fork( <unfinished ...>
      3 [ Process PID=3 runs in 64 bit mode. ]
      3 getpid() = 3
      2 getpid() = 2`),
    ["3 getpid returned native", "2 getpid returned 32", "1 fork unfinished 32"],
  );
});

test("execve counts for the personality that called it", (t) => {
  t.deepEqual(
    summary(`
      1 execve("/a", [], NULL <unfinished ...>
      1 [ Process PID=1 runs in 32 bit mode. ]
      1 <... execve resumed>) = 0
      1 getpid() = 1`),
    ["1 execve returned native", "1 getpid returned 32"],
  );
});

test("a pid that is used again is another process", (t) => {
  const { records, summary: end } = parse("1 a() = 0\n1 a() = 0\n1 +++ exited with 0 +++\n1 a() = 0\n", {
    every: new Set(),
  });
  t.deepEqual(
    records.map(({ kind }) => kind),
    ["call", "exit", "call"],
  );
  t.deepEqual(end.counts, [{ name: "a", personality: "native", calls: 1 }]);
});
