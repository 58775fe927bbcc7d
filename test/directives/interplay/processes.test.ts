import test from "ava";
import { set, setList } from "../../../src/directives/decision.js";
import { resolve } from "../../../src/directives/interplay/index.js";
import { decided, file, outcome, situation, whyOf } from "../context.js";

const users = set("PrivateUsers", "yes", "");

test("no user namespace takes a capability away that another setting grants", (t) => {
  const grants = setList("AmbientCapabilities", ["CAP_NET_BIND_SERVICE"], "", []);
  t.deepEqual(outcome(resolve([grants, users], situation()), "PrivateUsers"), ["operator"]);
});

test("capabilities that count within a user namespace are no reason against it", (t) => {
  const grants = setList("CapabilityBoundingSet", ["CAP_CHOWN CAP_KILL"], "", []);
  t.deepEqual(outcome(resolve([grants, users], situation()), "PrivateUsers"), ["PrivateUsers=yes"]);
});

test("capabilities that are taken away are not taken for granted", (t) => {
  const takes = { ...set("CapabilityBoundingSet", "", ""), values: ["~CAP_SYS_TIME CAP_SYS_ADMIN"] };
  t.deepEqual(outcome(resolve([takes, users], situation()), "PrivateUsers"), ["PrivateUsers=yes"]);
});

test("it is told that processes stay visible to who may trace them", (t) => {
  const capability = {
    kind: "capability",
    capability: "CAP_SYS_PTRACE",
    source: "inferred",
    operation: "ptrace",
  } as const;
  t.regex(whyOf("ProtectProc", { facts: [capability] }) ?? "", /Without effect for who has CAP_SYS_PTRACE/);
});

test("/tmp is a file system of its own only for who makes nothing there and shares it with no unit", (t) => {
  const rows = [
    [{}, "yes"],
    [{ posture: "isolated" }, "disconnected"],
    [{ posture: "isolated", target: 252 }, "yes"],
    [{ posture: "isolated", facts: [file("create", "/tmp/x", "file")] }, "yes"],
    [{ posture: "isolated", unit: { properties: { JoinsNamespaceOf: "a.service" } } }, "yes"],
  ] as const;
  for (const [given, value] of rows) {
    t.deepEqual(decided("PrivateTmp", given), [`PrivateTmp=${value}`]);
  }
});
