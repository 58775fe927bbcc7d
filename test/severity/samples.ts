import { call, file } from "../directives/context.js";
import type { Fact } from "../../src/facts/types.js";

/** At least one fact of each kind: whoever adds a kind is told by the compiler. */
export const samples: { readonly [K in Fact["kind"]]: readonly (Fact & { kind: K })[] } = {
  syscall: [call("openat"), call("mount"), call("ptrace", "EPERM"), call("openat2", "ENOSYS")],
  file: (
    ["read", "missing", "write", "create", "delete", "replace", "execute", "map", "connect"] as const
  ).map((access) => file(access, "/srv/thing")),
  rename: [{ kind: "rename", from: "/var/lib/a/x", to: "/var/lib/b/x" }],
  socket: [{ kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" }],
  bind: [{ kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 8080 }],
  connect: [{ kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 443 }],
  accept: [{ kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 8080 }],
  netlink: [{ kind: "netlink", request: "RTM_GETADDR" }],
  inherited: (["activation", "scm-rights", "standard-stream"] as const).map((source) => ({
    kind: "inherited" as const,
    source,
    object: "",
  })),
  identity: (["setuid", "setgid", "setgroups", "setfsuid", "setfsgid"] as const).map((operation) => ({
    kind: "identity" as const,
    operation,
    id: "postgres",
  })),
  elevation: (["setuid", "setgid", "file-capabilities"] as const).map((by) => ({
    kind: "elevation" as const,
    path: "/usr/bin/helper",
    by,
  })),
  memory: (["write-execute", "gain-execute", "protect-execute", "shm-execute"] as const).map(
    (protection) => ({ kind: "memory" as const, protection }),
  ),
  namespace: [{ kind: "namespace", operation: "unshare", type: "user" }],
  personality: [{ kind: "personality", persona: "ADDR_NO_RANDOMIZE" }],
  scheduling: [
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_FIFO", resetOnFork: false },
  ],
  mode: (["setuid", "setgid", "openat2"] as const).map((bits) => ({
    kind: "mode" as const,
    operation: "fchmod",
    bits,
  })),
  ipc: (["shm", "sem", "msg", "mq"] as const).map((mechanism) => ({
    kind: "ipc" as const,
    mechanism,
    key: "0x1234",
    origin: "foreign" as const,
  })),
  keyring: [{ kind: "keyring", operation: "add_key", keyring: "user" }],
  outside: [{ kind: "outside", operation: "kill" }],
  signal: [{ kind: "signal", signal: "SIGTERM", disposition: "handled" }],
  notification: (["main", "other"] as const).map((sender) => ({ kind: "notification" as const, sender })),
  creation: [{ kind: "creation", path: "/var/lib/thing/x", bits: "044" }],
  capability: [
    { kind: "capability", capability: "CAP_NET_RAW", source: "inferred", operation: "socket AF_PACKET" },
  ],
  "blind-spot": (
    ["io_uring", "scm-rights", "d-bus", "unparsed", "untraced-child", "unreadable-path"] as const
  ).map((cause) => ({ kind: "blind-spot" as const, cause, detail: "details" })),
};
