/**
 * Facts that between them make use of everything that a sandbox can refuse, one each: a baseline is made of those that a
 * unit's sandbox lets through. They stand for their kind, and no service was seen to do any of them.
 */
import { homes } from "../directives/home.js";
import { sensitive } from "../directives/inaccessible.js";
import { secondaryAbisOf } from "../directives/system-call-filter.js";
import { shippedPaths } from "../directives/vendor.js";
import { addressFamilies } from "../explain/address-families.js";
import { capabilities } from "../facts/names.js";
import type { Fact, FileFact } from "../facts/types.js";
import type { Unit } from "../host/types.js";
import { callsOf, filteredNamespaces, type Frame, maskBits, memberships } from "./members.js";
import { letsPort, portMembers } from "./network-rules.js";
import { realPath } from "./places.js";

/** A name that nothing has. */
const anyName = "{random}";

/** Trees that ProtectSystem=, ProtectHome= and ReadOnlyPaths= tell apart, and `/` for all others. */
const trees = [
  ..."/ /usr /boot /efi /etc /opt /srv /media /mnt /var /run /run/dbus /run/systemd /run/udev".split(" "),
  ...homes,
];

/** Kernel interfaces, each governed by a directive of its own. */
const kernelFiles: readonly FileFact[] = [
  file("write", `/proc/sys/${anyName}`),
  file("write", "/proc/sys/kernel/hostname"),
  file("write", `/sys/${anyName}`),
  file("read", "/proc/kmsg"),
  file("read", "/dev/kmsg"),
  file("read", `/usr/lib/modules/${anyName}`),
  file("read", `/sys/fs/cgroup/${anyName}`),
  file("write", `/sys/fs/cgroup/${anyName}`),
  file("read", `/sys/fs/bpf/${anyName}`),
  file("read", "/proc/{pid}/stat"),
  file("read", "/proc/{other-pid}/stat"),
  file("read", "/proc/meminfo"),
  file("write", "/dev/rtc0"),
  file("create", `/dev/${anyName}`),
  { kind: "file", access: "create", path: `/dev/${anyName}`, type: "char" },
];

/** All of them. A path of the unit's own lists stands for itself. */
export function probes(unit: Unit, frame: Frame): readonly Fact[] {
  return [
    ...capabilities
      .filter(askOf("CapabilityBoundingSet", unit, frame))
      .map((capability): Fact => ({ kind: "capability", capability, source: "inferred", operation: "any" })),
    ...networkProbes(unit, frame),
    ...fileProbes(unit, frame),
    ...processProbes(unit, frame),
    // Last: they are many, and what comes before them is then asked about with few others.
    ...callProbes(unit, frame),
  ];
}

function callProbes(unit: Unit, frame: Frame): Fact[] {
  const { host, target } = frame;
  const call = (name: string, architecture = host.architecture): Fact => ({
    kind: "syscall",
    architecture,
    name,
    result: "used",
  });
  return [
    ...callsOf(host, target)
      .filter(askOf("SystemCallFilter", unit, frame))
      .map((name) => call(name)),
    ...secondaryAbisOf(host.architecture).map((architecture) => call("execve", architecture)),
  ];
}

/** What a list of the unit lets through is asked first: that saves deciding for each that it does not. */
function askOf(directive: string, unit: Unit, frame: Frame): (member: string) => boolean {
  const membership = memberships.find(({ names }) => names.includes(directive));
  return membership?.lets(unit, frame) ?? (() => true);
}

/** Packets need a family of the internet, which the unit may refuse. */
function networkProbes(unit: Unit, frame: Frame): Fact[] {
  const lets = askOf("RestrictAddressFamilies", unit, frame);
  const sockets = addressFamilies.filter(lets).map(
    (family): Fact => ({
      kind: "socket",
      family,
      type: "SOCK_RAW",
      protocol: "",
    }),
  );
  const internet = (["AF_INET", "AF_INET6"] as const).filter(lets).flatMap((family): Fact[] => {
    const [every, own] = family === "AF_INET" ? ["0.0.0.0", "127.0.0.1"] : ["::", "::1"];
    return ["SOCK_STREAM", "SOCK_DGRAM"].flatMap((type): Fact[] => [
      { kind: "socket", family, type, protocol: "" },
      ...[every, own].map((address): Fact => ({ kind: "bind", family, type, address, port: 0 })),
      { kind: "connect", family, type, address: "{other}", port: 65_535 },
      { kind: "connect", family, type, address: own, port: 65_535 },
    ]);
  });
  const ports = portMembers([unit])
    .filter(letsPort(unit))
    .flatMap((member) => {
      const [, version = "", protocol = "", port = ""] = /^(ipv[46]):(tcp|udp):(\d+)$/.exec(member) ?? [];
      const family = version === "ipv4" ? "AF_INET" : "AF_INET6";
      const type = protocol === "tcp" ? "SOCK_STREAM" : "SOCK_DGRAM";
      const addresses = version === "ipv4" ? ["0.0.0.0", "127.0.0.1"] : ["::", "::1"];
      return port === "" || !lets(family)
        ? []
        : addresses.map((address): Fact => ({ kind: "bind", family, type, address, port: Number(port) }));
    });
  const abstractName: Fact = {
    kind: "bind",
    family: "AF_UNIX",
    type: "SOCK_STREAM",
    address: `@${anyName}`,
    port: 0,
  };
  return [...sockets, ...internet, ...ports, ...(lets("AF_UNIX") ? [abstractName] : [])];
}

function fileProbes(unit: Unit, frame: Frame): Fact[] {
  const listed = (name: string) => shippedPaths(unit, name).map((path) => realPath(frame.host, path));
  const isFile = (path: string) => {
    const type = frame.host.files[path]?.type;
    return type !== undefined && type !== "directory";
  };
  const inside = (path: string) => (path === "/" ? `/${anyName}` : `${path}/${anyName}`);
  const places = [...trees, ...listed("ReadWritePaths")];
  return [
    ...places.map((path) => (isFile(path) ? file("write", path) : file("create", inside(path)))),
    ...sensitive.map((path) => file("read", path)),
    ...homes.map((path) => file("missing", inside(path))),
    ...["/tmp", "/var/tmp"].map((path) => file("read", inside(path))),
    ...["/", ...listed("ExecPaths")].map((path) => file("execute", isFile(path) ? path : inside(path))),
    ...deviceNodes(unit).map((path) => file("write", path)),
    ...kernelFiles,
  ];
}

/** Those of DeviceAllow= that are named by their path. */
function deviceNodes(unit: Unit): readonly string[] {
  return (unit.properties["DeviceAllow"] ?? "")
    .split("\n")
    .flatMap((line) => /^(\/dev\/\S+)/.exec(line)?.[1] ?? []);
}

function processProbes(unit: Unit, frame: Frame): Fact[] {
  const bits = maskBits
    .filter(askOf("UMask", unit, frame))
    .reduce((all, bit) => all | Number.parseInt(bit, 8), 0);
  return [
    ...filteredNamespaces.map((type): Fact => ({ kind: "namespace", operation: "unshare", type })),
    { kind: "namespace", operation: "setns", type: "any" },
    ...(["write-execute", "gain-execute", "protect-execute", "shm-execute"] as const).map(
      (protection): Fact => ({ kind: "memory", protection }),
    ),
    { kind: "elevation", path: `/usr/bin/${anyName}`, by: "setuid" },
    { kind: "mode", operation: "chmod", bits: "setuid" },
    { kind: "mode", operation: "chmod", bits: "setgid" },
    { kind: "mode", operation: "openat2", bits: "openat2" },
    { kind: "personality", persona: "PER_LINUX32" },
    { kind: "personality", persona: "query" },
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false },
    { kind: "ipc", mechanism: "shm", key: anyName, origin: "own" },
    { kind: "ipc", mechanism: "shm", key: anyName, origin: "foreign" },
    { kind: "keyring", operation: "KEYCTL_SEARCH", keyring: "user" },
    { kind: "outside", operation: "kill" },
    { kind: "identity", operation: "setgroups", id: "{other}" },
    { kind: "identity", operation: "setuid", id: "{other}" },
    { kind: "notification", sender: "main" },
    { kind: "notification", sender: "other" },
    ...(bits === 0
      ? []
      : [{ kind: "creation", path: `/${anyName}`, bits: bits.toString(8).padStart(3, "0") } as const]),
  ];
}

function file(access: FileFact["access"], path: string): FileFact {
  return { kind: "file", access, path };
}
