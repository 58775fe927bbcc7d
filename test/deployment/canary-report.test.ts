import test from "ava";
import { reportCanary, type Suspects } from "../../src/deployment/canary-report.js";
import type { SeccompRecord } from "../../src/deployment/seccomp-records.js";

const installed = 1_000_000;

const uname: SeccompRecord = {
  time: installed + 5,
  serial: 1,
  pid: 7,
  uid: 0,
  comm: "d",
  exe: "/usr/bin/d",
  signal: 0,
  arch: "c000003e",
  syscall: 63,
  wasLetThrough: true,
};

const suspects: Suspects = {
  since: installed,
  processes: new Map(),
  programs: new Set(["/usr/bin/d"]),
  isOnly: false,
};

function report(records: readonly SeccompRecord[], changes: Partial<Suspects> = {}) {
  return reportCanary({ records, gaps: [] }, { ...suspects, ...changes });
}

test("calls are counted by name, with the programs that made them and when", (t) => {
  const { calls, others } = report([uname, { ...uname, time: installed + 2000, serial: 2 }]);
  t.deepEqual(others, []);
  t.deepEqual(calls, [
    {
      call: "uname",
      architecture: "x86-64",
      isKnown: true,
      count: 2,
      first: "1970-01-01T00:16:40.005Z",
      last: "1970-01-01T00:16:42.000Z",
      programs: [{ exe: "/usr/bin/d", count: 2, attribution: "program" }],
    },
  ]);
});

test("what was before the canary, what killed, and what systemd does to set the service up are not counted", (t) => {
  const { calls, others } = report([
    { ...uname, time: installed - 1 },
    { ...uname, wasLetThrough: false, signal: 31 },
    { ...uname, comm: "(d)", exe: "/usr/lib/systemd/systemd" },
    { ...uname, comm: "(d)", exe: "/usr/lib/systemd/systemd-executor" },
  ]);
  t.deepEqual([calls, others], [[], []]);
});

test("a process of the unit is sure, if it is not one that has the number of an earlier one", (t) => {
  const stranger = { ...uname, exe: "/usr/bin/other" };
  const attribution = (started: number) =>
    report([stranger], { processes: new Map([[7, started]]) }).calls[0]?.programs[0]?.attribution;
  t.is(attribution(installed), "process");
  t.is(attribution(installed + 60_000), undefined);
});

test("a program that the unit is not known for counts only where nobody else logs calls", (t) => {
  const stranger = { ...uname, exe: "/bin/sh" };
  t.deepEqual(report([stranger]).others, [{ exe: "/bin/sh", count: 1 }]);
  t.is(report([stranger], { isOnly: true }).calls[0]?.programs[0]?.attribution, "only");
});

test("a program that was updated while it ran is known by its path", (t) => {
  t.is(report([{ ...uname, exe: "/usr/bin/d (deleted)" }]).calls[0]?.programs[0]?.exe, "/usr/bin/d");
});

test("what the kernel left out counts from the installation on", (t) => {
  const gaps = [{ count: 5, before: installed - 1 }, { count: 7, before: installed + 1 }, { count: 2 }];
  t.is(reportCanary({ records: [], gaps }, suspects).missed, 9);
});
