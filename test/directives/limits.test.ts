import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { call, decided, file, type Row, type Situation } from "./context.js";

const command = { setting: "ExecStart", argv: ["/bin/x"], flags: [] } as const;
const dynamic = { user: "x", dynamicUser: true, commands: [command] };
const facts = (...list: Fact[]): Situation => ({ facts: list });

const table: Readonly<Record<string, readonly Row[]>> = {
  LimitNPROC: [
    ["runs as root", {}, ["meaningless"]],
    ["is the only process of its user", { unit: dynamic }, ["LimitNPROC=1"]],
    ["starts threads", { unit: dynamic, facts: [call("clone3")] }, ["unsafe"]],
    ["starts processes", { unit: dynamic, facts: [call("vfork")] }, ["unsafe"]],
    ["could not start threads anyway", { unit: dynamic, facts: [call("clone3", "EPERM")] }, ["LimitNPROC=1"]],
    [
      "is reloaded by a command",
      { unit: { ...dynamic, commands: [command, { ...command, setting: "ExecReload" }] } },
      ["operator"],
    ],
    ["shares its user", { unit: { user: "www", commands: [command] } }, ["operator"]],
    ["is hardened with care", { unit: dynamic, posture: "compatible" }, ["operator"]],
  ],
  LimitFSIZE: [
    ["writes nothing", {}, ["LimitFSIZE=0"]],
    ["reads files", facts(file("read", "/etc/x", "file")), ["LimitFSIZE=0"]],
    ["writes a file", facts(file("write", "/var/log/x")), ["unsafe"]],
    ["makes a file", facts(file("create", "/var/log/x", "file")), ["unsafe"]],
    [
      "makes a directory, a link and a socket",
      facts(
        file("create", "/a", "directory"),
        file("create", "/b", "symlink"),
        file("create", "/c", "socket"),
      ),
      ["LimitFSIZE=0"],
    ],
    [
      "writes to a device that the host knows",
      {
        ...facts(file("write", "/dev/null")),
        host: { files: { "/dev/null": { type: "char", mode: 0o666, uid: 0, gid: 0 } } },
      },
      ["LimitFSIZE=0"],
    ],
    ["writes to /proc, where there are no sizes", facts(file("write", "/proc/self/comm")), ["LimitFSIZE=0"]],
    ["makes shared memory", facts(file("create", "/dev/shm/x", "file")), ["unsafe"]],
    ["makes a file in memory", facts(call("memfd_create")), ["unsafe"]],
    ["prints into a file", { unit: { properties: { StandardOutput: "append" } } }, ["unsafe"]],
    [
      "prints into the journal",
      { unit: { properties: { StandardOutput: "journal", StandardError: "inherit" } } },
      ["LimitFSIZE=0"],
    ],
    ["is handed descriptors", facts({ kind: "inherited", source: "scm-rights", object: "" }), ["operator"]],
    [
      "is handed a socket by systemd",
      facts({ kind: "inherited", source: "activation", object: "TCP" }),
      ["LimitFSIZE=0"],
    ],
    ["works inside io_uring", facts({ kind: "blind-spot", cause: "io_uring", detail: "" }), ["operator"]],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}
