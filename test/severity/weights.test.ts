import test from "ava";
import {
  rowWeights,
  weightedGroups,
  weightOfCapability,
  weightOfFamily,
  weightOfGroup,
  weightOfNamespace,
  weightOfSetting,
} from "../../src/severity/weights.js";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import { capabilities } from "../../src/facts/names.js";

test("the weights are all of systemd's: their sum is what its exposure is a part of", (t) => {
  t.is(
    Object.values(rowWeights).reduce((sum, weight) => sum + weight, 0),
    56_460,
  );
});

test("every capability weighs something but those that systemd leaves out", (t) => {
  const weightless = capabilities.filter((capability) => weightOfCapability(capability) === 0);
  t.deepEqual(weightless, ["CAP_PERFMON", "CAP_CHECKPOINT_RESTORE"]);
  t.is(weightOfCapability("CAP_SYS_ADMIN"), 1500);
  t.is(weightOfCapability("CAP_NET_RAW"), 500);
});

test("the groups of system calls that have a weight are groups of systemd", (t) => {
  for (const group of weightedGroups)
    t.true(systemCallsOf(252).groups.has(group) && weightOfGroup(group) > 0);
  t.is(weightedGroups.length, 11);
});

test("families, namespaces and settings have the weight of their rows", (t) => {
  t.is(weightOfFamily("AF_PACKET"), 1000);
  t.is(weightOfFamily("AF_TIPC"), 1250);
  t.is(weightOfFamily("constructor"), 1250);
  t.is(weightOfNamespace("user"), 1500);
  t.is(weightOfNamespace("time"), 0);
  t.is(weightOfSetting("PrivateNetwork"), 2500);
  t.is(weightOfSetting("User"), 2000);
  t.is(weightOfSetting("CapabilityBoundingSet"), 1500);
  t.is(weightOfSetting("PrivateTmpEx"), 1000);
  t.is(weightOfSetting("Slice"), 0);
});
