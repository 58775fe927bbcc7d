import test from "ava";
import { wantedCalls, FactBuilder, factId } from "../../src/facts/index.js";
import { build, directory, feed, files, hostWith, learn } from "./support.js";

const syscalls = (text: string): string[] =>
  learn(text).flatMap((fact) =>
    fact.kind === "syscall" ? [`${fact.architecture} ${fact.name} ${fact.result}`] : [],
  );

test("a call that only ever failed as a denial would fail is not used", (t) => {
  t.deepEqual(
    syscalls(
      'sethostname("x", 1) = -1 EPERM (Operation not permitted)\nclone3({flags=0}, 88) = -1 ENOSYS (Function not implemented)',
    ),
    ["x86-64 clone3 ENOSYS", "x86-64 sethostname EPERM"],
  );
});

test("one success is enough for a call to be used", (t) => {
  t.deepEqual(syscalls("setuid(0) = -1 EPERM (Operation not permitted)\nsetuid(0) = 0"), [
    "x86-64 setuid used",
  ]);
});

test("a call that failed otherwise, or never came back, is used", (t) => {
  t.deepEqual(
    syscalls(
      'open("/x", O_RDONLY) = -1 ENOENT (No such file or directory)\nexit_group(0) = ?\naccept(3,  <unfinished ...>',
    ),
    ["x86-64 accept used", "x86-64 exit_group used", "x86-64 open used"],
  );
});

test("calls of 32-bit programs belong to their own architecture", (t) => {
  t.deepEqual(
    syscalls(
      "[ Process PID=10 runs in 32 bit mode. ]\nbrk(NULL) = 0x5000\n[ Process PID=10 runs in x32 mode. ]\nbrk(NULL) = 0x5000",
    ),
    ["x32 brk used", "x86 brk used"],
  );
});

test("evidence says how often, when, in which phase, by whom, and shows the line", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "execve", cwd: "/" });
  feed(builder, '10 100.5 execve("/usr/sbin/daemon", ["daemon"], 0x7f /* 1 var */) = 0');
  builder.phase("soak");
  feed(
    builder,
    '10 102.0 mkdir("/v/a", 0755) = 0\n10 103.0 rmdir("/v/a") = 0\n10 104.0 mkdir("/v/a", 0755) = 0',
  );
  const { evidence } = builder.finish(hostWith());
  t.deepEqual(evidence[factId({ kind: "file", access: "create", path: "/v/a", type: "directory" })], {
    count: 2,
    first: 1.5,
    phase: "soak",
    process: "daemon",
    executable: "/usr/sbin/daemon",
    example: 'mkdir("/v/a", 0755) = 0',
  });
});

test("long example lines are cut", (t) => {
  const { evidence } = build(`mkdir("/v/${"a".repeat(300)}", 0755) = 0`);
  t.true(Object.values(evidence).every(({ example }) => example.length <= 200));
});

test("every fact has evidence and every evidence a fact", (t) => {
  const { facts, evidence } = build(
    'open("/v/a", O_RDWR) = 3\nsocket(AF_UNIX, SOCK_STREAM, 0) = 4\nunlink("/v/b") = 0',
  );
  t.deepEqual([...facts].map(factId), Object.keys(evidence));
});

test("what the first start made is there before when the service starts again", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  const start = 'execve("/d", ["d"], 0x7f /* 0 vars */) = 0';
  builder.attach(10, { begins: "execve" });
  feed(
    builder,
    `10 ${start}\n10 open("/tmp/x", O_RDWR|O_CREAT|O_EXCL, 0600) = 3\n10 stat("/tmp/x", {...}) = 0\n10 +++ exited with 0 +++`,
  );
  builder.attach(11, { begins: "execve" });
  feed(builder, `11 ${start}\n11 stat("/tmp/x", {...}) = 0`);
  const facts = [...builder.finish(hostWith()).facts].filter(
    (fact) => fact.kind === "file" && fact.path === "/tmp/x",
  );
  t.deepEqual(
    facts.map((fact) => (fact.kind === "file" ? fact.access : "")),
    ["create", "read"],
  );
});

test("a trace that nobody attached to begins with its first execve", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  feed(builder, '7 execve("/usr/bin/touch", ["touch"], 0x7f /* 0 vars */) = 0\n7 unlink("/v/x") = 0');
  t.true(builder.finish(hostWith()).facts.has({ kind: "file", access: "delete", path: "/v/x" }));
});

test("threads that existed before strace attached belong to the program", (t) => {
  t.true(files('10 chdir("/v") = 0\n12 unlink("x") = 0').includes("delete /v/x"));
});

test("the host is asked about real paths only, and about the directory of a placeholder", (t) => {
  const builder = new FactBuilder({ architecture: "x86-64" });
  builder.attach(10, { begins: "at-once", cwd: "/" });
  feed(
    builder,
    'open("/v/x.aB3xYz", O_RDWR|O_CREAT|O_EXCL, 0600) = 3\nopen("/proc/self/maps", O_RDONLY) = 4\nstat("/a/l/../b", {...}) = 0\nsetuid(33) = 0',
  );
  t.deepEqual(builder.hostQuery(), { paths: ["/", "/a/b", "/a/l", "/v"], uids: [0, 33], gids: [0] });
});

test("a repeated call counts each time, also when it comes from the cache", (t) => {
  const line = 'openat(AT_FDCWD, "/v/x", O_RDONLY) = 3';
  const { evidence } = build([line, "close(3) = 0", line, "close(3) = 0", line].join("\n"));
  t.is(evidence[factId({ kind: "file", access: "read", path: "/v/x" })]?.count, 3);
});

test("a repeated call counts anew after what it names changed hands", (t) => {
  const host = hostWith({ "/v": directory() });
  const line = 'openat(AT_FDCWD, "/v/x", O_RDONLY) = 3';
  const made = 'openat(AT_FDCWD, "/v/x", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3';
  const { facts } = build([made, line, 'chown("/v/x", 33, 33) = 0', line].join("\n"), { host });
  t.true(
    facts.has({
      kind: "capability",
      capability: "CAP_DAC_READ_SEARCH",
      source: "inferred",
      operation: "read /v/x",
    }),
  );
});

test("hot calls without decisive arguments are only counted", (t) => {
  for (const name of ["read", "write", "futex", "epoll_wait", "poll", "clock_gettime", "sendto", "recvfrom"])
    t.false(wantedCalls.every.has(name));
  for (const name of ["open", "execve", "bind", "setuid", "mmap", "close"])
    t.true(wantedCalls.every.has(name));
});
