import test from "ava";
import { decide } from "../../../src/directives/index.js";
import type { FileStatus, Unit } from "../../../src/host/types.js";
import { file, outcome, type Situation, situation } from "../context.js";

const directory: FileStatus = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
const there = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, directory]));

const program = file("execute", "/usr/bin/thing");
const lines = (given: Situation, directive: string) => outcome(decide(situation(given)), directive);
const words = (given: Situation, directive: string) =>
  lines(given, directive).flatMap((line) => line.slice(directive.length + 1).split(" "));

test("what is executable stays read-only: ExecPaths= alone would make it writable", (t) => {
  const given = { facts: [program], host: { files: there("/usr") } };
  t.deepEqual(lines(given, "ExecPaths"), ["ExecPaths=", "ExecPaths=/usr"]);
  t.deepEqual(lines(given, "BindReadOnlyPaths"), ["BindReadOnlyPaths=/usr"]);
});

test("below a root directory of its own the mount is taken from there", (t) => {
  const given: Situation = { facts: [program], unit: { rootDirectory: "/srv/root" } };
  t.deepEqual(lines(given, "BindReadOnlyPaths"), ["BindReadOnlyPaths=/srv/root/usr:/usr"]);
});

test("code in a directory that is written keeps it writable, and all of it executable", (t) => {
  const given: Situation = {
    facts: [program, file("map", "/var/lib/thing/plugins/a.so"), file("create", "/var/lib/thing/data")],
    host: { files: there("/usr", "/var/lib/thing", "/var/lib/thing/plugins") },
  };
  t.deepEqual(words(given, "ExecPaths"), ["", "/usr", "/var/lib/thing"]);
  t.deepEqual(words(given, "BindReadOnlyPaths"), ["/usr"]);
  t.false(words(given, "NoExecPaths").includes("-/var/lib/thing"));
});

test("what others mount is named in NoExecPaths=, for it is beyond the one for /", (t) => {
  const given: Situation = {
    facts: [program, file("create", "/var/log/thing/a")],
    host: { files: there("/usr", "/var/log/thing") },
    unit: { directories: ["/run/thing", "/var/lib/thing", "/var/cache/c", "/var/cache/private/c"] },
  };
  const named = words(given, "NoExecPaths");
  const mounted = ["/var/log/thing", "/run/thing", "/var/lib/thing", "/var/cache/private/c", "/tmp", "/dev"];
  for (const path of mounted) {
    t.true(named.includes(`-${path}`), path);
  }
  t.true(named.includes("/"));
  t.false(named.includes("-/var/cache/c"), "a symbolic link is no mount point");
});

test("homes are named only where that cancels no tmpfs over them", (t) => {
  const looking = { facts: [program, file("missing", "/root/.config")] };
  t.deepEqual(lines(looking, "ProtectHome"), ["ProtectHome=tmpfs"]);
  t.false(words(looking, "NoExecPaths").includes("-/root"));
  const writing = { facts: [program, file("create", "/root/x")] };
  t.true(words(writing, "NoExecPaths").includes("-/root"));
});

test("/tmp is named only where it is private: an entry would make it writable", (t) => {
  const foreign = { facts: [program, file("read", "/tmp/others")] };
  t.false(words(foreign, "NoExecPaths").includes("-/tmp"));
});

const shipping = (properties: Unit["properties"], ...facts: ReturnType<typeof file>[]): Situation => ({
  facts: [program, ...facts],
  unit: { properties },
});

test("the unit's own NoExecPaths=/ is kept and completed", (t) => {
  const given = shipping(
    { NoExecPaths: "/", ExecPaths: "/usr/bin/thing /usr/lib" },
    file("create", "/var/lib/thing/a"),
  );
  t.deepEqual(lines(given, "ExecPaths"), ["meaningless"]);
  const named = words(given, "NoExecPaths");
  t.true(named.includes("-/dev"));
  t.false(named.includes(""), "it is not reset");
});

test("a program in a directory of the whole system leaves all executable", (t) => {
  t.deepEqual(lines({ facts: [file("execute", "/var/{random}")] }, "ExecPaths"), ["unsafe"]);
});

test("/run stays read-only where systemd mounts it for another setting", (t) => {
  const given = { facts: [program], unit: { user: "www" } };
  t.deepEqual(lines(given, "ProtectProc").slice(-1), lines(given, "ProtectProc"));
  t.deepEqual(lines(given, "ReadOnlyPaths"), ["ReadOnlyPaths=", "ReadOnlyPaths=-/run"]);
  const writing = { facts: [program, file("create", "/run/thing.pid")], host: { files: there("/run") } };
  t.deepEqual(
    lines(writing, "ReadOnlyPaths"),
    ["ReadOnlyPaths=", "ReadOnlyPaths=-/run/dbus -/run/systemd -/run/udev"],
    "units of systemd are not for a service that has its PID file in /run",
  );
  t.true(words(writing, "NoExecPaths").includes("-/run/systemd"));
});

test("so it does for settings that the unit ships, and nothing in it is executable", (t) => {
  for (const properties of [
    { ProtectControlGroups: "yes" },
    { ProtectKernelTunables: "yes" },
    { MountAPIVFS: "yes" },
  ]) {
    const given: Situation = {
      facts: [
        program,
        file("read", "/proc/1/stat"),
        file("read", "/proc/sys/kernel/x"),
        file("read", "/sys/fs/cgroup"),
      ],
      unit: { properties: { ProtectKernelTunables: "no", ...properties } },
    };
    t.deepEqual(lines(given, "ReadOnlyPaths"), ["ReadOnlyPaths=", "ReadOnlyPaths=-/run"]);
    t.true(words(given, "NoExecPaths").includes("-/run"));
  }
});

test("compatible leaves all executable, and offers no lines, which alone would make programs writable", (t) => {
  const decisions = decide(situation({ facts: [program], posture: "compatible" }));
  t.deepEqual(outcome(decisions, "ExecPaths"), ["operator"]);
  t.deepEqual(decisions.find(({ directive }) => directive === "ExecPaths")?.advice ?? [], []);
});
