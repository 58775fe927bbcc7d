import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { parseKernelLog } from "../../src/deployment/seccomp-records.js";

/** As Linux 6.18 wrote it on a machine of the testbed. */
const line =
  'audit: type=1326 audit(1795409445.704:272): auid=4294967295 uid=1 gid=1 ses=4294967295 pid=8228 comm="python3" exe="/usr/bin/python3.11" sig=0 arch=c000003e syscall=63 compat=0 ip=0x7f7736f50b07 code=0x7ffc0000';

const record = {
  time: 1795409445704,
  serial: 272,
  pid: 8228,
  uid: 1,
  comm: "python3",
  exe: "/usr/bin/python3.11",
  signal: 0,
  arch: "c000003e",
  syscall: 63,
  wasLetThrough: true,
};

test("a record is read with whatever stamp the log puts before it", (t) => {
  for (const prefix of [
    "",
    "[36759.807256] ",
    "[    0.807256] ",
    "<5>[36759.807256] ",
    "Nov 23 04:50:45 host kernel: ",
    "2026-11-23T04:50:45+0000 host kernel: ",
    "2026-11-23T04:50:45.123456+00:00 host kernel: [36759.807256] ",
  ]) {
    t.deepEqual(parseKernelLog([`${prefix}${line}`]).records, [record], prefix);
  }
});

test("the log of auditd is read, with the labels of security modules and the names that it adds", (t) => {
  const rest =
    'auid=4294967295 uid=1 gid=1 ses=4294967295 subj=/usr/bin/x (enforce) pid=8228 comm="python3" exe="/usr/bin/python3.11" sig=0 arch=c000003e syscall=63 compat=0 ip=0x7f77 code=0x7ffc0000';
  t.deepEqual(
    parseKernelLog([`type=SECCOMP msg=audit(1795409445.704:272): ${rest}\u001dARCH=x86_64 SYSCALL=uname`])
      .records,
    [record],
  );
});

test("what a program writes to a log is not taken for a record of the kernel", (t) => {
  const forged = [
    `Nov 23 04:50:45 host evil[12]: ${line}`,
    `Nov 23 04:50:45 host evil[12]: kernel: ${line}`,
    // Facility 1: a program wrote to /dev/kmsg.
    `<13>[36759.807256] ${line}`,
    `evil: ${line}`,
    line.replace("type=1326", "type=1327"),
  ];
  t.deepEqual(parseKernelLog(forged).records, []);
});

test("a name or path with anything odd in it is in hexadecimal digits, and cannot add fields", (t) => {
  const odd = line
    .replace('comm="python3"', "comm=6120223D207369673D39")
    .replace('exe="/usr/bin/python3.11"', "exe=2F6D656D66643A783836202864656C6574656429");
  const [read] = parseKernelLog([odd]).records;
  t.is(read?.comm, 'a "= sig=9');
  t.is(read?.exe, "/memfd:x86 (deleted)");
  t.is(read?.signal, 0);
});

test("a call that a process was killed for was not let through", (t) => {
  const kill = line.replace("sig=0", "sig=31").replace("0x7ffc0000", "0x80000000");
  const [read] = parseKernelLog([kill]).records;
  t.is(read?.signal, 31);
  t.false(read?.wasLetThrough);
});

test("a log that is read from two places counts once, and in order of time", (t) => {
  const later = line.replace("704:272", "705:273");
  const { records } = parseKernelLog([later, line, `[1.0] ${line}`, later]);
  t.deepEqual(
    records.map(({ serial }) => serial),
    [272, 273],
  );
});

test("what the kernel left out is counted, and when it was at the latest", (t) => {
  const { gaps } = parseKernelLog([
    "[1.0] kauditd_printk_skb: 1991 callbacks suppressed",
    `[2.0] ${line}`,
    "[3.0] kauditd_printk_skb: 2 callbacks suppressed",
    "[3.0] show_signal: 98 callbacks suppressed",
  ]);
  t.deepEqual(gaps, [{ count: 1991, before: record.time }, { count: 2 }]);
});

/** audit_log_untrustedstring() in kernel/audit.c: quotes, unless there is a quote, a control, a space or beyond ASCII. */
function asAudit(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.every((byte) => byte !== 0x22 && byte >= 0x21 && byte <= 0x7e)
    ? `"${text}"`
    : bytes.toString("hex").toUpperCase();
}

testProp(
  "whatever a process calls itself and its program, that is read back, and nothing else of the record changes",
  [fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme", minLength: 1 })],
  (t, comm, exe) => {
    const text = line
      .replace('"python3"', () => asAudit(comm))
      .replace('"/usr/bin/python3.11"', () => asAudit(exe));
    t.deepEqual(parseKernelLog([text]).records, [{ ...record, comm, exe }]);
  },
);

testProp("no text makes the parser fail", [fc.array(fc.string({ unit: "binary" }))], (t, lines) => {
  t.notThrows(() => parseKernelLog(lines));
});
