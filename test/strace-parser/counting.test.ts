import test from "ava";
import { StraceParser } from "../../src/strace-parser/index.js";
import { calls, parse, parseChunks } from "./parse.js";

test("of calls that are not wanted in full, the first of each kind is delivered and the others counted", (t) => {
  const trace = [
    "1 read(3, 1) = 1",
    "1 read(3, 2) = 1",
    "1 read(3, 3) = -1 EAGAIN (Resource temporarily unavailable)",
    "1 read(3, 4) = -1 EINTR (Interrupted system call)",
    "1 read(3, 5) = -1 EAGAIN (Resource temporarily unavailable)",
    "2 read(3, 6) = 1",
    "1 open(7) = 1",
    "1 open(8) = 1",
    "1 read(9 <unfinished ...>",
    "1 <... read resumed>) = 1",
    "1 [ Process PID=1 runs in 32 bit mode. ]",
    "1 read(10) = 0",
    "1 read(11) = 0",
  ];
  const parsed = parse(`${trace.join("\n")}\n`, { every: new Set(["open"]) });
  t.deepEqual(
    calls(parsed).map(({ line }) => line),
    [1, 3, 4, 6, 7, 8, 12],
  );
  t.deepEqual(parsed.summary.counts, [
    { name: "read", personality: "native", calls: 3 },
    { name: "read", personality: "32", calls: 1 },
  ]);
});

test("an unfinished call of a new kind is delivered whole", (t) => {
  const [call] = calls(
    parse("1 read(3,  <unfinished ...>\n1 <... read resumed>5) = 1\n", { every: new Set() }),
  );
  t.is(call?.text, "read(3, 5) = 1");
});

test("what a program calls is told although the one before it in the same process called it as well", (t) => {
  const trace = [
    "1 capget(1) = 0",
    "1 capget(2) = 0",
    '1 execve("/none", [], 0x1) = -1 ENOENT (No such file or directory)',
    "1 capget(4) = 0",
    '1 execve("/bin/a", [], 0x1) = 0',
    "1 capget(6) = 0",
    "1 capget(7) = 0",
    '1 execve("/bin/b", [], 0x1 <unfinished ...>',
    "1 <... execve resumed>) = 0",
    "1 capget(10) = 0",
  ];
  const parsed = parse(`${trace.join("\n")}\n`, { every: new Set() });
  t.deepEqual(
    calls(parsed).map(({ line }) => line),
    [1, 3, 5, 6, 9, 10],
  );
});

test("by default every record is delivered and nothing counted", (t) => {
  const parsed = parse("1 a() = 0\n".repeat(5));
  t.is(parsed.records.length, 5);
  t.deepEqual(parsed.summary.counts, []);
});

test("names are recognised although the caller uses its buffer again", (t) => {
  const chunks = ["1 aaaa() = 0\n", "1 bbbb() = 0\n", "1 aaaa() = 0\n"].map((line) => Buffer.from(line));
  const { summary } = parseChunks(chunks, { every: new Set() });
  t.deepEqual(summary.counts, [{ name: "aaaa", personality: "native", calls: 1 }]);
});

test("a program that calls numbers without end does not fill the memory: the excess is reported", (t) => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `1 syscall_0x${i.toString(16)}() = 0\n`).join("");
  const parsed = parse(`${lines}1 open() = 0\n`, { every: new Set(["open"]) });
  t.true(parsed.summary.unparsed.lines > 1000);
  t.is(parsed.summary.unparsed.examples.length, 10);
  t.is(calls(parsed).filter(({ name }) => name === "open").length, 1, "what was asked for is never lost");
});

test("bytes and lines are counted", (t) => {
  const { summary } = parse("1 a() = 0\n1 b() = 0");
  t.is(summary.bytes, 19);
  t.is(summary.lines, 2);
});

test("a line without end does not fill the memory, and is counted", (t) => {
  const chunk = Buffer.alloc(4 * 1024 * 1024, "x");
  const { records, summary } = parseChunks([...Array<Buffer>(20).fill(chunk), Buffer.from("\n1 a() = 0\n")]);
  t.is(records.length, 1);
  t.is(summary.unparsed.lines, 1);
  t.is(summary.unparsed.examples[0]?.text.length, 200);
});

test("a line of several chunks is read", (t) => {
  const text = "y".repeat(300_000);
  const whole = Buffer.from(`1 write(1, "${text}", 300000) = 300000\n`);
  const [record] = parseChunks([
    whole.subarray(0, 100_000),
    whole.subarray(100_000, 200_000),
    whole.subarray(200_000),
  ]).records;
  t.is(record?.kind === "call" && record.args[1]?.type === "string" ? record.args[1].value : "", text);
});

test("datagrams with an address are all wanted, what goes through connections is counted", (t) => {
  const address = '{sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.7")}';
  const trace = [
    '1 sendto(3, "}, 16", 5, 0, NULL, 0) = 5',
    '1 sendto(3, "}, 16", 5, 0, NULL, 0) = 5',
    `1 sendto(3, "x", 1, 0, ${address}, 16) = 1`,
    '1 sendto(3, "x", 1, 0, NULL, 0 <unfinished ...>',
    "1 <... sendto resumed>) = 1",
    `1 sendto(3, "x", 1, 0, ${address}, 16 <unfinished ...>`,
    "1 <... sendto resumed>) = 1",
    '1 recvfrom(3, "x", 9, 0, NULL, NULL) = 1',
    '1 recvfrom(3, "x", 9, 0, 0x7ffd, [128 => 0]) = 1',
    `1 recvfrom(3, "x", 9, 0, ${address}, [128 => 16]) = 1`,
    "1 recvfrom(3,  <unfinished ...>",
    `1 <... recvfrom resumed>"x", 9, 0, ${address}, [16]) = 1`,
    "1 recvfrom(3,  <unfinished ...>",
    '1 <... recvfrom resumed>"x", 9, 0, NULL, NULL) = 1',
  ];
  const parsed = parse(`${trace.join("\n")}\n`, {
    every: new Set(),
    addressed: new Set(["sendto", "recvfrom"]),
  });
  t.deepEqual(
    calls(parsed).map(({ line, ordinal }) => [line, ordinal]),
    [
      [1, 1],
      [3, 3],
      [7, 5],
      [8, 6],
      [10, 8],
      [12, 9],
    ],
  );
});

test("when an error is wanted then each call that fails with it is delivered, and no other", (t) => {
  const refused = "read(3, 0x1, 1) = -1 EPERM (Operation not permitted)";
  const later = "read(3, 0x1, 1) = -1 EAGAIN (Resource temporarily unavailable)";
  const trace = [refused, later, refused, later, 'read(3, "x", 1) = 1', 'read(3, "x", 1) = 1', refused];
  const parsed = parse(`${trace.join("\n")}\n`, { every: new Set(), errnos: new Set(["EROFS", "EPERM"]) });
  t.deepEqual(
    calls(parsed).map(({ line }) => line),
    [1, 2, 3, 5, 7],
  );
});

test("when it starts over, the first call of each kind is delivered once more", (t) => {
  const lines: number[] = [];
  const parser = new StraceParser(
    (record) => {
      lines.push(record.line);
    },
    { every: new Set() },
  );
  parser.write(Buffer.from("1 read(1) = 1\n1 read(2) = 1\n2 read(3) = 1\n"));
  parser.startOver();
  parser.write(Buffer.from("1 read(4) = 1\n1 read(5) = 1\n2 read(6) = 1\n"));
  t.deepEqual(parser.end().counts, [{ name: "read", personality: "native", calls: 2 }]);
  t.deepEqual(lines, [1, 3, 4, 6]);
});
