import test from "ava";
import { adviseDynamicUser } from "../../../src/directives/identity/dynamic-user.js";
import { linesOf } from "../../../src/directives/identity/types.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Unit } from "../../../src/host/types.js";
import { call, file, setuidHelper } from "../context.js";
import { becomes, capability, onMachine } from "./machine.js";

const plain: readonly Fact[] = [
  file("execute", "/usr/bin/tool"),
  file("read", "/etc/thing.conf"),
  file("create", "/var/lib/thing/a"),
  file("create", "/tmp/x", "file"),
  file("write", "/proc/self/oom_score_adj"),
];

/** What a root service may do besides, and the lines that it is advised. */
const allowed: Readonly<Record<string, readonly [readonly Fact[], readonly string[]]>> = {
  "nothing special": [[], []],
  "binds a port below 1024": [
    [capability("CAP_NET_BIND_SERVICE", "bind 0.0.0.0:80")],
    ["AmbientCapabilities=", "AmbientCapabilities=CAP_NET_BIND_SERVICE"],
  ],
  "asks for larger buffers": [[capability("CAP_NET_ADMIN", "setsockopt SO_RCVBUFFORCE")], []],
  "reads what a group may": [[file("read", "/etc/group-only")], ["SupplementaryGroups=adm"]],
  "opens a device that a group may": [[file("read", "/dev/thing", "char")], ["SupplementaryGroups=tty"]],
  "reads what a group without a known name may, in a directory of the group": [
    [file("read", "/etc/ssl/private/key.pem")],
    ["SupplementaryGroups=110"],
  ],
  "overrides modes in its own directory": [
    [capability("CAP_DAC_OVERRIDE", "open /var/lib/thing/of-others")],
    [],
  ],
  "writes to /dev/null, and connects to what is open to all": [
    [file("read", "/dev/null", "char"), file("connect", "/run/daemon.sock")],
    [],
  ],
  "looks at processes": [[file("read", "/proc/{other-pid}/stat"), file("read", "/proc/meminfo")], []],
  "looks for files where it may not look": [[file("missing", "/root/.config")], []],
};

for (const [title, [facts, lines]] of Object.entries(allowed)) {
  test(`a root service that ${title} could run as a made-up user`, (t) => {
    const { advice, obstacles } = adviseDynamicUser(onMachine({ facts: [...plain, ...facts] }));
    t.deepEqual(obstacles, undefined);
    t.deepEqual(advice?.steps, []);
    t.deepEqual(linesOf(advice?.settings ?? []), [
      "DynamicUser=yes",
      ...lines,
      "StateDirectory=thing",
      "StateDirectoryMode=0750",
    ]);
  });
}

/** What keeps a service root. */
const refused: Readonly<Record<string, readonly Fact[]>> = {
  "becomes another user": becomes("www"),
  "needs to be root for a capability": [capability("CAP_SYS_ADMIN", "mount")],
  "needs to override the modes of others": [capability("CAP_DAC_OVERRIDE", "open /srv/data/x")],
  "gives files away": [call("fchownat")],
  "runs a setuid program": [setuidHelper],
  "runs a program that would be setuid for others": [file("execute", "/usr/bin/mount")],
  "sets the setuid bit": [{ kind: "mode", operation: "chmod", bits: "setuid" }],
  "writes where nothing belongs to a service": [file("create", "/srv/data/x")],
  "writes into /run itself": [file("create", "/run/thing.pid", "file")],
  "writes its configuration": [file("create", "/etc/thing/x")],
  "writes kernel settings": [file("write", "/proc/sys/kernel/hostname")],
  "shares /tmp with others": [file("read", "/tmp/.X11-unix/X0", "socket")],
  "reads root's home": [file("read", "/root/notes"), file("write", "/root/notes")],
  "connects to what is root's": [file("connect", "/run/admin.sock")],
  "reads password hashes, which no group is worth": [file("read", "/etc/shadow")],
  "opens a disk": [file("read", "/dev/disk", "block")],
  "reads what the kernel shows to root alone": [file("read", "/proc/slabinfo")],
  "signals others": [{ kind: "outside", operation: "kill" }],
  "uses the memory of others": [{ kind: "ipc", mechanism: "shm", key: "0x1", origin: "foreign" }],
  "uses root's keyring": [{ kind: "keyring", operation: "KEYCTL_SEARCH", keyring: "user" }],
  "runs programs from its own directory, which may be mounted noexec": [
    file("execute", "/var/lib/thing/hook"),
  ],
  "offers a socket in a directory that others cannot enter": [
    file("create", "/var/lib/thing/socket", "socket"),
  ],
  "moves files between two directories": [
    { kind: "rename", from: "/var/lib/thing/a", to: "/var/lib/other/a" },
  ],
};

for (const [title, facts] of Object.entries(refused)) {
  test(`a root service that ${title} stays root`, (t) => {
    const { advice, obstacles } = adviseDynamicUser(onMachine({ facts: [...plain, ...facts] }));
    t.is(advice, undefined);
    t.not(obstacles?.length, 0);
  });
}

const units: Readonly<Record<string, Partial<Unit>>> = {
  "a user of its own": { user: "www" },
  "a PAM session": { properties: { PAMName: "login" } },
  "a name on D-Bus": { properties: { BusName: "org.example.Thing" } },
  "a root directory of its own": { rootDirectory: "/srv/root" },
  "a group of its own": { group: "adm" },
  "a working directory in root's home": { properties: { WorkingDirectory: "/root/thing" } },
  "a working directory that others cannot enter": { properties: { WorkingDirectory: "/var/lib/closed" } },
};

for (const [title, unit] of Object.entries(units)) {
  test(`a unit with ${title} is not given a made-up user`, (t) => {
    t.is(adviseDynamicUser(onMachine({ facts: plain, unit })).advice, undefined);
  });
}

/** What a person has to see to first. */
const steps: Readonly<Record<string, readonly [Fact, RegExp]>> = {
  "a secret": [file("read", "/etc/secret.key"), /hand it \/etc\/secret\.key by LoadCredential=/],
  "a readable file in root's home": [file("read", "/root/notes"), /hand it \/root\/notes/],
  "a file whose name varies": [
    file("read", "/srv/data/{random}"),
    /\{random\}, whose owner and mode are not known/,
  ],
  "the system bus": [file("connect", "/run/dbus/system_bus_socket"), /policies of D-Bus/],
};

for (const [title, [fact, step]] of Object.entries(steps)) {
  test(`a made-up user that would use ${title} is advised with what to do first`, (t) => {
    const host = {
      files: { "/run/dbus/system_bus_socket": { type: "socket", mode: 0o666, uid: 0, gid: 0 } },
    } as const;
    const { advice } = adviseDynamicUser(onMachine({ facts: [...plain, fact], host }));
    t.is(advice?.steps.length, 1);
    t.regex(advice?.steps[0] ?? "", step);
  });
}

test("a directory with a mount point in it cannot move to where made-up users have theirs", (t) => {
  const host = { mounts: [{ path: "/var/lib/thing/volume", fstype: "ext4" }] };
  const { obstacles } = adviseDynamicUser(onMachine({ facts: plain, host }));
  t.regex(obstacles?.[0]?.why ?? "", /is a mount point/);
});

test("a unit that names root itself loses that name, or it would stay root", (t) => {
  const unit = { user: "root", group: "root" };
  const { advice } = adviseDynamicUser(onMachine({ facts: [], unit }));
  t.deepEqual(linesOf(advice?.settings ?? []), ["DynamicUser=yes", "User=", "Group="]);
});

test("a working directory that systemd gives to the made-up user is no obstacle", (t) => {
  const unit = { properties: { WorkingDirectory: "/var/lib/thing" } };
  t.not(adviseDynamicUser(onMachine({ facts: plain, unit })).advice, undefined);
});

test("a group that the unit gives it already is not given again", (t) => {
  const unit = { supplementaryGroups: ["adm"] };
  const { advice } = adviseDynamicUser(onMachine({ facts: [file("read", "/etc/group-only")], unit }));
  t.deepEqual(linesOf(advice?.settings ?? []), ["DynamicUser=yes"]);
});
