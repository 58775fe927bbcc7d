import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { parseStat, processStatus } from "../../src/systemd/process.js";

const rest = "S 1 42 42 0 -1 4194560 100 0 0 0 0 0 0 0 20 0 1 0 987654 1000 10";

test("a process is named for good by its pid and start time", (t) => {
  t.deepEqual(parseStat(`42 (sleep) ${rest}\n`), {
    pid: 42,
    comm: "sleep",
    state: "S",
    parent: 1,
    startTime: "987654",
  });
});

test("a name that looks like the rest of the line deceives nobody", (t) => {
  const status = parseStat(`42 (a) R 7 (b) ${rest}\n`);
  t.is(status?.comm, "a) R 7 (b");
  t.is(status?.parent, 1);
});

test("this process is there, and one that cannot be is not", async (t) => {
  t.is((await processStatus(process.pid))?.parent, process.ppid);
  t.is(await processStatus(0x7fff_ffff), undefined);
});

testProp("any other text is no process", [fc.string()], (t, text) => {
  t.notThrows(() => parseStat(text));
});
