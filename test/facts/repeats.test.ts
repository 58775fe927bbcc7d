import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { FactBuilder } from "../../src/facts/index.js";
import { StraceParser } from "../../src/strace-parser/index.js";
import type { CallRecord } from "../../src/strace-parser/types.js";
import { hostWith } from "./support.js";

/** A record that looks new to whoever asks for its text's number. */
function asNew(record: CallRecord): CallRecord {
  return new Proxy(record, {
    get: (target, key) => (key === "textId" ? undefined : (Reflect.get(target, key, target) as unknown)),
  });
}

function learn(trace: string, everyCallIsNew: boolean): unknown {
  const facts = new FactBuilder({ architecture: "x86-64" });
  const parser = new StraceParser((record) => {
    facts.handle(everyCallIsNew && record.kind === "call" ? asNew(record) : record);
  });
  parser.write(Buffer.from(trace));
  parser.end();
  const { facts: found, evidence, incomplete } = facts.finish(hostWith({}));
  return { found: [...found], evidence, incomplete, query: facts.hostQuery() };
}

const name = fc.constantFrom("a", "b", "d/c", "../e", "tmp.aB3xY9");
const path = fc.oneof(
  name.map((one) => `/srv/${one}`),
  name,
  fc.constantFrom("/proc/self/stat", "/proc/11/stat", "/tmp"),
);
const fd = fc.integer({ min: 3, max: 6 });

const loopback = '{sa_family=AF_INET, sin_port=htons(5300), sin_addr=inet_addr("127.0.0.1")}';

const call = fc.oneof(
  fc
    .tuple(
      path,
      fc.constantFrom("O_RDONLY", "O_WRONLY", "O_RDWR|O_CREAT, 0644", "O_RDWR|O_CREAT|O_EXCL, 0600"),
      fd,
    )
    .map(([at, flags, result]) => `openat(AT_FDCWD, "${at}", ${flags}) = ${result}`),
  path.map((at) => `openat(AT_FDCWD, "${at}", O_RDONLY) = -1 ENOENT (No such file or directory)`),
  fc
    .tuple(fd, name, fd)
    .map(([from, at, result]) => `openat(${from}, "${at}", O_RDONLY|O_CLOEXEC) = ${result}`),
  path.map((at) => `stat("${at}", {st_mode=S_IFREG|0644, ...}) = 0`),
  path.map((at) => `stat("${at}", 0x7ffd) = -1 ENOENT (No such file or directory)`),
  path.map((at) => `access("${at}", W_OK) = 0`),
  path.map((at) => `mkdir("${at}", 0700) = 0`),
  path.map((at) => `unlink("${at}") = 0`),
  path.map((at) => `chmod("${at}", 0600) = 0`),
  path.map((at) => `chdir("${at}") = 0`),
  fc.tuple(path, path).map(([from, to]) => `rename("${from}", "${to}") = 0`),
  fd.map((one) => `fchmod(${one}, 0600) = 0`),
  fd.map((one) => `close(${one}) = 0`),
  fd.map((one) => `setsockopt(${one}, SOL_SOCKET, SO_MARK, [1], 4) = 0`),
  fd.map((one) => `setsockopt(${one}, SOL_SOCKET, SO_BINDTODEVICE, "lo\\0", 3) = 0`),
  fd.map((one) => `socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = ${one}`),
  fd.map((one) => `accept4(9, {sa_family=AF_UNIX}, [110 => 2], SOCK_CLOEXEC) = ${one}`),
  fd.map((one) => `socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = ${one}`),
  fd.map((one) => `bind(${one}, ${loopback}, 16) = 0`),
  fd.map((one) => `connect(${one}, ${loopback}, 16) = 0`),
  fd.map((one) => `getsockname(${one}, ${loopback}, [16]) = 0`),
  fd.map((one) => `recvfrom(${one}, "x", 9, 0, ${loopback}, [16]) = 1`),
  fd.map((one) => `accept4(${one}, ${loopback}, [16], 0) = 7`),
  fc.constantFrom("umask(022) = 077", "umask(077) = 022", "kill(99, SIGTERM) = 0"),
  fc.constantFrom("setresuid(33, 33, 33) = 0", 'execve("/bin/x", ["x"], 0x7ffd /* 0 vars */) = 0'),
);

const lines = fc.array(fc.tuple(fc.constantFrom(10, 11), call), { minLength: 1, maxLength: 60 });

testProp("calls that come again give the same facts and counts as if each was new", [lines], (t, calls) => {
  const start = [
    '10 execve("/srv/app", ["app"], 0x7ffd /* 0 vars */) = 0',
    "10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 11",
    '10 chdir("/srv") = 0',
    '11 chdir("/srv") = 0',
  ];
  const trace = [...start, ...calls.map(([pid, text]) => `${pid} ${text}`)].join("\n");
  t.deepEqual(learn(`${trace}\n`, false), learn(`${trace}\n`, true));
});

test("binding each of many sockets to a device is not binding one of them twice", (t) => {
  const once = [
    "10 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3",
    '10 setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "lo\\0", 3) = 0',
    "10 close(3) = 0",
  ];
  const trace = [
    '10 execve("/srv/app", ["app"], 0x7ffd /* 0 vars */) = 0',
    ...once,
    ...once,
    ...once,
    "",
  ].join("\n");
  const learned = learn(trace, false);
  t.deepEqual(learned, learn(trace, true));
  t.false(JSON.stringify(learned).includes("CAP_NET_RAW"));
});
