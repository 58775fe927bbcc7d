import test from "ava";
import { setList, set, withhold } from "../../src/directives/decision.js";
import type { Decision } from "../../src/directives/types.js";
import { changedSettings } from "../../src/verification/differences.js";

const decisions: readonly Decision[] = [
  set("ProtectSystem", "strict", "."),
  setList("ReadWritePaths", ["/run", "/var/lib/a"], ".", []),
  setList("SystemCallFilter", ["read write", "close", "~clone3:ENOSYS"], ".", []),
  set("ProtectHome", "read-only", "."),
  set("RestrictNamespaces", "yes", "."),
  setList("CapabilityBoundingSet", ["CAP_KILL CAP_CHOWN"], ".", []),
  setList("InaccessiblePaths", ["/srv"], ".", []),
  set("UMask", "0022", "."),
  set("DevicePolicy", "closed", "."),
  setList("DeviceAllow", ["/dev/fuse rw"], ".", []),
  withhold("PrivateNetwork", "unsafe", "."),
  withhold("IPAddressDeny", "operator", "."),
  withhold("RestrictAddressFamilies", "operator", "."),
];

const text = `[Service]
ProtectSystem=strict
ReadWritePaths=
ReadWritePaths=/run
ReadWritePaths=/var/lib/a
SystemCallFilter=
SystemCallFilter=read write
SystemCallFilter=close
SystemCallFilter=~clone3:ENOSYS
ProtectHome=read-only
RestrictNamespaces=yes
CapabilityBoundingSet=
CapabilityBoundingSet=CAP_KILL CAP_CHOWN
InaccessiblePaths=
InaccessiblePaths=/srv
UMask=0022
DevicePolicy=closed
DeviceAllow=
DeviceAllow=/dev/fuse rw
`;

const changed = (from: string) =>
  changedSettings(from, decisions).map(({ directive, relation }) => `${directive} ${relation}`);

test("what was decided is not changed, however its words are spread over lines", (t) => {
  t.deepEqual(changed(text), []);
  t.deepEqual(
    changed(text.replace("/run\nReadWritePaths=", "/run  ").replace("read write\n", "write read\n")),
    [],
  );
});

const rows: readonly (readonly [title: string, from: string, to: string, expected: readonly string[]])[] = [
  ["a writable path is missing", "ReadWritePaths=/run\n", "", ["ReadWritePaths tighter"]],
  [
    "no path is writable",
    "ReadWritePaths=\nReadWritePaths=/run\nReadWritePaths=/var/lib/a\n",
    "",
    ["ReadWritePaths tighter"],
  ],
  ["another path is writable", "ReadWritePaths=/run\n", "ReadWritePaths=/etc\n", ["ReadWritePaths other"]],
  ["one more path is writable", "ReadWritePaths=/run\n", "ReadWritePaths=/run /etc\n", []],
  ["a call is missing", "read write", "read", ["SystemCallFilter tighter"]],
  ["a call is taken away again", "~clone3:ENOSYS", "~clone3:ENOSYS write", ["SystemCallFilter tighter"]],
  [
    "an allow-list is a deny-list",
    "SystemCallFilter=read write\nSystemCallFilter=close\n",
    "",
    ["SystemCallFilter tighter"],
  ],
  ["an enumeration is tighter", "ProtectHome=read-only", "ProtectHome=yes", ["ProtectHome tighter"]],
  ["an enumeration is looser", "ProtectHome=read-only", "ProtectHome=no", []],
  ["a capability is missing", "CAP_KILL ", "", ["CapabilityBoundingSet tighter"]],
  [
    "a capability is denied",
    "CAP_KILL CAP_CHOWN\n",
    "CAP_KILL CAP_CHOWN\nCapabilityBoundingSet=~CAP_KILL\n",
    ["CapabilityBoundingSet tighter"],
  ],
  ["more is hidden", "InaccessiblePaths=/srv", "InaccessiblePaths=/srv /opt", ["InaccessiblePaths tighter"]],
  ["less is hidden", "InaccessiblePaths=/srv\n", "", []],
  ["another mask", "UMask=0022", "UMask=0077", ["UMask other"]],
  ["namespaces are restricted by name", "RestrictNamespaces=yes", "RestrictNamespaces=ipc", []],
  ["a device is missing", "DeviceAllow=/dev/fuse rw\n", "", ["DeviceAllow tighter"]],
  ["a device policy is lifted", "DevicePolicy=closed", "DevicePolicy=auto", []],
  ["what was withheld is set", "[Service]\n", "[Service]\nPrivateNetwork=1\n", ["PrivateNetwork tighter"]],
  ["what was withheld is off", "[Service]\n", "[Service]\nPrivateNetwork=off\n", []],
  ["addresses are denied", "[Service]\n", "[Service]\nIPAddressDeny=any\n", ["IPAddressDeny tighter"]],
  [
    "a list is new",
    "[Service]\n",
    "[Service]\nRestrictAddressFamilies=AF_UNIX\n",
    ["RestrictAddressFamilies tighter"],
  ],
  ["a list is lifted", "[Service]\n", "[Service]\nRestrictAddressFamilies=\n", []],
  ["something else than the sandbox is set", "[Service]\n", "[Service]\nEnvironment=A=1\nRestart=no\n", []],
  ["the unit's own list is added to", "InaccessiblePaths=\n", "", ["InaccessiblePaths other"]],
  ["a limit is new", "[Service]\n", "[Service]\nLimitNPROC=1\n", ["LimitNPROC other"]],
];

for (const [title, from, to, expected] of rows)
  test(`${title}: ${expected.join() || "nothing more is refused"}`, (t) => {
    t.true(text.includes(from));
    t.deepEqual(changed(text.replace(from, to)), expected);
  });

test("exceptions from what is not set need not be there", (t) => {
  t.deepEqual(changed("[Service]\n"), []);
});

test("the decided values are there to be put back", (t) => {
  const [only] = changedSettings(text.replace("ReadWritePaths=/run\n", ""), decisions);
  t.deepEqual(only?.from, ["", "/var/lib/a"]);
  t.deepEqual(only?.to, ["", "/run", "/var/lib/a"]);
});
