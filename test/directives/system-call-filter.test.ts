import test from "ava";
import { decide } from "../../src/directives/index.js";
import { aliasesOf, aliasFamilies, errorPath } from "../../src/directives/syscall-aliases.js";
import { nativeNames, systemCallsOf } from "../../src/directives/system-calls.js";
import type { Decision } from "../../src/directives/types.js";
import { call, calls, outcome, type Situation, setuidHelper, situation } from "./context.js";

function filterOf(given: Situation): Extract<Decision, { decision: "set" }> {
  const decision = decide(situation(given)).find(({ directive }) => directive === "SystemCallFilter");
  if (decision?.decision !== "set") {
    throw new Error("no filter");
  }
  return decision;
}

const words = (given: Situation) => filterOf(given).values.join(" ").split(" ");

const origins = (given: Situation) =>
  Object.fromEntries(filterOf(given).grants.map(({ value, origin }) => [value, origin]));

test("exact: what was seen, sorted, behind a reset", (t) => {
  t.deepEqual(filterOf({ facts: calls("write read") }).values, ["", "read write"]);
});

test("what systemd always allows is granted but not repeated", (t) => {
  const given = { facts: calls("brk read") };
  t.deepEqual(filterOf(given).values, ["", "read"]);
  t.deepEqual(origins(given), { brk: "seen", read: "seen" });
  t.deepEqual(filterOf({ facts: calls("brk") }).values, ["", "@default"]);
});

test("use is not need: what failed as a denial would make it fail is denied", (t) => {
  const facts = [call("read"), call("setpriority", "EPERM"), call("mincore", "ENOSYS")];
  t.deepEqual(filterOf({ facts, target: 252 }).values, ["", "read", "~mincore:ENOSYS"]);
});

test("since 255 an allow-list cannot answer ENOSYS, so what needs that answer is let through", (t) => {
  const facts = [call("read"), call("mincore", "ENOSYS"), call("openat")];
  const all = decide(situation({ facts, target: 255 })).flatMap((decision) =>
    decision.decision === "set" ? decision.values : [],
  );
  t.false(all.some((value) => value.includes("ENOSYS")));
  t.deepEqual(filterOf({ facts, target: 255 }).values, ["", "mincore openat openat2 read"]);
});

test("what was refused once and worked once is granted", (t) => {
  const facts = [call("statx", "ENOSYS"), call("statx"), call("read")];
  t.deepEqual(filterOf({ facts }).values, ["", "read statx"]);
});

test("exact: what a newer library tries first answers ENOSYS, so that it falls back on what was seen", (t) => {
  t.deepEqual(filterOf({ facts: calls("clone openat close"), target: 252 }).values, [
    "",
    "clone close openat",
    "~clone3:ENOSYS close_range:ENOSYS openat2:ENOSYS",
  ]);
});

test("what the unit as shipped answers with ENOSYS is answered so still, or let through", (t) => {
  const given = { facts: calls("clone3 read"), unit: { properties: { SystemCallFilter: "~clone3:ENOSYS" } } };
  t.deepEqual(filterOf({ ...given, target: 252 }).values, ["", "clone read", "~clone3:ENOSYS"]);
  t.deepEqual(filterOf({ ...given, target: 257 }).values, ["", "clone clone3 read"]);
});

test("clone comes with clone3, and openat with openat2, which other directives answer with ENOSYS", (t) => {
  const given = words({ facts: calls("clone3 openat2") });
  t.true(given.includes("clone"));
  t.true(given.includes("openat"));
});

test("portable: siblings and error paths, names of other architectures on lines of their own", (t) => {
  const given: Situation = { facts: calls("openat fstat"), breadth: "portable" };
  const [reset, ...lines] = filterOf(given).values;
  t.is(reset, "");
  t.deepEqual(lines, [
    "creat fstat lstat madvise mremap newfstatat open openat openat2 rt_sigaction rt_sigprocmask stat",
    "statx tgkill tkill write writev",
    "fstat64 fstatat64 lstat64 stat64",
  ]);
  t.like(origins(given), { openat: "seen", open: "alias", statx: "alias", tgkill: "error-path" });
});

test("portable: a service that listens may accept, though nobody connected during the soak", (t) => {
  const given = { facts: calls("listen"), breadth: "portable" } as const;
  t.is(origins(given)["accept4"], "alias");
  t.true(words(given).includes("accept"));
  t.false(words({ facts: calls("listen") }).includes("accept"));
});

test("portable: who talks over sockets may have to wait for the answer, which under trace was always there", (t) => {
  const given: Situation = { facts: calls("recvmsg"), breadth: "portable" };
  t.like(origins(given), { recvmsg: "seen", poll: "alias", ppoll: "alias" });
  t.deepEqual(words({ facts: calls("poll") }).includes("recvmsg"), false);
});

test("portable: a shell whose child had always ended by the time it waits may wait for one that has not", (t) => {
  t.is(origins({ facts: calls("wait4"), breadth: "portable" })["rt_sigsuspend"], "alias");
});

test("group: the smallest group of each call; calls without a group of their kind stay names", (t) => {
  const given: Situation = { facts: calls("fchown read prctl madvise"), breadth: "group" };
  const filter = words(given);
  t.true(["@basic-io", "@chown", "@process", "madvise"].every((word) => filter.includes(word)));
  t.false(filter.some((word) => ["@system-service", "@privileged", "@known"].includes(word)));
  t.like(origins(given), { fchown: "seen", dup: "group" });
});

test("no name is written that the target does not know", (t) => {
  const facts = calls("read mseal cachestat");
  t.deepEqual(filterOf({ facts, target: 252 }).values, ["", "read"]);
  t.regex(filterOf({ facts, target: 252 }).why, /systemd 252 cannot name and so refuses: cachestat mseal\./);
  t.deepEqual(filterOf({ facts, target: 257 }).values, ["", "cachestat read"]);
});

test("Type=exec on 252: systemd writes to a pipe behind the filter", (t) => {
  const given = { facts: calls("read"), unit: { type: "exec" } };
  t.deepEqual(filterOf({ ...given, target: 252 }).values, ["", "read write"]);
  t.deepEqual(filterOf({ ...given, target: 257 }).values, ["", "read"]);
});

test("User= with a setuid helper on 257: systemd drops its privileges behind the filter", (t) => {
  const given = { facts: [call("read"), setuidHelper], unit: { user: "www" } };
  t.deepEqual(filterOf(given).values, ["", "capget capset prctl read"]);
  t.like(origins(given), { capget: "required", capset: "required", prctl: "required" });
  t.deepEqual(filterOf({ facts: [call("read")], unit: { user: "www" } }).values, ["", "read"]);
});

test("what the unit as shipped denies stays denied", (t) => {
  const facts = calls("read setpriority fchown");
  const denying = { SystemCallFilter: "~setpriority mount clone3:ENOSYS" };
  const filter = filterOf({ facts, unit: { properties: denying } });
  t.deepEqual(filter.values, ["", "fchown read"]);
  t.regex(filter.why, /denied as the unit ships it: setpriority\./);
  t.deepEqual(filterOf({ facts, unit: { properties: { SystemCallFilter: "read write" } } }).values, [
    "",
    "read",
  ]);
  t.deepEqual(filterOf({ facts, unit: { properties: { SystemCallFilter: "~" } } }).values, [
    "",
    "fchown read setpriority",
  ]);
});

test("group: members that the unit as shipped denies are taken out again", (t) => {
  const unit = { properties: { SystemCallFilter: "~lchown" } };
  const filter = filterOf({ facts: calls("fchown"), breadth: "group", unit });
  t.true(filter.values.includes("~lchown"));
  t.false(filter.grants.some(({ value }) => value === "lchown"));
});

test("a filter never comes without SystemCallErrorNumber=EPERM", (t) => {
  t.deepEqual(outcome(decide(situation({ facts: calls("read") })), "SystemCallErrorNumber"), [
    "SystemCallErrorNumber=EPERM",
  ]);
});

test("groups are flat and those of the newest version that is not newer than the target", (t) => {
  t.true(systemCallsOf(252).groups.get("@privileged")?.has("chown"));
  t.false(systemCallsOf(252).groups.get("@default")?.has("seccomp"));
  t.true(systemCallsOf(260).groups.get("@default")?.has("seccomp"));
  t.true(systemCallsOf(257).groups.get("@mount")?.has("open_tree"));
  t.false(systemCallsOf(262).groups.get("@mount")?.has("open_tree"));
  t.is(systemCallsOf(240), systemCallsOf(252));
  t.is(systemCallsOf(300), systemCallsOf(262));
});

test("every sibling is a system call that systemd knows", (t) => {
  const names = [...aliasFamilies.flatMap((family) => family.names), ...errorPath];
  t.deepEqual(
    names.filter((name) => systemCallsOf(262).groups.get("@known")?.has(name) !== true),
    [],
  );
  for (const { names, triedFirst } of aliasFamilies) {
    t.deepEqual(
      triedFirst.filter((name) => !names.includes(name)),
      [],
    );
  }
});

test("no sibling reaches into a group that systemd-analyze security holds against a service", (t) => {
  const scored = [
    "@clock",
    "@cpu-emulation",
    "@debug",
    "@module",
    "@mount",
    "@obsolete",
    "@privileged",
    "@raw-io",
    "@reboot",
    "@resources",
    "@swap",
  ];
  for (const target of [252, 257, 262]) {
    const { groups, usable } = systemCallsOf(target);
    const of = (name: string) => scored.filter((group) => groups.get(group)?.has(name));
    const grown = [...usable].flatMap((name) =>
      aliasesOf(name)
        .filter((alias) => of(alias).some((group) => !of(name).includes(group)))
        .map((alias) => `${name} -> ${alias}`),
    );
    t.deepEqual(grown, []);
  }
});

test("names of other architectures are told apart", (t) => {
  t.true(nativeNames.has("fstat"));
  t.false(nativeNames.has("fstat64"));
});
