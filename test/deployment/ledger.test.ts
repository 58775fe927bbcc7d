import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  type Installed,
  type Intent,
  parseInstalled,
  parseIntent,
  toInstall,
  toRevert,
  wasMade,
} from "../../src/deployment/ledger.js";

const how = { at: "2026-01-01T00:00:00.000Z", proved: true };

function recordOf({ record }: Intent): Installed {
  if (record === null) throw new TypeError("nothing is installed");
  return record;
}

test("what was there before the first installation is there after the revert, byte for byte", (t) => {
  const byHand = "# Sandbox of x, …\n\n";
  const record = recordOf(toInstall("new", byHand, undefined, how));
  t.deepEqual(toRevert(record), { goal: byHand, record: null });
});

test("where there was nothing, the drop-in is removed", (t) => {
  t.deepEqual(toRevert(recordOf(toInstall("new", null, undefined, how))), { goal: null, record: null });
});

test("one installation after the other is taken back in the reverse order", (t) => {
  const first = recordOf(toInstall("one", "by hand", undefined, how));
  const second = recordOf(toInstall("two", "one", first, { ...how, proved: false }));
  const back = toRevert(second);
  t.deepEqual(back, { goal: "one", record: first });
  t.deepEqual(toRevert(recordOf(back)), { goal: "by hand", record: null });
});

test("the same installed again is one step, not two", (t) => {
  const first = recordOf(toInstall("one", null, undefined, { ...how, proved: false }));
  const again = recordOf(toInstall("one", "one", first, how));
  t.true(again.proved);
  t.deepEqual(toRevert(again), { goal: null, record: null });
});

test("a drop-in that was edited by hand since is what is put back", (t) => {
  const first = recordOf(toInstall("one", null, undefined, how));
  t.is(toRevert(recordOf(toInstall("two", "one, edited", first, how))).goal, "one, edited");
});

testProp(
  "however often it is installed, the last revert ends at what had been there first, and little is stored",
  [fc.option(fc.string()), fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 })],
  (t, before, texts) => {
    let current = before;
    let installed: Installed | undefined;
    for (const text of texts.filter((each) => each !== before)) {
      installed = recordOf(toInstall(text, current, installed, how));
      current = text;
    }
    t.true((installed?.earlier.length ?? 0) <= 8);
    while (installed !== undefined) {
      const intent = toRevert(installed);
      current = intent.goal;
      installed = intent.record ?? undefined;
    }
    t.is(current, before);
  },
);

testProp(
  "a change that was cut short is known to be made or not by what the file holds",
  [fc.string(), fc.option(fc.string())],
  (t, text, current) => {
    const intent = parseIntent(JSON.stringify(toInstall(text, current, undefined, how)));
    t.is(wasMade(intent, current), current === text);
    t.true(wasMade(intent, text));
    t.deepEqual(parseInstalled(JSON.stringify(intent.record)), recordOf(intent));
  },
);

test("a damaged record is refused", (t) => {
  t.throws(() => parseInstalled("{"));
  t.throws(() => parseInstalled('{"text": "x"}'));
});
