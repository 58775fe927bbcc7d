import test from "ava";
import { groupOf, liftLines, withoutSettings } from "../../src/verification/lifting.js";
import { parseSettings } from "../../src/verification/settings.js";

test("lists that only make exceptions are lifted together with what they make them from", (t) => {
  t.deepEqual(groupOf("ReadWritePaths"), ["ProtectSystem", "ReadWritePaths"]);
  t.deepEqual(groupOf("ProtectSystem"), groupOf("ReadWritePaths"));
  t.deepEqual(groupOf("LockPersonality"), ["LockPersonality"]);
});

test("a directive is undone whoever set it", (t) => {
  t.deepEqual(liftLines("CapabilityBoundingSet", 257), ["CapabilityBoundingSet=~"]);
  t.deepEqual(liftLines("ExecPaths", 257), ["ExecPaths=", "NoExecPaths="]);
  t.deepEqual(liftLines("KeyringMode", 252), ["KeyringMode=inherit"]);
});

test("a systemd is not told of a directive that it does not know", (t) => {
  t.deepEqual(liftLines("PrivatePIDs", 252), []);
  t.deepEqual(liftLines("PrivatePIDs", 257), ["PrivatePIDs=no"]);
});

test("who the service is cannot be lifted", (t) => {
  t.deepEqual(liftLines("User", 257), []);
});

const dropIn = `[Service]
ProtectSystem=strict
ReadWritePaths=
ReadWritePaths=/run
PrivateDevices=yes
BindPaths=-/dev/fuse
TemporaryFileSystem=
TemporaryFileSystem=/var
BindReadOnlyPaths=
BindReadOnlyPaths=/usr
`;

const valuesOf = (text: string, directive: string) =>
  parseSettings(text).find((one) => one.directive === directive)?.values;

test("a run without one directive keeps all others", (t) => {
  const text = withoutSettings(dropIn, ["ReadWritePaths"], 257);
  t.deepEqual(valuesOf(text, "ProtectSystem"), ["no"]);
  t.deepEqual(valuesOf(text, "ReadWritePaths"), [""]);
  t.deepEqual(valuesOf(text, "PrivateDevices"), ["yes"]);
});

test("without an empty file system nothing has to be brought back but devices", (t) => {
  const text = withoutSettings(dropIn, ["TemporaryFileSystem"], 257);
  t.is(valuesOf(text, "TemporaryFileSystem"), undefined);
  t.is(valuesOf(text, "BindReadOnlyPaths"), undefined);
  t.deepEqual(valuesOf(text, "BindPaths"), ["-/dev/fuse"]);
});

test("several are undone at once, also one that only the unit itself has", (t) => {
  const text = withoutSettings(dropIn, ["PrivateDevices", "ProtectHome"], 257);
  t.deepEqual(valuesOf(text, "PrivateDevices"), ["no"]);
  t.deepEqual(valuesOf(text, "ProtectHome"), ["no"]);
});
