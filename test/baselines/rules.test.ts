import test from "ava";
import { letsAddress, letsPort, portMembers } from "../../src/baselines/network-rules.js";
import { letsDevice } from "../../src/baselines/devices.js";
import { placesOf } from "../../src/baselines/places.js";
import { situation } from "../directives/context.js";

const unitWith = (properties: Readonly<Record<string, string>>) => situation({ unit: { properties } }).unit;

test("ports are read as systemctl prints them, without a colon before them", (t) => {
  const unit = unitWith({
    SocketBindDeny: "any",
    SocketBindAllow: "ipv4:tcp80\nipv6:udp1000-2000\nipv4:udpany",
  });
  const lets = letsPort(unit);
  const allowed = ["ipv4:tcp:80", "ipv6:udp:1500", "ipv4:udp:9", "ipv4:udp"];
  t.deepEqual([...allowed, "ipv4:tcp:81", "ipv6:tcp:80", "ipv6:udp", "ipv4:tcp"].filter(lets), allowed);
  t.true(portMembers([unit]).includes("ipv6:udp:1000-2000"));
});

test("without a rule any port can be bound", (t) => {
  t.true(letsPort(unitWith({}))("ipv4:tcp:80"));
  t.false(letsPort(unitWith({ SocketBindDeny: "ipv6:any" }))("ipv6:tcp:80"));
  t.true(letsPort(unitWith({ SocketBindDeny: "ipv6:any" }))("ipv4:tcp:80"));
});

test("an address that is allowed is reached whatever is denied", (t) => {
  const lets = letsAddress(
    unitWith({ IPAddressDeny: "0.0.0.0/0 ::/0", IPAddressAllow: "10.0.0.0/8 ::1/128" }),
  );
  t.deepEqual(["10.1.2.3", "::1", "11.0.0.1", "::2", "0.0.0.0/0", "10.0.0.0/7"].filter(lets), [
    "10.1.2.3",
    "::1",
  ]);
  t.true(letsAddress(unitWith({ IPAddressDeny: "192.168.0.0/16" }))("10.0.0.1"));
  t.false(letsAddress(unitWith({ IPAddressDeny: "192.168.0.0/16" }))("0.0.0.0/0"));
});

test("what is no network in a profile of somebody else is no rule", (t) => {
  const unit = unitWith({ IPAddressDeny: "nonsense 1.2.3.4/99", SocketBindDeny: "nonsense:1" });
  t.true(letsAddress(unit)("1.2.3.4"));
  t.notThrows(() => letsPort(unit)("ipv4:tcp:1"));
});

test("devices are let through with the access that their entry has", (t) => {
  const lets = letsDevice(unitWith({ DevicePolicy: "closed", DeviceAllow: "/dev/fuse rw\nchar-rtc r" }));
  t.deepEqual(["/dev/fuse rw", "/dev/fuse rwm", "char-rtc r", "char-rtc rw", "(all)"].filter(lets), [
    "/dev/fuse rw",
    "char-rtc r",
  ]);
  t.true(letsDevice(unitWith({}))("(all)"));
});

test("of lists of paths the deepest entry counts, but for what is inaccessible", (t) => {
  const { host, unit } = situation({
    unit: {
      directories: ["/var/lib/own"],
      properties: {
        ProtectSystem: "strict",
        ReadWritePaths: '-/var/run/thing "+/srv/with space"',
        ReadOnlyPaths: "/srv/with\\x20space/fixed /var/run/thing/fixed",
        InaccessiblePaths: "-/opt",
        TemporaryFileSystem: "/var/empty:ro",
        BindPaths: "/data:/opt/shown:rbind",
        NoExecPaths: "/",
        ExecPaths: "/usr /lib",
      },
    },
  });
  const { writable, visible, executable } = placesOf(unit, host);
  const written = ["/var/lib/own/x", "/run/thing/x", "/srv/with space/x", "/proc/self/x", "/home/x"];
  t.deepEqual([...written, "/var/lib/x", "/run/thing/fixed/x", "/opt/shown/x"].filter(writable), written);
  t.deepEqual(["/etc/x", "/opt/x", "/opt/shown", "/var/empty/x"].filter(visible), ["/etc/x"]);
  t.deepEqual(["/usr/bin/x", "/lib/x.so", "/var/x"].filter(executable), ["/usr/bin/x", "/lib/x.so"]);
});
