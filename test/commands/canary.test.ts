import test from "ava";
import { parseSince } from "../../src/commands/canary.js";

test("--since takes how long ago it was, or a date", (t) => {
  const hour = 3_600_000;
  t.true(Math.abs(parseSince("1h") - (Date.now() - hour)) < 1000);
  t.is(parseSince("2026-01-31T12:00:00Z"), Date.UTC(2026, 0, 31, 12));
  for (const text of ["", "yesterday", "2026-99-99", "-1h"])
    t.throws(() => parseSince(text), undefined, text);
});
