import test from "ava";
import { calls, parse, parseCall, show } from "./parse.js";

test("prefixes of all options that print one", (t) => {
  const cases: readonly [line: string, pid: number, time: number | undefined][] = [
    ["getpid() = 1", 0, undefined],
    ["12 getpid() = 1", 12, undefined],
    ["12    getpid() = 1", 12, undefined],
    ["[pid    12] getpid() = 1", 12, undefined],
    ["12<my prog> getpid() = 1", 12, undefined],
    ["[pid 12<a) = 1>] getpid() = 1", 12, undefined],
    ["1700000000.250000 getpid() = 1", 0, 1700000000.25],
    ["1700000000 getpid() = 1", 0, 1700000000],
    ["12 1700000000.250000 getpid() = 1", 12, 1700000000.25],
    ["12 1700000000.250000000 getpid() = 1", 12, 1700000000.25],
    ["12 01:00:02 getpid() = 1", 12, 3602],
    ["12 01:00:02.5 getpid() = 1", 12, 3602.5],
    ["     0.000250 getpid() = 1", 0, 0.00025],
    ["12         0.000250 getpid() = 1", 12, 0.00025],
    ["12 01:00:02 (+     0.000250) getpid() = 1", 12, 3602],
    ["[pid 12] 01:00:02 [ 257] [00007f12a5d4e2d7] getpid() = 1", 12, 3602],
    ["12 [????????????????] getpid() = 1", 12, undefined],
  ];
  for (const [line, pid, time] of cases) {
    const call = parseCall(line);
    t.deepEqual(
      { pid: call.pid, time: call.time, text: call.text },
      { pid, time, text: "getpid() = 1" },
      line,
    );
  }
});

test("results of all kinds", (t) => {
  const cases: readonly [line: string, expected: Record<string, unknown>][] = [
    ["f() = 0", { outcome: "returned", result: 0 }],
    ["f()          = 12", { outcome: "returned", result: 12 }],
    ["f() = 0x7f0000001000", { outcome: "returned", result: 0x7f0000001000 }],
    ["f() = 01", { outcome: "returned", result: 1 }],
    ["f() = -1 ENOENT (No such file or directory)", { outcome: "failed", result: -1, errno: "ENOENT" }],
    [
      "f() = -1 ENOTTY (Inappropriate ioctl for device) <0.000012>",
      { outcome: "failed", errno: "ENOTTY", duration: 0.000012 },
    ],
    [
      "f() = -1 EPERM (Operation not permitted) (INJECTED)",
      { outcome: "failed", errno: "EPERM", annotation: "INJECTED" },
    ],
    ["f() = -1 ERRNO_530 (Unknown error 530)", { outcome: "failed", errno: "ERRNO_530" }],
    ["f() = -1 (errno 530)", { outcome: "failed", errno: "errno 530" }],
    ["f() = ?", { outcome: "unknown", result: undefined, errno: undefined }],
    ["f() = ? <unavailable>", { outcome: "unknown", result: undefined }],
    [
      "f() = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
      { outcome: "unknown", errno: "ERESTARTSYS" },
    ],
    ["f() = 0 (Timeout)", { outcome: "returned", annotation: "Timeout" }],
    ["f() = 0 (Timeout) <1.500000>", { outcome: "returned", annotation: "Timeout", duration: 1.5 }],
    ["f() = 2 (flags O_RDWR|O_CLOEXEC)", { result: 2, annotation: "flags O_RDWR|O_CLOEXEC" }],
    ["f() = 0 (PER_LINUX) (DELAYED)", { result: 0, annotation: "PER_LINUX; DELAYED" }],
    [
      "f() = 1 (in [4</a) = -1 EPERM (x)>], left {tv_sec=1, tv_usec=2})",
      { result: 1, annotation: "in [4</a) = -1 EPERM (x)>], left {tv_sec=1, tv_usec=2}" },
    ],
    ["f(0 <unfinished ...>) = ?", { outcome: "unknown" }],
    ["f() = 5 /* 17 in strace's PID NS */", { outcome: "returned", result: 5 }],
  ];
  for (const [line, expected] of cases) {
    const call = parseCall(line);
    const actual = Object.fromEntries(
      Object.keys(expected).map((key) => [key, call[key as keyof typeof call]]),
    );
    t.deepEqual(actual, expected, line);
  }
});

test("results that are descriptors", (t) => {
  const cases: readonly [line: string, shown: string][] = [
    ["f() = 3</a b>", '3<"/a b">'],
    ["f() = 3</a = 5>", '3<"/a = 5">'],
    ["f() = 3</a->", '3<"/a-">'],
    ["f() = 3</a>(deleted)", '3<"/a">(deleted)'],
    ["f() = 3</x) = 0<char 1:3>> <0.000001>", '3<"/x) = 0" char 1:3>'],
    ["f() = 3<TCP:[1.2.3.4:5->6.7.8.9:10]>", '3<"TCP:[1.2.3.4:5->6.7.8.9:10]">'],
    [
      String.raw`f() = 3<UNIX-STREAM:[1->2,"/a) = 3<4>"]>`,
      String.raw`3<"UNIX-STREAM:[1->2,\"/a) = 3<4>\"]">`,
    ],
    ["f() = 3</a> (Timeout)", '3<"/a">'],
  ];
  for (const [line, shown] of cases) {
    const { result, resultDescriptor, outcome } = parseCall(line);
    t.is(outcome, "returned");
    t.is(result, 3);
    t.is(resultDescriptor && show(resultDescriptor), shown, line);
  }
});

test("text that a program chose does not pass for the result", (t) => {
  for (const argument of [
    '") = -1 EPERM (Operation not permitted)"',
    "3</x) = -1 EPERM (Operation not permitted)>",
    '"x\\") = ?"',
  ]) {
    const call = parseCall(`read(${argument}, 5) = 7`);
    t.is(call.outcome, "returned");
    t.is(call.result, 7);
    t.is(call.args.length, 2);
  }
});

test("a call in two parts is one record, with the time of the first and the line of the last", (t) => {
  const [read, close] = calls(
    parse(
      `1 10.5 read(3,  <unfinished ...>\n2 10.6 close(3) = 0\n1 10.7 <... read resumed>"abc", 10) = 3 <0.2>\n`,
    ),
  ).sort((a, b) => a.pid - b.pid);
  t.is(read?.text, 'read(3, "abc", 10) = 3 <0.2>');
  t.is(read?.time, 10.5);
  t.is(read?.line, 3);
  t.is(read?.duration, 0.2);
  t.deepEqual(read?.args.map(show), ["3", '"abc"', "10"]);
  t.is(close?.line, 2);
});

test("the two parts may be cut anywhere between arguments", (t) => {
  for (const [first, second] of [
    ["f(", ") = 0"],
    ["f(1, [2", " => 3]) = 0"],
    ["f({a=1}", " => {b=2}, 5) = 0"],
    ["f(1, ", " 2) = 0"],
    ["f(1, ", "2)                         = -1 EINTR (Interrupted system call)"],
    ["f(1", " <unfinished ...>) = ?"],
  ] as const) {
    const parsed = parse(`1 ${first} <unfinished ...>\n1 <... f resumed>${second}\n`);
    t.is(parsed.records.length, 1, second);
    t.is(parsed.summary.unparsed.lines, 0);
    t.is(calls(parsed)[0]?.text, first + second);
  }
});

test("a call may be interrupted more than once", (t) => {
  const parsed = parse(
    "1 f(1 <unfinished ...>\n1 <... f resumed> <unfinished ...>\n1 <... f resumed>) = 2\n",
  );
  t.deepEqual(
    calls(parsed).map(({ name, result }) => [name, result]),
    [["f", 2]],
  );
});

test("a resumed part without name continues what is under way", (t) => {
  const [call] = calls(parse("1 f(1 <unfinished ...>\n1 <... resumed>) = 2\n"));
  t.is(call?.text, "f(1) = 2");
});

test("a resumed part whose beginning is not in the trace is told without arguments, and counted as not understood", (t) => {
  const parsed = parse('1 <... read resumed>"x", 1) = 1\n');
  t.like(calls(parsed)[0], { name: "read", outcome: "returned", result: 1, args: [] });
  t.deepEqual(parsed.summary.unparsed, {
    lines: 1,
    examples: [{ line: 1, text: '1 <... read resumed>"x", 1) = 1' }],
  });
});

test("calls that never return are unfinished", (t) => {
  for (const trace of [
    "1 pause( <unfinished ...>\n",
    "1 pause( <unfinished ...>\n1 +++ killed by SIGKILL +++\n",
    "1 pause( <unfinished ...>\n1 close(3) = 0\n",
    "1 pause( <detached ...>\n",
    "1 pause( <pid changed to 7 ...>\n",
    "1 pause( <unfinished ...>\nstrace: Process 1 detached\n",
    "1 pause(",
  ]) {
    const parsed = parse(trace);
    const [call] = calls(parsed);
    t.like(call, { name: "pause", outcome: "unfinished", result: undefined, text: "pause(" }, trace);
    t.is(parsed.summary.unparsed.lines, 0, trace);
  }
});

test("a cut last line is parsed as far as it goes, and said to be cut", (t) => {
  const parsed = parse('1 openat(AT_FDCWD, "x) = 5');
  t.true(parsed.summary.truncatedEnd);
  t.like(calls(parsed)[0], { name: "openat", outcome: "unfinished" });
  t.deepEqual(calls(parsed)[0]?.args.map(show), ["AT_FDCWD", '"x) = 5"...']);
  t.false(parse("1 close(3) = 0\n").summary.truncatedEnd);
});

test("signals, stops and ends", (t) => {
  const { records, summary } = parse(
    [
      "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=2} ---",
      "1 --- SIGURG ---",
      "1 --- stopped by SIGSTOP ---",
      "1 +++ exited with 3 +++",
      "2 +++ killed by SIGSEGV (core dumped) +++",
      "3 +++ superseded by execve in pid 4 +++",
      "",
    ].join("\n"),
  );
  t.is(summary.unparsed.lines, 0);
  const base = { time: undefined };
  t.like(records[0], { kind: "signal", pid: 1, signal: "SIGCHLD" });
  t.deepEqual(records[1], { ...base, kind: "signal", pid: 1, line: 2, signal: "SIGURG", info: undefined });
  t.deepEqual(records[2], { ...base, kind: "note", pid: 1, line: 3, text: "--- stopped by SIGSTOP ---" });
  const exit = { ...base, kind: "exit", status: undefined, signal: undefined, by: undefined };
  t.deepEqual(records[3], { ...exit, pid: 1, line: 4, reason: "exited", status: 3 });
  t.deepEqual(records[4], { ...exit, pid: 2, line: 5, reason: "killed", signal: "SIGSEGV" });
  t.deepEqual(records[5], { ...exit, pid: 3, line: 6, reason: "superseded", by: 4 });
});

test("stack traces (-k) belong to the call above them", (t) => {
  const parsed = parse("1 close(3) = 0\n > /usr/lib/libc.so.6(__close+0x14) [0xf1234]\n");
  t.is(parsed.records.length, 1);
  t.is(parsed.summary.unparsed.lines, 0);
});

test("lines that are not strace's are counted, with examples", (t) => {
  const lines = [
    "",
    "hello world",
    "1 open",
    "1 f(",
    "1 f() 3",
    "1 f() = x",
    "12",
    "1 <... what",
    "1 +++ odd +++",
    "% time",
  ];
  const { records, summary } = parse(`${lines.join("\n")}\n1 f() = 0\n`);
  t.is(records.length, 1);
  t.is(summary.unparsed.lines, lines.length);
  t.deepEqual(
    summary.unparsed.examples.map(({ text }) => text),
    lines,
  );
});
