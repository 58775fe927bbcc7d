import test from "ava";
import { lookUpAccounts, parseGroup, parseInitgroups, parseUser } from "../../src/host/users.js";

test("when root is looked up then it is known by name and group, also if nobody asked for it", async (t) => {
  const accounts = await lookUpAccounts([], []);
  t.is(accounts.users["0"], "root");
  t.is(accounts.groups["0"], "root");
  t.true(accounts.memberships["0"]?.includes(0));
});

test("when an id is unknown then it is left out and the others are still there", async (t) => {
  const accounts = await lookUpAccounts([4_000_000_000, 0], [4_000_000_001]);
  t.deepEqual(Object.keys(accounts.users), ["0"]);
  t.deepEqual(Object.keys(accounts.groups), ["0"]);
});

test("when lines of the user database are read then what is none is skipped", (t) => {
  t.deepEqual(parseUser("redis:x:107:114::/var/lib/redis:/usr/sbin/nologin"), [
    { name: "redis", uid: 107, gid: 114 },
  ]);
  t.deepEqual(["", "+::::::", "a:b", "x:x:-1:0::/:"].flatMap(parseUser), []);
  t.deepEqual(parseGroup("adm:x:4:syslog,alice"), [{ name: "adm", gid: 4, members: ["syslog", "alice"] }]);
  t.deepEqual(parseGroup("empty:x:5:"), [{ name: "empty", gid: 5, members: [] }]);
});

test("when getent initgroups lists groups then they belong to the name before them", (t) => {
  const groups = parseInitgroups("nobody               \nalice                 1000 4 27\n");
  t.deepEqual(groups.get("nobody"), []);
  t.deepEqual(groups.get("alice"), [1000, 4, 27]);
});
