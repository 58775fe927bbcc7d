import test from "ava";
import type { Fact, IpcFact } from "../../src/facts/types.js";
import { decided, file, type Row, type Situation } from "./context.js";

const uses = (mechanism: IpcFact["mechanism"], key: string, origin: IpcFact["origin"] = "own"): Fact => ({
  kind: "ipc",
  mechanism,
  key,
  origin,
});
const facts = (...list: Fact[]): Situation => ({ facts: list });
const www = { user: "www" };
const asUser = (...list: Fact[]): Situation => ({ facts: list, unit: www });

const table: Readonly<Record<string, readonly Row[]>> = {
  PrivateIPC: [
    ["nothing", {}, ["PrivateIPC=yes"]],
    ["shares memory with its children", facts(uses("shm", "private")), ["PrivateIPC=yes"]],
    ["makes what others could find", facts(uses("shm", "0x5e1")), ["operator"]],
    ["makes a queue of its own", facts(uses("mq", "/jobs")), ["operator"]],
    ["uses what others made", facts(uses("msg", "0x1", "foreign")), ["unsafe"]],
    ["looks at queues in /dev/mqueue", facts(file("read", "/dev/mqueue/jobs")), ["unsafe"]],
    ["sets limits of the namespace", facts(file("write", "/proc/sys/kernel/shmmax")), ["unsafe"]],
    ["shares memory by /dev/shm, which stays", facts(file("read", "/dev/shm/x")), ["PrivateIPC=yes"]],
    ["is given a namespace", { unit: { properties: { IPCNamespacePath: "/run/ns/x" } } }, ["operator"]],
    ["is hardened with care", { posture: "compatible" }, ["operator"]],
  ],
  RemoveIPC: [
    ["runs as root", {}, ["meaningless"]],
    ["nothing", asUser(), ["RemoveIPC=yes"]],
    [
      "leaves what it made",
      asUser(uses("sem", "0x7"), file("create", "/dev/shm/x"), file("write", "/dev/shm/x")),
      ["RemoveIPC=yes"],
    ],
    ["finds what was there", asUser(uses("sem", "0x7", "foreign")), ["unsafe"]],
    ["reads shared memory that was there", asUser(file("read", "/dev/shm/x")), ["unsafe"]],
    ["writes shared memory that was there", asUser(file("write", "/dev/shm/x")), ["unsafe"]],
    ["is a dynamic user", { unit: { user: "x", dynamicUser: true } }, ["RemoveIPC=yes"]],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}
