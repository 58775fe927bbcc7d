import test from "ava";
import { parseJournal } from "../../../src/verification/symptoms/journal.js";

test("fields that are missing are empty, bytes and repeated fields are text", (t) => {
  const lines = [
    '{"__CURSOR":"s=1","MESSAGE":"hello","_PID":"1"}',
    '{"__CURSOR":"s=2","MESSAGE":[104,105],"_PID":["7","8"]}',
    '{"__CURSOR":"s=3","MESSAGE":null}',
  ];
  const entries = parseJournal(`${lines.join("\n")}\n`);
  t.deepEqual(
    entries.map(({ cursor, message, pid, result }) => [cursor, message, pid, result]),
    [
      ["s=1", "hello", "1", ""],
      ["s=2", "hi", "7", ""],
      ["s=3", "", "", ""],
    ],
  );
});

test("what is no entry is left out", (t) => {
  t.deepEqual(parseJournal("-- No entries --\n\n{broken\n[1]\n"), []);
});
