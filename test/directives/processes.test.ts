import test from "ava";
import { decide } from "../../src/directives/index.js";
import type { Fact } from "../../src/facts/types.js";
import type { ExecSetting, UnitCommand } from "../../src/host/types.js";
import { call, decided, file, type Row, type Situation, situation, whyOf } from "./context.js";

const reads = (...paths: string[]): Situation => ({ facts: paths.map((path) => file("read", path)) });
const terminates = (disposition: "handled" | "blocked" | "ignored"): Fact => ({
  kind: "signal",
  signal: "SIGTERM",
  disposition,
});
const handled = terminates("handled");
const commands = (...settings: ExecSetting[]): readonly UnitCommand[] =>
  settings.map((setting) => ({ setting, argv: ["/bin/true"], flags: [] }));
const www = { user: "www" };

const table: Readonly<Record<string, readonly Row[]>> = {
  ProtectProc: [
    ["nothing, as root", {}, ["ProtectProc=ptraceable"]],
    ["nothing, as another user", { unit: www }, ["ProtectProc=invisible"]],
    ["looks at itself", reads("/proc/self/status"), ["ProtectProc=ptraceable"]],
    ["looks at its children, as root", reads("/proc/{pid}/stat"), ["ProtectProc=invisible"]],
    ["looks at processes of others", reads("/proc/{other-pid}/cmdline"), ["unsafe"]],
    ["looks at systemd", reads("/proc/1/comm"), ["unsafe"]],
    ["lists /proc", reads("/proc"), ["ProtectProc=ptraceable"]],
    [
      "looks for a process that is gone",
      { facts: [file("missing", "/proc/{other-pid}")] },
      ["ProtectProc=ptraceable"],
    ],
    [
      "ships noaccess",
      { ...reads("/proc/1/comm"), unit: { properties: { ProtectProc: "noaccess" } } },
      ["unsafe"],
    ],
    ["is hardened with care", { posture: "compatible" }, ["operator"]],
  ],
  ProcSubset: [
    ["nothing", {}, ["ProcSubset=pid"]],
    [
      "looks at processes",
      reads("/proc", "/proc/self/maps", "/proc/{pid}", "/proc/self/task/{pid}/comm", "/proc/1/comm"),
      ["ProcSubset=pid"],
    ],
    ["asks for the memory", reads("/proc/meminfo"), ["unsafe"]],
    ["asks for a tunable", reads("/proc/sys/vm/swappiness"), ["unsafe"]],
    ["sets a tunable", { facts: [file("write", "/proc/sys/vm/swappiness")] }, ["unsafe"]],
    ["reads mounts, perhaps as /proc/mounts", reads("/proc/self/mounts"), ["unsafe"]],
    [
      "reads /proc/self/mountinfo, which has no other name",
      reads("/proc/self/mountinfo"),
      ["ProcSubset=pid"],
    ],
    ["reads of the network, perhaps below /proc/net", reads("/proc/self/net/dev"), ["unsafe"]],
    ["looks for what is not there anyway", { facts: [file("missing", "/proc/vz")] }, ["ProcSubset=pid"]],
    [
      "reads what the allocator asks for, and does without",
      reads("/proc/sys/vm/overcommit_memory"),
      ["ProcSubset=pid"],
    ],
    ["reads something that begins alike", reads("/processes/x"), ["ProcSubset=pid"]],
  ],
  PrivatePIDs: [
    ["handles SIGTERM", { facts: [handled] }, ["PrivatePIDs=yes"]],
    ["blocks SIGTERM", { facts: [terminates("blocked")] }, ["PrivatePIDs=yes"]],
    ["does not handle SIGTERM", {}, ["operator"]],
    ["ignores SIGTERM", { facts: [terminates("ignored")] }, ["operator"]],
    [
      "is stopped by another signal",
      { facts: [handled], unit: { properties: { KillSignal: "2" } } },
      ["operator"],
    ],
    [
      "is stopped by SIGTERM as said",
      { facts: [handled], unit: { properties: { KillSignal: "15" } } },
      ["PrivatePIDs=yes"],
    ],
    ["runs on 252", { facts: [handled], target: 252 }, ["unavailable"]],
    ["forks to the background", { facts: [handled], unit: { type: "forking" } }, ["unsafe"]],
    ["has a PID file", { facts: [handled], unit: { pidFile: "/run/x.pid" } }, ["unsafe"]],
    [
      "is given sockets, which $LISTEN_PID would say are another's",
      { facts: [handled], unit: { properties: { TriggeredBy: "x.timer syslog.socket" } } },
      ["unsafe"],
    ],
    [
      "is started by a timer",
      { facts: [handled], unit: { properties: { TriggeredBy: "x.timer", FileDescriptorStoreMax: "0" } } },
      ["PrivatePIDs=yes"],
    ],
    [
      "gets its descriptors back",
      { facts: [handled], unit: { properties: { FileDescriptorStoreMax: "8" } } },
      ["unsafe"],
    ],
    [
      "is given a file",
      { facts: [handled], unit: { properties: { OpenFile: "/etc/key:key:read-only" } } },
      ["unsafe"],
    ],
    [
      "is watched, which $WATCHDOG_PID would say is not for it",
      { facts: [handled], unit: { properties: { WatchdogUSec: "3min" } } },
      ["unsafe"],
    ],
    ["writes a PID file", { facts: [handled, file("create", "/run/x.pid")] }, ["unsafe"]],
    ["signals others", { facts: [handled, { kind: "outside", operation: "kill" }] }, ["unsafe"]],
    ["looks at others", { facts: [handled, file("read", "/proc/{other-pid}")] }, ["unsafe"]],
    [
      "is prepared by a command",
      { facts: [handled], unit: { commands: commands("ExecStartPre", "ExecStart") } },
      ["PrivatePIDs=yes"],
    ],
    [
      "is reloaded by a command",
      { facts: [handled], unit: { commands: commands("ExecStart", "ExecReload") } },
      ["unsafe"],
    ],
    ["sets processes free", { facts: [handled, call("setsid")] }, ["operator"]],
    ["is hardened with care", { facts: [handled], posture: "compatible" }, ["operator"]],
  ],
};

for (const [directive, rows] of Object.entries(table)) {
  for (const [does, given, expected] of rows) {
    test(`${directive}=: ${does}`, (t) => {
      t.deepEqual(decided(directive, given), expected);
    });
  }
}

test("commands that PrivatePIDs= would part from the main process are named", (t) => {
  const unit = { commands: commands("ExecStart", "ExecStop", "ExecReload", "ExecReload") };
  t.is(
    whyOf("PrivatePIDs", { facts: [handled], unit }),
    "ExecStop=, ExecReload= would run in a namespace without the main process, which cannot be signalled from there.",
  );
});

test("what is read of /proc and can be done without is told, with the way back", (t) => {
  const decisions = decide(situation(reads("/proc/sys/vm/overcommit_memory")));
  const decision = decisions.find(({ directive }) => directive === "ProcSubset");
  t.is(
    decision?.why,
    "Of /proc only processes are needed: the service reads /proc/sys/vm/overcommit_memory, which libraries and servers do without.",
  );
  t.deepEqual(
    decision?.advice?.flatMap(({ lines }) => lines),
    ["ProcSubset=all"],
  );
});
