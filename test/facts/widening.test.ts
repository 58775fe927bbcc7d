import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { isBelow, parent } from "../../src/facts/paths.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact, FileFact } from "../../src/facts/types.js";
import { writableRoots } from "../../src/facts/widening.js";
import type { Host, Unit } from "../../src/host/types.js";
import { directory, file, hostWith } from "./support.js";

const unit: Unit = {
  name: "app.service",
  installed: true,
  type: "simple",
  user: "",
  group: "",
  dynamicUser: false,
  supplementaryGroups: [],
  ambientCapabilities: [],
  directories: [],
  rootDirectory: "",
  pidFile: "",
  commands: [],
  properties: {},
};

const at = (access: FileFact["access"], path: string, type?: FileFact["type"]): Fact => ({
  kind: "file",
  access,
  path,
  ...(type !== undefined && { type }),
});

const found = (facts: readonly Fact[], files: Host["files"] = {}, more: Partial<Unit> = {}): string[] => {
  const { roots, undecidable } = writableRoots(FactSet.of(facts), hostWith(files), { ...unit, ...more });
  return [
    ...roots.map((root) => `${root.kind} ${root.path}${root.broad ? " (broad)" : ""}`),
    ...undecidable.map((root) => `undecidable ${root.path}`),
  ];
};

test("a file that is only written in place is granted alone", (t) => {
  t.deepEqual(found([at("write", "/etc/app.state")], { "/etc/app.state": file() }), ["file /etc/app.state"]);
});

test("a file that is replaced needs its directory", (t) => {
  t.deepEqual(found([at("write", "/v/app/x"), at("replace", "/v/app/x")], { "/v/app/x": file() }), [
    "directory /v/app",
  ]);
});

test("a log needs its directory, for it is rotated when nobody looks", (t) => {
  const log = "/var/log/app/app.log";
  t.deepEqual(found([at("write", log)], { [log]: file() }), ["directory /var/log/app"]);
});

test("a file that is made needs its directory", (t) => {
  t.deepEqual(found([at("create", "/v/app/x", "file")], { "/v/app": directory() }), ["directory /v/app"]);
});

test("a directory that the unit makes itself walks up to one that was there", (t) => {
  const facts = [
    at("create", "/v/app/a", "directory"),
    at("create", "/v/app/a/b", "directory"),
    at("create", "/v/app/a/b/x", "file"),
  ];
  t.deepEqual(found(facts, { "/v/app": directory(), "/v/app/a": directory(), "/v/app/a/b": directory() }), [
    "directory /v/app",
  ]);
});

test("a directory that is not there walks up", (t) => {
  t.deepEqual(found([at("delete", "/v/app/gone/x")], { "/v/app/gone": null }), ["directory /v/app"]);
});

test("what was a file in one run and a directory in another is granted as a directory", (t) => {
  const facts = [at("write", "/v/app/x"), at("write", "/v/app/x/y")];
  t.deepEqual(found(facts, { "/v/app/x": file(), "/v/app/x/y": file() }), ["directory /v/app/x"]);
});

test("a placeholder stands for many names, so its directory is needed", (t) => {
  t.deepEqual(found([at("write", "/v/app/{random}/x")]), ["directory /v/app"]);
});

test("system directories are a person's decision", (t) => {
  const facts = ["/etc", "/var", "/usr", "/home", "/root", ""].map((top) =>
    at("create", `${top}/new`, "file"),
  );
  t.deepEqual(
    found(facts),
    ["/", "/etc", "/home", "/root", "/usr", "/var"].map((path) => `undecidable ${path}`),
  );
});

test("/run and other shared directories are possible, and marked", (t) => {
  t.deepEqual(found([at("create", "/run/app.pid", "file"), at("create", "/var/lib/x", "directory")]), [
    "directory /run (broad)",
    "directory /var/lib (broad)",
  ]);
});

test("the unit's own directories, devices and kernel interfaces need nothing", (t) => {
  const facts = [
    at("create", "/var/lib/app/x", "file"),
    at("write", "/dev/null"),
    at("write", "/proc/self/oom_score_adj"),
    at("write", "/sys/x"),
  ];
  t.deepEqual(found(facts, {}, { directories: ["/var/lib/app"] }), []);
});

test("a directory whose mode is changed is granted itself", (t) => {
  t.deepEqual(found([at("write", "/v/app", "directory")], { "/v/app": directory() }), ["directory /v/app"]);
});

test("a rename between two directories needs one that holds both", (t) => {
  const facts = [
    at("delete", "/v/app/in/x"),
    at("create", "/v/app/out/x", "file"),
    { kind: "rename", from: "/v/app/in/x", to: "/v/app/out/x" } as const,
  ];
  t.deepEqual(found(facts), ["directory /v/app"]);
});

test("a rename that only /var would cover is a person's decision", (t) => {
  const facts = [
    at("delete", "/var/lib/app/x"),
    at("create", "/var/log/app/x", "file"),
    { kind: "rename", from: "/var/lib/app/x", to: "/var/log/app/x" } as const,
  ];
  t.deepEqual(found(facts), ["directory /var/lib/app", "directory /var/log/app", "undecidable /var"]);
});

test("a rename within the unit's own directory needs nothing, out of it does", (t) => {
  const directories = ["/var/lib/app"];
  t.deepEqual(
    found([{ kind: "rename", from: "/var/lib/app/a/x", to: "/var/lib/app/b/x" }], {}, { directories }),
    [],
  );
  t.deepEqual(
    found([{ kind: "rename", from: "/var/lib/app/a/x", to: "/var/lib/other/x" }], {}, { directories }),
    ["directory /var/lib (broad)"],
  );
});

const path = fc
  .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 2, maxLength: 5 })
  .map((parts) => `/v/${parts.join("/")}`);
const write = fc.record({
  kind: fc.constant("file" as const),
  access: fc.constantFrom("write" as const, "create" as const, "delete" as const, "replace" as const),
  path,
  type: fc.constantFrom("file" as const, "directory" as const),
});
const writes = fc.array(write, { maxLength: 20 });
const files = fc
  .array(path, { maxLength: 20 })
  .map((paths) => Object.fromEntries(paths.map((one) => [one, file()])));

const rootsOf = (facts: readonly Fact[], known: Host["files"]) =>
  writableRoots(FactSet.of(facts), hostWith(known), unit).roots;

testProp("every write is covered", [writes, files], (t, facts, known) => {
  const roots = rootsOf(facts, known);
  const isCovered = (one: FileFact): boolean =>
    roots.some((root) => (root.kind === "file" ? one.path === root.path : isBelow(one.path, root.path)));
  t.true(facts.every(isCovered));
});

testProp("no root lies below another", [writes, files], (t, facts, known) => {
  const roots = rootsOf(facts, known);
  t.true(roots.every((root) => roots.every((other) => other === root || !isBelow(root.path, other.path))));
});

testProp(
  "no root can be left out: each covers a fact that no other one does",
  [writes, files],
  (t, facts, known) => {
    const roots = rootsOf(facts, known);
    const coveredOnce = (one: Fact): boolean =>
      one.kind === "file" && roots.filter((root) => isBelow(one.path, root.path)).length === 1;
    t.true(roots.every((root) => root.facts.length > 0 && root.facts.every(coveredOnce)));
  },
);

testProp(
  "a file is granted alone only if nothing ever happens to its name",
  [writes, files],
  (t, facts, known) => {
    const alone = new Set(rootsOf(facts, known).flatMap(({ kind, path }) => (kind === "file" ? [path] : [])));
    t.true(facts.every((one) => !alone.has(one.path) || one.access === "write"));
  },
);

testProp(
  "a root is no wider than the parent of something written or of a directory made",
  [writes],
  (t, facts) => {
    const possible = new Set(facts.flatMap((one) => [one.path, parent(one.path)]));
    t.true(rootsOf(facts, {}).every((root) => possible.has(root.path)));
  },
);
