import test from "ava";
import { families } from "../../src/directives/families.js";
import { decide, directives } from "../../src/directives/index.js";
import type { Fact } from "../../src/facts/types.js";
import { call, calls, file, outcome, setuidHelper, situation } from "./context.js";

const openat2: Fact = { kind: "mode", operation: "openat2", bits: "openat2" };

test("every directive of the table is decided exactly once, whatever the service did", (t) => {
  const names = directives.flatMap((directive) => directive.names);
  t.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  for (const given of [
    {},
    { facts: [setuidHelper, ...calls("mount read")] },
    { facts: [setuidHelper], target: 252, unit: { user: "www" } },
  ]) {
    const decided = decide(situation(given)).map(({ directive }) => directive);
    t.deepEqual(decided.slice(0, names.length), names);
    t.is(new Set(decided).size, decided.length);
  }
});

test("every directive has its place in the drop-in", (t) => {
  t.deepEqual(
    families.flatMap((family) => family.directives).toSorted(),
    directives.flatMap(({ names }) => names).toSorted(),
  );
});

test("no value is weaker than what the unit ships", (t) => {
  const properties = { ProtectSystem: "full", PrivateDevices: "yes", NoNewPrivileges: "yes" };
  const decisions = decide(
    situation({ facts: [setuidHelper, file("write", "/dev/net/tun"), call("read")], unit: { properties } }),
  );
  t.deepEqual(outcome(decisions, "PrivateDevices"), ["unsafe"]);
  const why = decisions.find(({ directive }) => directive === "NoNewPrivileges")?.why;
  t.is(
    why,
    "kept as the unit ships it, NoNewPrivileges=yes, although the service gains rights by the setuid bit of /usr/bin/helper.",
  );
});

test("a named file that is left in /tmp is told, because nobody else will see it any more", (t) => {
  const made = [
    file("create", "/tmp/report.txt", "file"),
    file("create", "/tmp/work-{random}", "file"),
    file("create", "/tmp/x.lock", "file"),
    file("delete", "/tmp/x.lock"),
  ];
  const [decision] = decide(situation({ facts: made })).filter(({ directive }) => directive === "PrivateTmp");
  t.is(
    decision?.why,
    "/tmp and /var/tmp hold only what the service itself makes there; others no longer find what it leaves, /tmp/report.txt.",
  );
});

test("advice for an operator has the exact lines", (t) => {
  const [decision] = decide(situation({ facts: [openat2] })).filter(
    ({ directive }) => directive === "RestrictSUIDSGID",
  );
  t.deepEqual(
    decision?.advice?.flatMap(({ lines }) => lines),
    ["RestrictSUIDSGID=yes"],
  );
});
