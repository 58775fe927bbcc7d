import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { Profile } from "../../src/profile/types.js";

/** One fact of each kind, and of each optional member with and without. */
const everyKindOfFact: readonly Fact[] = [
  { kind: "syscall", architecture: "x86-64", name: "openat", result: "used" },
  { kind: "file", access: "read", path: "/etc/demo.conf" },
  { kind: "file", access: "create", path: "/var/lib/demo/{random}", type: "file" },
  { kind: "rename", from: "/var/lib/demo/a", to: "/var/lib/demo/b" },
  { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
  { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 80 },
  { kind: "connect", family: "AF_INET6", type: "SOCK_DGRAM", address: "::1", port: 53 },
  { kind: "inherited", source: "activation", object: "TCP 0.0.0.0:80" },
  { kind: "identity", operation: "setuid", id: "www-data" },
  { kind: "elevation", path: "/usr/bin/sudo", by: "setuid" },
  { kind: "memory", protection: "write-execute" },
  { kind: "namespace", operation: "unshare", type: "user" },
  { kind: "namespace", operation: "setns", type: "any" },
  { kind: "personality", persona: "query" },
  { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false },
  { kind: "mode", operation: "chmod", bits: "setgid" },
  {
    kind: "capability",
    capability: "CAP_NET_BIND_SERVICE",
    source: "inferred",
    operation: "bind 0.0.0.0:80",
  },
  { kind: "blind-spot", cause: "io_uring", detail: "io_uring_setup" },
];

/** A valid profile that has every kind of fact. */
export const sampleProfile: Profile = {
  schema: 3,
  unit: {
    name: "demo.service",
    installed: true,
    type: "notify",
    user: "",
    group: "",
    dynamicUser: false,
    supplementaryGroups: [],
    ambientCapabilities: [],
    directories: ["/var/lib/demo"],
    rootDirectory: "",
    pidFile: "",
    commands: [],
    properties: { Restart: "on-failure", Type: "notify" },
  },
  hosts: [
    {
      architecture: "x86-64",
      kernel: "6.1.0",
      systemd: { version: 252, features: ["+SECCOMP", "-BPF_FRAMEWORK"] },
      users: { "0": "root", "33": "www-data" },
      groups: { "0": "root", "33": "www-data" },
      memberships: { "0": [0], "33": [33, 4] },
      mounts: [{ path: "/", fstype: "ext4" }],
      files: {
        "/": { type: "directory", mode: 0o755, uid: 0, gid: 0 },
        "/etc/demo.conf": null,
        "/usr/bin/sudo": { type: "file", mode: 0o4755, uid: 0, gid: 0, capabilities: "" },
        "/var/run": { type: "symlink", mode: 0o777, uid: 0, gid: 0, target: "/run" },
      },
      cgroups: "unified",
      securityModules: [],
      unenforced: [],
      unprivilegedPortStart: 1024,
    },
  ],
  facts: [...FactSet.of(everyKindOfFact)],
  runs: [
    {
      id: "68e467681472b293",
      started: "2026-01-02T03:04:05.678Z",
      duration: 12.5,
      tracer: "strace",
      capabilities: "inferred",
      phases: ["start", "soak", "stop"],
      incomplete: [],
      soak: { until: "command", seconds: 10.25 },
      host: 0,
    },
  ],
  evidence: {
    '{"kind":"memory","protection":"write-execute"}': {
      count: 3,
      first: 0.25,
      phase: "soak",
      process: "demo",
      executable: "/usr/sbin/demo",
      example: "mmap(NULL, 4096, PROT_WRITE|PROT_EXEC, …) = 0x7f0000000000",
      runs: "0",
    },
  },
};
