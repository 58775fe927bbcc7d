import test from "ava";
import { Crowds } from "../../src/facts/crowds.js";
import { RecentMap } from "../../src/facts/recent.js";

test("names in a directory are told apart until there are too many", (t) => {
  const crowded: string[] = [];
  const crowds = new Crowds((directory) => crowded.push(directory));
  for (let i = 0; i < 1000; i++) t.is(crowds.note(`/spool/n${i}`), `/spool/n${i}`);
  t.is(crowds.note("/spool/other"), "/spool/{random}");
  t.deepEqual(crowded, ["/spool"]);
  t.is(crowds.fold("/spool/n1/deep/file"), "/spool/{random}/deep/file");
  t.is(crowds.fold("/spoolx/n1"), "/spoolx/n1");
});

test("names below crowded directories are counted together", (t) => {
  const crowds = new Crowds(() => undefined);
  for (let i = 0; i < 5000; i++) crowds.note(`/spool/d${i}`);
  const kept = new Set<string>();
  for (let i = 0; i < 5000; i++) kept.add(crowds.note(`/spool/d${i}/f${i}`));
  t.true(kept.size <= 1001);
});

test("what was set last is remembered, what was set long ago is forgotten", (t) => {
  const map = new RecentMap<number>(100);
  for (let i = 0; i < 1000; i++) map.set(`${i}`, i);
  t.is(map.get("999"), 999);
  t.is(map.get("900"), 900);
  t.is(map.get("0"), undefined);
  t.true(map.entries().length <= 200);
  t.true(map.delete("999"));
  t.is(map.get("999"), undefined);
});
