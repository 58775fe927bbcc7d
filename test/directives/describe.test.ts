import test from "ava";
import { describeFacts } from "../../src/directives/describe.js";
import type { Fact } from "../../src/facts/types.js";
import { call, file, setuidHelper } from "./context.js";

const texts: readonly [Fact, string][] = [
  [call("mount"), "calls mount"],
  [file("delete", "/tmp/x"), "deletes /tmp/x"],
  [{ kind: "rename", from: "/a", to: "/b" }, "moves /a to /b"],
  [{ kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" }, "opens AF_INET sockets"],
  [
    { kind: "socket", family: "AF_INET", type: "SOCK_RAW", protocol: "IPPROTO_ICMP" },
    "opens raw AF_INET sockets",
  ],
  [
    { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 80 },
    "binds 0.0.0.0 port 80",
  ],
  [{ kind: "bind", family: "AF_UNIX", type: "SOCK_STREAM", address: "@x", port: 0 }, "binds @x"],
  [
    { kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "{other}", port: 80 },
    "connects to many addresses port 80",
  ],
  [
    { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "10.0.0.7", port: 80 },
    "is used by 10.0.0.7 on port 80",
  ],
  [
    { kind: "accept", family: "AF_INET", type: "SOCK_STREAM", address: "self", port: 80 },
    "uses port 80 itself",
  ],
  [
    { kind: "accept", family: "AF_UNIX", type: "SOCK_STREAM", address: "{other}", port: 0 },
    "is used by others on AF_UNIX sockets",
  ],
  [{ kind: "identity", operation: "setuid", id: "www" }, "calls setuid to www"],
  [setuidHelper, "gains rights by the setuid bit of /usr/bin/helper"],
  [{ kind: "memory", protection: "gain-execute" }, "makes memory executable that was not"],
  [{ kind: "namespace", operation: "setns", type: "net" }, "enters net namespaces"],
  [{ kind: "personality", persona: "query" }, "asks for its personality"],
  [
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_OTHER", resetOnFork: true },
    "asks for SCHED_OTHER with SCHED_RESET_ON_FORK",
  ],
  [{ kind: "mode", operation: "chmod", bits: "setgid" }, "sets the setgid bit by chmod"],
  [
    { kind: "capability", capability: "CAP_CHOWN", source: "inferred", operation: "chown /x" },
    "needs CAP_CHOWN (chown /x)",
  ],
  [
    { kind: "blind-spot", cause: "io_uring", detail: "io_uring_setup" },
    "does what a trace cannot show: io_uring, io_uring_setup",
  ],
];

for (const [fact, text] of texts) {
  test(`the service ${text}`, (t) => {
    t.is(describeFacts([fact]), text);
  });
}

test("many facts are told by the first three and their number, repetitions once", (t) => {
  const facts = ["a", "a", "b", "c", "d", "e"].map((name) => call(name));
  t.is(describeFacts(facts), "calls a, calls b, calls c and 2 more");
});
