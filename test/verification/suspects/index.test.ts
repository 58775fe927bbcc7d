import test from "ava";
import { rules } from "../../../src/verification/suspects/index.js";
import { rows } from "./rows/index.js";
import { suspects } from "./support.js";

const names = (dropIn: string, line: string, at = {}) =>
  suspects(dropIn, line, at).map(({ directive }) => directive);

for (const [index, { dropIn, line, at, suspects: expected }] of rows.entries()) {
  const blamed = expected.length === 0 ? "not the sandbox" : expected.join(" or ");
  test(`${index}: under ${dropIn}, ${line} is blamed on ${blamed}`, (t) => {
    t.deepEqual(names(dropIn, line, at), expected);
  });
}

test("every directive with a rule has a row in which it is to blame", (t) => {
  const blamed = new Set(rows.flatMap((row) => row.suspects));
  const alike = new Set([
    "AppArmorProfile",
    "SELinuxContext",
    "SmackProcessLabel",
    "Group",
    "SupplementaryGroups",
    "StateDirectoryMode",
    "CacheDirectoryMode",
    "LogsDirectoryMode",
    "RuntimeDirectoryMode",
    "ConfigurationDirectoryMode",
    "IPIngressFilterPath",
    "BPFProgram",
    "LimitMEMLOCK",
    "LimitNICE",
    "LimitRTPRIO",
  ]);
  const missing = rules
    .map(({ directive }) => directive)
    .filter((one) => !blamed.has(one) && !alike.has(one));
  t.deepEqual([...new Set(missing)], []);
});

test("a filter refuses before anything else is asked", (t) => {
  const all = "SystemCallFilter=read; SystemCallErrorNumber=EPERM; CapabilityBoundingSet=; PrivateUsers=yes";
  const line = 'chown("/srv/f", 1, 1) = -1 EPERM (Operation not permitted)';
  const found = suspects(all, line, { paths: ["/srv/f"] });
  t.deepEqual(
    found.map(({ directive }) => directive),
    ["SystemCallFilter", "SystemCallErrorNumber"],
  );
  t.true(found.every(({ isSole }) => isSole));
});

test("two directives that may both have done it are no certainty", (t) => {
  const found = suspects(
    "CapabilityBoundingSet=; PrivateUsers=yes",
    "setgroups(0, []) = -1 EPERM (Operation not permitted)",
  );
  t.deepEqual(
    found.map(({ directive, isSole }) => [directive, isSole]),
    [
      ["CapabilityBoundingSet", false],
      ["PrivateUsers", false],
    ],
  );
});

test("what belongs together is one suspect", (t) => {
  const found = suspects(
    "ProtectSystem=strict; ReadWritePaths=/run",
    'mkdir("/srv/x", 0755) = -1 EROFS (Read-only file system)',
    { paths: ["/srv/x"] },
  );
  t.true(found.length === 2 && found.every(({ isSole }) => isSole));
});

test("the unit itself is suspected behind the drop-in", (t) => {
  const unit = {
    properties: { ProtectSystem: "strict", InaccessiblePaths: "/srv", CapabilityBoundingSet: "" },
  };
  const line = 'mkdir("/srv/x", 0755) = -1 EROFS (Read-only file system)';
  const found = suspects("ReadOnlyPaths=/srv", line, { unit, paths: ["/srv/x"] });
  t.deepEqual(
    found.map(({ directive, ofUnit }) => [directive, ofUnit === true]),
    [
      ["ReadOnlyPaths", false],
      ["ProtectSystem", true],
      ["InaccessiblePaths", true],
    ],
  );
});

test("what the drop-in resets is no longer the unit's", (t) => {
  const unit = {
    properties: { InaccessiblePaths: "/srv", SystemCallFilter: "~mkdir", SystemCallErrorNumber: "1" },
  };
  const line = 'mkdir("/srv/x", 0755) = -1 EROFS (Read-only file system)';
  t.deepEqual(names("InaccessiblePaths=", line, { unit, paths: ["/srv/x"] }), []);
  t.deepEqual(names("InaccessiblePaths=/opt", line, { unit, paths: ["/srv/x"] }), ["InaccessiblePaths"]);
  const denied = 'mkdir("/x", 0755) = -1 EPERM (Operation not permitted)';
  t.deepEqual(names("UMask=0022", denied, { unit, paths: ["/x"] }), ["SystemCallFilter"]);
  t.deepEqual(names("SystemCallFilter=", denied, { unit, paths: ["/x"] }), []);
});

test("each suspect says how it refuses", (t) => {
  for (const { dropIn, line, at } of rows)
    for (const { directive, how } of suspects(dropIn, line, at)) t.not(how, "", directive);
});
