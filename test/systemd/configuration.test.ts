import test from "ava";
import { configurationOf } from "../../src/systemd/unit.js";

test("a unit whose CapabilityBoundingSet= is empty, which systemctl does not print, is known to have no capability", (t) => {
  t.is(configurationOf(new Map([["Type", "simple"]]))["CapabilityBoundingSet"], "");
  t.is(
    configurationOf(new Map([["CapabilityBoundingSet", "cap_kill"]]))["CapabilityBoundingSet"],
    "cap_kill",
  );
});

test("what differs from run to run is not kept, nor that there is no watchdog", (t) => {
  const shown = new Map([
    ["MainPID", "12"],
    ["WatchdogUSec", "infinity"],
    ["UMask", "0022"],
  ]);
  t.deepEqual(configurationOf(shown), { CapabilityBoundingSet: "", UMask: "0022" });
});
