import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { assessUnitChange } from "../../src/severity/unit-change.js";
import { severities, type UnitChange } from "../../src/comparison/types.js";
import { situation } from "../directives/context.js";

const where = situation({ unit: { name: "app.service", user: "app" } });

type Row = readonly [
  setting: string,
  from: string | undefined,
  to: string | undefined,
  expected: `${UnitChange["direction"]} ${UnitChange["severity"]}`,
];

const bounding = "cap_chown cap_kill";
const addresses = "0.0.0.0/0 ::/0";

const rows: readonly Row[] = [
  ["User", "app", "", "more high"],
  ["User", "app", "root", "more high"],
  ["User", "", "app", "less low"],
  ["User", "app", "postgres", "other medium"],
  ["Group", "app", "disk", "other high"],
  ["Group", "", "app", "less low"],
  ["DynamicUser", "yes", "no", "more medium"],
  ["DynamicUser", "no", "yes", "less low"],
  ["SupplementaryGroups", "", "shadow", "more high"],
  ["SupplementaryGroups", "adm", "adm docker", "more high"],
  ["SupplementaryGroups", "", "adm", "more medium"],
  ["SupplementaryGroups", "adm", "", "less low"],
  ["AmbientCapabilities", "", "cap_net_raw", "more high"],
  ["AmbientCapabilities", "", "cap_net_bind_service", "more low"],
  ["CapabilityBoundingSet", bounding, `${bounding} cap_sys_admin`, "more high"],
  ["CapabilityBoundingSet", bounding, "cap_kill cap_chown", "other low"],
  ["CapabilityBoundingSet", bounding, "cap_kill", "less low"],
  ["CapabilityBoundingSet", bounding, "cap_kill cap_wake_alarm", "more low"],
  ["NoNewPrivileges", "yes", "no", "more medium"],
  ["NoNewPrivileges", "", "yes", "less low"],
  ["ProtectSystem", "strict", "full", "more medium"],
  ["ProtectSystem", "strict", "yes", "more high"],
  ["ProtectSystem", "full", "no", "more high"],
  ["ProtectSystem", "no", "strict", "less low"],
  ["ProtectHome", "yes", "read-only", "more medium"],
  ["ProtectHome", "read-only", undefined, "more high"],
  ["PrivateTmp", "yes", "no", "more medium"],
  ["PrivateTmpEx", "disconnected", "no", "more medium"],
  ["PrivateDevices", "yes", "no", "more high"],
  ["PrivateNetwork", "yes", "no", "more medium"],
  ["PrivateUsersEx", "self", "no", "more high"],
  ["ProtectKernelTunables", "yes", "no", "more high"],
  ["ProtectProc", "invisible", "default", "more medium"],
  ["LockPersonality", "yes", "no", "more medium"],
  ["KeyringMode", "private", "shared", "more medium"],
  ["NotifyAccess", "main", "all", "more low"],
  ["NotifyAccess", "all", "main", "less low"],
  ["Delegate", "no", "yes", "more medium"],
  ["DevicePolicy", "closed", "auto", "more high"],
  ["DeviceAllow", "char-rtc r", "char-rtc r\n/dev/sda rw", "more high"],
  ["DeviceAllow", "", "block-loop rw", "more high"],
  ["DeviceAllow", "", "/dev/null rw", "more low"],
  ["DeviceAllow", "/dev/kvm rw", "", "less low"],
  ["UMask", "0077", "0022", "more low"],
  ["UMask", "0022", "0000", "more medium"],
  ["UMask", "0022", "0077", "less low"],
  ["SecureBits", "5", "0", "more medium"],
  ["RestrictNamespaces", "yes", "user", "more high"],
  ["RestrictNamespaces", "uts", "no", "more high"],
  ["RestrictNamespaces", "no", "yes", "less low"],
  ["RestrictNamespaces", "net user", "user net", "other low"],
  ["RestrictAddressFamilies", "AF_UNIX", "AF_INET AF_UNIX", "more medium"],
  ["RestrictAddressFamilies", "AF_UNIX", undefined, "more medium"],
  ["RestrictAddressFamilies", undefined, "~AF_PACKET", "less low"],
  ["RestrictAddressFamilies", "", "AF_UNIX", "more low"],
  ["RestrictAddressFamilies", "~AF_PACKET AF_ALG", "~AF_ALG", "more medium"],
  ["SystemCallFilter", "read write", "read write mount", "more medium"],
  ["SystemCallFilter", "read write", "read write openat", "more low"],
  ["SystemCallFilter", "read write mount", "read write", "less low"],
  ["SystemCallFilter", "~mount", "~mount swapon:ENOSYS", "less low"],
  ["SystemCallFilter", "read", undefined, "more medium"],
  ["SystemCallArchitectures", "native", "", "more medium"],
  ["SystemCallArchitectures", "native", "native x86", "more medium"],
  ["SystemCallArchitectures", "", "native", "less low"],
  ["ReadWritePaths", "", "/etc/cron.d", "more high"],
  ["ReadWritePaths", "", "-/var/lib/app", "more low"],
  ["ReadWritePaths", "/etc", "", "less low"],
  ["InaccessiblePaths", "/root /etc/shadow", "/root", "more high"],
  ["InaccessiblePaths", "", "/boot", "less low"],
  ["ReadOnlyPaths", "/usr", "", "more high"],
  ["BindPaths", "", "/etc:/srv/etc:rbind", "more medium"],
  ["BindReadOnlyPaths", "", "/etc/shadow:/x:rbind", "more high"],
  ["TemporaryFileSystem", "/home:ro", "", "more medium"],
  ["ExecPaths", "/usr", "/usr /tmp/x", "more medium"],
  ["OpenFile", "", "/etc/shadow:x:read-only", "more high"],
  ["StateDirectory", "", "app", "more low"],
  ["ConfigurationDirectory", "", "cron.d", "more high"],
  ["IPAddressDeny", addresses, "", "more medium"],
  ["IPAddressDeny", "", addresses, "less low"],
  ["IPAddressDeny", "0.0.0.0/0 ::/0", "::/0 0.0.0.0/0", "other low"],
  ["IPAddressAllow", "", "127.0.0.0/8 ::1/128", "more low"],
  ["IPAddressAllow", "127.0.0.0/8", "127.0.0.0/8 10.0.0.0/8", "more medium"],
  ["SocketBindDeny", "any", "", "more medium"],
  ["RestrictNetworkInterfaces", "lo", "lo eth0", "more medium"],
  ["RestrictFileSystems", "ext4", undefined, "more medium"],
  ["LimitNOFILE", "1024", "infinity", "more low"],
  ["LimitNOFILE", "infinity", "1024", "less low"],
  ["AppArmorProfile", "app", "", "more medium"],
  ["AppArmorProfile", "", "app", "less low"],
  ["RootDirectory", "/srv/a", "/srv/b", "other medium"],
  ["ExecStartPre", "", "+/usr/bin/install -d /run/x", "more high"],
  ["ExecStartPre", "", "-!/usr/bin/install -d /run/x", "more medium"],
  ["ExecStart", "/usr/bin/app", "/usr/bin/app --new", "other low"],
  ["Slice", "system.slice", "app.slice", "other low"],
  ["PrivateTmp", "yes", "yes", "other low"],
];

for (const [setting, from, to, expected] of rows)
  test(`${setting}= from ${from ?? "nothing"} to ${to ?? "nothing"} is ${expected}`, (t) => {
    const { direction, severity, gain } = assessUnitChange(setting, from, to, where);
    t.is(`${direction} ${severity}`, expected, gain);
    t.regex(gain, /^[A-Z].*attacker.*\.$/);
  });

test("the sentence is about the worst that is new", (t) => {
  t.is(
    assessUnitChange("AmbientCapabilities", "", "cap_kill cap_sys_admin cap_chown", where).gain,
    "With CAP_SYS_ADMIN an attacker could mount file systems, undo most of the sandbox, and do nearly all that root can.",
  );
  t.regex(assessUnitChange("SystemCallFilter", "read", "read openat mount", where).gain, /^By mount /);
});

const settings = fc.oneof(
  fc.string(),
  fc.constantFrom(...rows.map(([setting]) => setting), "__proto__", "constructor", "Limit", "Restrict"),
);
const values = fc.oneof(
  fc.string(),
  fc.constantFrom("yes", "no", "~", "~AF_UNIX", "cap_chown", "/etc", "\n", "__proto__", "a:b:c", "0022"),
);

testProp("whatever a unit file says is judged", [settings, values, values], (t, setting, from, to) => {
  const { severity, gain, direction } = assessUnitChange(setting, from, to, where);
  t.true(severities.includes(severity) && gain.includes("attacker"));
  t.true(["more", "less", "other"].includes(direction));
  if (from === to) t.is(direction, "other");
});
