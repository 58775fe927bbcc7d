import test from "ava";
import { tracerComplaints, unparsedLines } from "../../src/learning/incomplete.js";

const end = { code: 0, signal: null, stderr: "", detached: false };
const summary = { bytes: 0, lines: 9, counts: [], truncatedEnd: false };

test("a tracer that saw everything to its end is no reason", (t) => {
  t.deepEqual(tracerComplaints(end, 0), []);
  t.deepEqual(tracerComplaints({ ...end, code: 130, detached: true }, 3), []);
});

test("a tracer that died first is, with how it died", (t) => {
  t.deepEqual(tracerComplaints({ ...end, code: null, signal: "SIGKILL" }, 2), [
    "strace ended by SIGKILL before what it traced (2 still running)",
  ]);
});

test("what strace complained about is told, but not its small talk, and safe to print", (t) => {
  const stderr = "strace: Process 7 attached\nstrace: /run/\x1b[2J: No space left on device\nstrace: again\n";
  t.deepEqual(tracerComplaints({ ...end, stderr }, 0), [
    "strace said: strace: /run/\\x1b[2J: No space left on device (and 1 more)",
  ]);
});

test("lines that were not understood are counted, with one as an example", (t) => {
  t.deepEqual(unparsedLines({ ...summary, unparsed: { lines: 0, examples: [] } }), []);
  const examples = [{ line: 4, text: `\x07${"x".repeat(500)}` }];
  const [reason = ""] = unparsedLines({ ...summary, unparsed: { lines: 2, examples } });
  t.regex(reason, /^2 of 9 lines of the trace were not understood, line 4: \\x07x+$/);
  t.true(reason.length < 250);
});
