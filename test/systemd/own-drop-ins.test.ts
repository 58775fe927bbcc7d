import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { type DropInMeta, isOurs, renderDropIn } from "../../src/systemd/dropin.js";
import { describeSetAside, identityOf } from "../../src/systemd/own-drop-ins.js";
import { standInDropIn } from "../../src/systemd/paths.js";

const meta: DropInMeta = {
  unit: "thing.service",
  target: 257,
  manager: "system",
  posture: "strict",
  adoptAdvice: false,
  breadth: "exact",
  evidence: [],
  assumed: [],
  incomplete: [],
};

const unitName = fc.stringMatching(/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,200}$/);

testProp(
  "every drop-in that is written is known again, however long the unit's name is",
  [unitName],
  (t, name) => {
    t.true(isOurs(renderDropIn([], { ...meta, unit: `${name}.service` })));
  },
);

test("a drop-in that only speaks of a learned one is not taken for one", (t) => {
  const header = renderDropIn([], meta);
  t.false(isOurs(""));
  t.false(isOurs(`# Mine, over the one below.\n${header}`));
  t.false(isOurs("# Sandbox of thing.service, learned the hard way\n[Service]\nPrivateTmp=yes\n"));
  t.false(
    isOurs("# Written by the sandbox profiler while it learns this unit; gone when it has finished.\n"),
  );
});

test("of an installed drop-in the identity stays in force, and nothing that confines", (t) => {
  const text = `# Sandbox of thing.service, learned by profile (sandbox-profiler) from what the service did.
[Service]
# StateDirectory=comment
DynamicUser=yes
AmbientCapabilities=
AmbientCapabilities=CAP_NET_BIND_SERVICE
StateDirectory=thing
StateDirectory=other
ProtectSystem=strict
TemporaryFileSystem=/:ro
ReadWritePaths=/srv
`;
  t.deepEqual(identityOf(text), [
    { directive: "DynamicUser", values: ["yes"] },
    { directive: "AmbientCapabilities", values: ["", "CAP_NET_BIND_SERVICE"] },
    { directive: "StateDirectory", values: ["thing", "other"] },
  ]);
});

test("lines that would reach into the next one or hide something are not carried over", (t) => {
  t.deepEqual(identityOf("User=www\\\nGroup=\u202ewww\nGroup=www\n"), [
    { directive: "Group", values: ["www"] },
  ]);
});

test("what is set aside is said, and what of it stays", (t) => {
  const path = "/etc/systemd/system/thing.service.d/50-profile.conf";
  t.is(describeSetAside({ path, identity: [] }), `learned without ${path}, which profile wrote`);
  const identity = [{ directive: "User", values: ["", "www"] }];
  t.is(
    describeSetAside({ path, identity }),
    `learned without ${path}, which profile wrote, but for User=www`,
  );
});

test("the file that takes its place has its name, which is what makes systemd prefer it", (t) => {
  t.is(
    standInDropIn("thing@a.service", "/etc/systemd/system/thing@.service.d/50-profile.conf"),
    "/run/systemd/system.control/thing@a.service.d/50-profile.conf",
  );
});
