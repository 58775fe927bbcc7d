import test from "ava";
import { canaryDropIn, logLines } from "../../src/deployment/canary-drop-in.js";
import { isOurs } from "../../src/systemd/dropin.js";

test("what a filter refuses is logged, and what it allows is not", (t) => {
  t.deepEqual(logLines(["", "read write @file-system"]), ["", "~@default", "~read write @file-system"]);
});

test("what a filter takes out of a group is logged again", (t) => {
  t.deepEqual(logLines(["", "@system-service", "~ptrace kexec_load"]), [
    "",
    "~@default",
    "~@system-service",
    "ptrace kexec_load",
  ]);
});

test("what the service was seen to live without is not logged", (t) => {
  t.deepEqual(logLines(["", "read", "~clone3:ENOSYS io_uring_setup:ENOSYS", "~ptrace statx:ENOSYS"]), [
    "",
    "~@default",
    "~read",
    "~clone3 io_uring_setup",
    "ptrace",
    "~statx",
  ]);
});

const filter = {
  decision: "set",
  directive: "SystemCallFilter",
  values: ["", "read"],
  why: "",
  grants: [],
} as const;

test("a canary denies nothing and is known as ours", (t) => {
  const noNewPrivileges = { ...filter, directive: "NoNewPrivileges", values: ["yes"] };
  const text = canaryDropIn("thing.service", [noNewPrivileges, filter]) ?? "";
  t.true(isOurs(text));
  t.deepEqual(
    text.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
    ["[Service]", "SystemCallLog=", "SystemCallLog=~@default", "SystemCallLog=~read"],
  );
});

test("a profile that filters no calls gives no canary", (t) => {
  t.is(canaryDropIn("thing.service", []), undefined);
});
