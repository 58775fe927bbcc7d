/** What a drop-in says of networks, devices and file system types. */
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { decide } from "../../src/directives/index.js";
import type { AcceptFact, AddressFact, Fact, SocketFact } from "../../src/facts/types.js";
import type { FileStatus, Host } from "../../src/host/types.js";
import { call, file, outcome, type Situation, setuidHelper, situation } from "./context.js";

const socket = (family: string, type = "SOCK_STREAM", protocol = ""): SocketFact => ({
  kind: "socket",
  family,
  type,
  protocol,
});
const tcp = socket("AF_INET");
const udp = socket("AF_INET", "SOCK_DGRAM");
const at = (kind: "bind" | "connect", address: string, port: number, type = "SOCK_STREAM"): AddressFact => ({
  kind,
  family: address.includes(":") ? "AF_INET6" : "AF_INET",
  type,
  address,
  port,
});
const accept = (address: string, port: number, type = "SOCK_STREAM"): AcceptFact => ({
  kind: "accept",
  family: "AF_INET",
  type,
  address,
  port,
});
const abstract: AddressFact = {
  kind: "connect",
  family: "AF_UNIX",
  type: "SOCK_STREAM",
  address: "@x",
  port: 0,
};
const passed: Fact = { kind: "inherited", source: "activation", object: "AF_INET SOCK_STREAM" };
const did = (...facts: Fact[]): Situation => ({ facts });
const isolated = (...facts: Fact[]): Situation => ({ facts, posture: "isolated" });
const compatible = (...facts: Fact[]): Situation => ({ facts, posture: "compatible" });
const ships = (properties: Record<string, string>, ...facts: Fact[]): Situation => ({
  facts,
  unit: { properties },
});
const node = (type: FileStatus["type"], target?: string): FileStatus => ({
  type,
  mode: 0o660,
  uid: 0,
  gid: 0,
  ...(target !== undefined && { target }),
});
const devices = {
  files: {
    "/dev/fuse": node("char"),
    "/dev/net": node("directory"),
    "/dev/net/tun": node("char"),
    "/dev/loop3": node("block"),
    "/dev/ttyUSB0": node("char"),
    "/dev/sdb1": node("block"),
    "/dev/disk/by-label/data": node("symlink", "../../sdb1"),
    "/srv/disk": node("block"),
    "/srv/dev/null": node("char"),
  },
};
const using = (...facts: Fact[]): Situation => ({ facts, host: devices });
const mounted = (...mounts: string[]): Partial<Host> => ({
  securityModules: ["bpf"],
  mounts: mounts.map((text) => {
    const [path = "", fstype = ""] = text.split(" ");
    return { path, fstype };
  }),
});

/** Directive, what the service does, situation, and the lines of the drop-in or the reason why there are none. */
const table: readonly [string, string, Situation, readonly string[]][] = [
  ["PrivateNetwork", "nothing", {}, ["PrivateNetwork=yes"]],
  ["PrivateNetwork", "nothing, compatible", compatible(), ["operator"]],
  [
    "PrivateNetwork",
    "AF_UNIX with a path",
    did(socket("AF_UNIX"), file("connect", "/run/x")),
    ["PrivateNetwork=yes"],
  ],
  ["PrivateNetwork", "an abstract name", did(socket("AF_UNIX"), abstract), ["unsafe"]],
  [
    "PrivateNetwork",
    "asks for the backlog limit",
    did(file("read", "/proc/sys/net/core/somaxconn")),
    ["PrivateNetwork=yes"],
  ],
  ["PrivateNetwork", "reads statistics", did(file("read", "/proc/{pid}/net/dev")), ["operator"]],
  ["PrivateNetwork", "lists interfaces in /sys", did(file("read", "/sys/class/net/eth0/mtu")), ["operator"]],
  [
    "PrivateNetwork",
    "sets a sysctl of the network",
    did(file("write", "/proc/sys/net/ipv4/ip_forward")),
    ["unsafe"],
  ],
  [
    "PrivateNetwork",
    "reads a sysctl of the kernel",
    did(file("read", "/proc/sys/kernel/osrelease")),
    ["PrivateNetwork=yes"],
  ],
  ["PrivateNetwork", "asks for routes", did(socket("AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE")), ["operator"]],
  [
    "PrivateNetwork",
    "listens to udev",
    did(socket("AF_NETLINK", "SOCK_RAW", "NETLINK_KOBJECT_UEVENT")),
    ["unsafe"],
  ],
  ["PrivateNetwork", "sends raw frames", did(socket("AF_PACKET", "SOCK_RAW")), ["unsafe"]],
  ["PrivateNetwork", "talks to a virtual machine", did(socket("AF_VSOCK")), ["unsafe"]],
  [
    "PrivateNetwork",
    "the kernel's cryptography",
    did(socket("AF_ALG", "SOCK_SEQPACKET")),
    ["PrivateNetwork=yes"],
  ],
  ["PrivateNetwork", "a tunnel", using(file("write", "/dev/net/tun")), ["unsafe"]],
  ["PrivateNetwork", "a passed socket only", did(passed, accept("192.0.2.7", 80)), ["PrivateNetwork=yes"]],
  [
    "PrivateNetwork",
    "a service of the host on loopback",
    isolated(tcp, at("connect", "127.0.0.1", 5432)),
    ["unsafe"],
  ],
  [
    "PrivateNetwork",
    "talks to itself",
    did(tcp, at("bind", "127.0.0.1", 80), at("connect", "127.0.0.1", 80)),
    ["operator"],
  ],
  [
    "PrivateNetwork",
    "talks to itself, isolated",
    isolated(tcp, at("bind", "127.0.0.1", 80), at("connect", "127.0.0.1", 80), accept("self", 80)),
    ["PrivateNetwork=yes"],
  ],
  [
    "PrivateNetwork",
    "is talked to on loopback",
    isolated(tcp, at("bind", "127.0.0.1", 80), accept("127.0.0.1", 80)),
    ["unsafe"],
  ],
  ["PrivateNetwork", "a socket that goes nowhere", did(udp), ["operator"]],
  [
    "PrivateNetwork",
    "joins the network of another unit",
    ships({ JoinsNamespaceOf: "other.service" }),
    ["meaningless"],
  ],
  ["PrivateNetwork", "mounts for the host", did(call("mount")), ["unsafe"]],

  ["IPAddressDeny", "nothing", {}, ["IPAddressDeny=", "IPAddressDeny=any"]],
  ["IPAddressAllow", "nothing", {}, ["meaningless"]],
  [
    "IPAddressDeny",
    "nothing, on a host that ignores it",
    { host: { unenforced: ["IPAddressDeny"] } },
    ["unavailable"],
  ],
  [
    "IPAddressAllow",
    "loopback only",
    did(tcp, at("bind", "::1", 80), at("connect", "::ffff:127.0.0.1", 5432), accept("127.0.0.1", 80)),
    ["IPAddressAllow=", "IPAddressAllow=localhost"],
  ],
  [
    "IPAddressDeny",
    "connects to 0.0.0.0, which is this host",
    did(tcp, at("connect", "0.0.0.0", 80)),
    ["IPAddressDeny=", "IPAddressDeny=any"],
  ],
  [
    "IPAddressDeny",
    "compares routes without sending",
    did(udp, at("connect", "192.0.2.7", 0, "SOCK_DGRAM")),
    ["IPAddressDeny=", "IPAddressDeny=any"],
  ],
  ["IPAddressDeny", "peers elsewhere", did(tcp, at("connect", "192.0.2.7", 80)), ["operator"]],
  [
    "IPAddressAllow",
    "peers elsewhere, isolated",
    isolated(
      tcp,
      udp,
      at("connect", "192.0.2.7", 80),
      at("connect", "fe80::1", 80),
      at("connect", "224.0.0.251", 5353, "SOCK_DGRAM"),
      at("connect", "127.0.0.53", 53, "SOCK_DGRAM"),
    ),
    ["IPAddressAllow=", "IPAddressAllow=192.0.2.7 link-local localhost multicast"],
  ],
  [
    "IPAddressAllow",
    "open to the network, only ever used from here",
    isolated(tcp, at("bind", "0.0.0.0", 80), accept("127.0.0.1", 80)),
    ["IPAddressAllow=", "IPAddressAllow=localhost"],
  ],
  [
    "IPAddressDeny",
    "open to the network, used by nobody",
    isolated(tcp, at("bind", "0.0.0.0", 80)),
    ["operator"],
  ],
  [
    "IPAddressDeny",
    "too many peers to name",
    isolated(tcp, at("bind", "0.0.0.0", 80), accept("{other}", 80)),
    ["operator"],
  ],
  [
    "IPAddressDeny",
    "ships it",
    ships(
      { IPAddressDeny: "0.0.0.0/0 ::/0", IPAddressAllow: "10.0.0.0/8" },
      tcp,
      at("connect", "192.0.2.7", 80),
    ),
    ["meaningless"],
  ],

  ["SocketBindDeny", "nothing", {}, ["SocketBindDeny=", "SocketBindDeny=any"]],
  ["SocketBindAllow", "nothing", {}, ["meaningless"]],
  [
    "SocketBindDeny",
    "nothing, systemd without BPF",
    { host: { systemd: { version: 257, features: ["-BPF_FRAMEWORK"] } } },
    ["unavailable"],
  ],
  [
    "SocketBindAllow",
    "nothing, systemd without BPF",
    { host: { systemd: { version: 257, features: ["-BPF_FRAMEWORK"] } } },
    ["unavailable"],
  ],
  [
    "SocketBindAllow",
    "ports of both families",
    did(tcp, at("bind", "0.0.0.0", 80), at("bind", "::", 443), at("bind", "127.0.0.1", 53, "SOCK_DGRAM")),
    [
      "SocketBindAllow=",
      "SocketBindAllow=ipv4:tcp:80",
      "SocketBindAllow=ipv4:udp:53",
      "SocketBindAllow=ipv6:tcp:443",
    ],
  ],
  [
    "SocketBindAllow",
    "lets the kernel choose",
    did(udp, at("bind", "0.0.0.0", 0, "SOCK_DGRAM"), at("bind", "0.0.0.0", 53, "SOCK_DGRAM")),
    ["SocketBindAllow=", "SocketBindAllow=ipv4:udp"],
  ],
  [
    "SocketBindAllow",
    "UDP-Lite, which is not udp",
    did(udp, socket("AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE"), at("bind", "0.0.0.0", 9, "SOCK_DGRAM")),
    ["SocketBindAllow=", "SocketBindAllow=ipv4:9"],
  ],
  [
    "SocketBindAllow",
    "raw sockets are not asked about",
    did(socket("AF_INET", "SOCK_RAW"), at("bind", "0.0.0.0", 0, "SOCK_RAW")),
    ["meaningless"],
  ],
  [
    "SocketBindAllow",
    "many ports",
    did(tcp, ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => at("bind", "0.0.0.0", 5000 + n * 7))),
    ["SocketBindAllow=", "SocketBindAllow=ipv4:tcp"],
  ],

  ["RestrictNetworkInterfaces", "nothing", {}, ["meaningless"]],
  [
    "RestrictNetworkInterfaces",
    "loopback only",
    did(tcp, at("bind", "127.0.0.1", 80)),
    ["RestrictNetworkInterfaces=", "RestrictNetworkInterfaces=lo"],
  ],
  ["RestrictNetworkInterfaces", "the network", did(tcp, at("connect", "192.0.2.7", 80)), ["operator"]],
  [
    "RestrictNetworkInterfaces",
    "itself in a network of its own",
    isolated(tcp, at("bind", "127.0.0.1", 80)),
    ["meaningless"],
  ],
  [
    "RestrictNetworkInterfaces",
    "the network, before 250",
    { ...did(tcp, at("connect", "192.0.2.7", 80)), target: 249 },
    ["unavailable"],
  ],

  ["NetworkNamespacePath", "nothing", {}, ["meaningless"]],
  ["UserNamespacePath", "nothing, before 259", {}, ["unavailable"]],

  [
    "PrivateDevices",
    "a permanent node",
    using(file("read", "/dev/net"), file("write", "/dev/net/tun")),
    ["PrivateDevices=yes"],
  ],
  [
    "BindPaths",
    "a permanent node",
    using(file("read", "/dev/net"), file("write", "/dev/net/tun")),
    ["BindPaths=-/dev/net/tun"],
  ],
  [
    "DeviceAllow",
    "a permanent node",
    using(file("write", "/dev/net/tun")),
    ["DeviceAllow=", "DeviceAllow=/dev/net/tun rw"],
  ],
  ["DevicePolicy", "a permanent node", using(file("write", "/dev/net/tun")), ["meaningless"]],
  [
    "PrivateDevices",
    "a permanent node, compatible",
    { ...using(file("write", "/dev/net/tun")), posture: "compatible" },
    ["unsafe"],
  ],
  ["PrivateDevices", "a node that comes and goes", using(file("write", "/dev/ttyUSB0")), ["unsafe"]],
  [
    "BindPaths",
    "a node that comes and goes",
    using(file("read", "/dev/fuse"), file("write", "/dev/ttyUSB0")),
    ["meaningless"],
  ],
  [
    "DevicePolicy",
    "a node that comes and goes",
    using(file("write", "/dev/ttyUSB0")),
    ["DevicePolicy=closed"],
  ],
  [
    "DeviceAllow",
    "a node that comes and goes",
    using(file("read", "/dev/ttyUSB0"), file("write", "/dev/loop{counter}")),
    ["DeviceAllow=", "DeviceAllow=block-loop rw", "DeviceAllow=char-ttyUSB rw"],
  ],
  [
    "DeviceAllow",
    "a disk by its label",
    using(file("read", "/dev/disk/by-label/data")),
    ["DeviceAllow=", "DeviceAllow=/dev/disk/by-label/data rw"],
  ],
  [
    "DevicePolicy",
    "pseudo devices in a mount namespace of its own making",
    did(call("mount"), file("read", "/dev/null")),
    ["DevicePolicy=closed"],
  ],
  ["DevicePolicy", "makes a node", did(file("create", "/srv/x", "char")), ["unsafe"]],
  ["DevicePolicy", "a node outside of /dev", using(file("write", "/srv/disk")), ["operator"]],
  ["DevicePolicy", "something in /dev that is gone", did(file("read", "/dev/gone")), ["operator"]],
  [
    "DevicePolicy",
    "makes a file in /dev",
    did(file("create", "/dev/x", "file"), file("write", "/dev/x")),
    ["DevicePolicy=closed"],
  ],
  [
    "DevicePolicy",
    "ships it",
    ships({ DevicePolicy: "closed", DeviceAllow: "char-rtc r" }, call("mount")),
    ["meaningless"],
  ],
  [
    "DeviceAllow",
    "a terminal",
    ships({ StandardInput: "tty", TTYPath: "/dev/tty5" }),
    ["DeviceAllow=", "DeviceAllow=/dev/tty5 rw"],
  ],
  [
    "PrivateDevices",
    "a terminal, compatible",
    { ...ships({ StandardOutput: "tty" }), posture: "compatible" },
    ["operator"],
  ],

  ["RestrictFileSystems", "no BPF module", {}, ["unavailable"]],
  ["PrivateDevices", "a node outside of /dev", using(file("write", "/srv/disk")), ["unsafe"]],
  [
    "PrivateDevices",
    "the null device of a chroot",
    using(file("read", "/srv/dev/null")),
    ["PrivateDevices=yes"],
  ],
  [
    "RestrictFileSystems",
    "a type without a name",
    { ...did(file("read", "/mnt/x")), host: mounted("/mnt zfs") },
    ["unsafe"],
  ],
];

for (const [directive, does, given, expected] of table) {
  test(`${directive}=: ${does}`, (t) => {
    t.deepEqual(outcome(decide(situation(given)), directive), expected);
  });
}

const fileSystems: readonly [string, Situation, string][] = [
  ["nothing", { host: mounted("/ ext4") }, "RestrictFileSystems=@anonymous @basic-api @temporary"],
  [
    "a disk and /proc",
    { ...did(file("read", "/etc/x"), file("read", "/proc/1/stat")), host: mounted("/ ext4", "/proc proc") },
    "RestrictFileSystems=@anonymous @basic-api @temporary ext4",
  ],
  [
    "a disk, portable",
    {
      ...did(file("read", "/etc/x"), file("read", "/mnt/x")),
      host: mounted("/ ext4", "/mnt nfs4"),
      breadth: "portable",
    },
    "RestrictFileSystems=@anonymous @basic-api @common-block @temporary nfs4",
  ],
  [
    "FUSE",
    { ...did(file("read", "/mnt/x")), host: mounted("/mnt fuse.sshfs") },
    "RestrictFileSystems=@anonymous @basic-api @temporary fuse",
  ],
];

for (const [does, given, line] of fileSystems) {
  test(`RestrictFileSystems= is for an operator to try, with the types that were used: ${does}`, (t) => {
    const [decision] = decide(situation(given)).filter(
      ({ directive }) => directive === "RestrictFileSystems",
    );
    t.is(decision?.decision === "withheld" ? decision.reason : "set", "operator");
    t.deepEqual(
      decision?.advice?.flatMap(({ lines }) => lines),
      ["RestrictFileSystems=", line],
    );
  });
}

test("an operator is shown the peers that were seen", (t) => {
  const given = did(tcp, at("connect", "192.0.2.7", 80), at("connect", "127.0.0.1", 80));
  const [decision] = decide(situation(given)).filter(({ directive }) => directive === "IPAddressDeny");
  t.deepEqual(
    decision?.advice?.flatMap(({ lines }) => lines),
    ["IPAddressDeny=any", "IPAddressAllow=192.0.2.7 localhost"],
  );
});

test("a port that is closed to all but the peers that were seen is named", (t) => {
  const given = isolated(tcp, at("bind", "0.0.0.0", 80), accept("127.0.0.1", 80));
  const [decision] = decide(situation(given)).filter(({ directive }) => directive === "IPAddressAllow");
  t.is(decision?.why, "The peers that were seen; port 80 of 0.0.0.0 is closed to all others.");
});

test("sockets that systemd passes are said to be governed elsewhere", (t) => {
  const [decision] = decide(situation(did(passed))).filter(({ directive }) => directive === "IPAddressDeny");
  t.is(
    decision?.why,
    "No internet socket is opened; sockets that systemd passes are governed by the .socket unit.",
  );
});

test("a helper with more rights on an old systemd takes nothing from what is no filter", (t) => {
  const given: Situation = { facts: [setuidHelper], target: 252, unit: { user: "www" } };
  t.deepEqual(outcome(decide(situation(given)), "PrivateNetwork"), ["PrivateNetwork=yes"]);
});

testProp(
  "whatever address a trace names, no line of a drop-in says more than one address",
  [fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constantFrom("fe80::1%eth0", "{other}", "self", ""))],
  (t, address) => {
    const facts = [tcp, at("connect", address, 80), accept(address, 80), at("bind", address, 80)];
    for (const line of outcome(decide(situation({ facts, posture: "isolated" })), "IPAddressAllow")) {
      t.regex(line, /^(?:meaningless|IPAddressAllow=(?:localhost|link-local|multicast|[0-9a-f.:]+)?)$/i);
    }
  },
);
