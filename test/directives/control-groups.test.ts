import test from "ava";
import { call, decided, file, type Row } from "./context.js";

const own = "/sys/fs/cgroup/system.slice/thing.service";
const delegated = { properties: { Delegate: "yes" } };
const bpffs = { mounts: [{ path: "/sys/fs/bpf", fstype: "bpf" }] };
const looks = file("read", "/proc/self/cgroup");
const makes = file("create", `${own}/workers`, "directory");

const table: Readonly<Record<string, readonly Row[]>> = {
  ProtectControlGroups: [
    ["nothing", {}, ["ProtectControlGroups=strict"]],
    ["nothing, on 252", { target: 252 }, ["ProtectControlGroups=yes"]],
    ["nothing, hardened with care", { posture: "compatible" }, ["ProtectControlGroups=yes"]],
    ["reads its limits", { facts: [file("read", `${own}/memory.max`)] }, ["ProtectControlGroups=yes"]],
    ["asks for the name of its group", { facts: [looks] }, ["ProtectControlGroups=yes"]],
    ["makes groups of its own", { facts: [looks, makes], unit: delegated }, ["ProtectControlGroups=private"]],
    ["makes groups of its own, on 252", { facts: [looks, makes], unit: delegated, target: 252 }, ["unsafe"]],
    ["makes groups whose name it knows by heart", { facts: [makes], unit: delegated }, ["unsafe"]],
    ["makes groups that it was not given", { facts: [looks, makes] }, ["unsafe"]],
    [
      "looks at groups of others, too",
      {
        facts: [looks, makes, file("read", "/sys/fs/cgroup/system.slice/other.service/cpu.max")],
        unit: delegated,
      },
      ["unsafe"],
    ],
  ],
  Delegate: [
    ["has nothing delegated", {}, ["meaningless"]],
    ["does not use what is delegated", { unit: delegated }, ["operator"]],
    ["uses what is delegated", { facts: [makes], unit: delegated }, ["unsafe"]],
  ],
  ProtectHostname: [
    ["nothing", {}, ["ProtectHostname=yes"]],
    ["sets a host name", { facts: [file("write", "/proc/sys/kernel/hostname")] }, ["unsafe"]],
    ["sets a host name, on 258", { facts: [call("sethostname")], target: 258 }, ["operator"]],
    [
      "sets a host name by its file, on 258",
      { facts: [call("sethostname"), file("write", "/proc/sys/kernel/hostname")], target: 258 },
      ["unsafe"],
    ],
  ],
  PrivateBPF: [
    ["nothing, on 257", {}, ["unavailable"]],
    ["nothing, on 258", { target: 258, host: bpffs }, ["PrivateBPF=yes"]],
    ["nothing, on 258 where the mount point may be missing", { target: 258 }, ["operator"]],
    ["uses pinned objects", { facts: [file("read", "/sys/fs/bpf/x")], target: 258, host: bpffs }, ["unsafe"]],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}
