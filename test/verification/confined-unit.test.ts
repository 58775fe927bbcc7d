import test from "ava";
import { canonical, confinedUnit } from "../../src/verification/confined-unit.js";
import { parseSettings } from "../../src/verification/settings.js";
import { situation } from "../directives/context.js";

/** The properties of a unit under a drop-in. */
function shown(properties: Readonly<Record<string, string>>, ...lines: readonly string[]) {
  const { unit } = situation({ unit: { properties } });
  return confinedUnit(unit, parseSettings(`[Service]\n${lines.join("\n")}\n`), 257).properties;
}

test("a list adds to what the unit ships until it is reset", (t) => {
  const own = {
    ReadWritePaths: "/a",
    CapabilityBoundingSet: "cap_chown cap_kill",
    DeviceAllow: "/dev/fuse rw",
  };
  t.is(shown(own, "ReadWritePaths=/b")["ReadWritePaths"], "/a /b");
  t.is(shown(own, "ReadWritePaths=", "ReadWritePaths=/b")["ReadWritePaths"], "/b");
  t.is(shown(own, "CapabilityBoundingSet=~CAP_KILL")["CapabilityBoundingSet"], "CAP_CHOWN");
  t.is(shown(own, "DeviceAllow=/dev/kvm rw")["DeviceAllow"], "/dev/fuse rw\n/dev/kvm rw");
});

test("a scalar replaces, however a boolean is spelled", (t) => {
  t.is(shown({ ProtectHome: "yes" }, "ProtectHome=read-only")["ProtectHome"], "read-only");
  t.is(shown({}, "PrivateTmp=TRUE")["PrivateTmp"], "yes");
  t.deepEqual(["1", "On", "f", "0", "strict", "50%%"].map(canonical), [
    "yes",
    "yes",
    "no",
    "no",
    "strict",
    "50%",
  ]);
});

test("a boolean takes namespaces back that were listed before", (t) => {
  t.is(shown({}, "RestrictNamespaces=ipc", "RestrictNamespaces=yes")["RestrictNamespaces"], "yes");
  t.is(shown({}, "RestrictNamespaces=", "RestrictNamespaces=ipc net")["RestrictNamespaces"], "ipc net");
});

test("no address family and no restriction of them are told apart", (t) => {
  t.is(shown({}, "RestrictAddressFamilies=none")["RestrictAddressFamilies"], "");
  t.is(
    shown({ RestrictAddressFamilies: "AF_UNIX" }, "RestrictAddressFamilies=")["RestrictAddressFamilies"],
    "~",
  );
});

test("a bind has a target", (t) => {
  t.is(shown({}, "BindPaths=-/dev/fuse /a:/b")["BindPaths"], "-/dev/fuse:/dev/fuse: /a:/b");
});

test("a user that is made for the service is one", (t) => {
  const { unit } = situation();
  t.true(confinedUnit(unit, [{ directive: "DynamicUser", values: ["yes"] }], 257).dynamicUser);
  t.false(confinedUnit(unit, [{ directive: "UMask", values: ["0022"] }], 257).dynamicUser);
});
