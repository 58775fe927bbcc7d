import test from "ava";
import { decide } from "../../../src/directives/index.js";
import type { FileStatus } from "../../../src/host/types.js";
import { file, outcome, type Situation, situation } from "../context.js";

const directory: FileStatus = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
const plain: FileStatus = { type: "file", mode: 0o755, uid: 0, gid: 0 };
const link = (target: string): FileStatus => ({ type: "symlink", mode: 0o777, uid: 0, gid: 0, target });

const files: Readonly<Record<string, FileStatus>> = {
  ...Object.fromEntries(
    [
      "/",
      "/dev",
      "/etc",
      "/home",
      "/opt",
      "/proc",
      "/root",
      "/run",
      "/tmp",
      "/usr",
      "/usr/bin",
      "/usr/lib",
      "/var",
    ].map((path) => [path, directory]),
  ),
  "/bin": link("usr/bin"),
  "/lib64": link("usr/lib64"),
  "/usr/bin/thing": { ...plain, interpreter: "/lib64/ld.so" },
  "/usr/lib64/ld.so": link("../lib/ld/ld.so"),
  "/usr/lib/ld/ld.so": plain,
  "/var/lib/thing": directory,
};

const program = file("execute", "/usr/bin/thing");

const isolated = (facts: Situation["facts"], more: Situation = {}) =>
  decide(
    situation({
      ...more,
      facts: facts ?? [],
      posture: "isolated",
      host: { files: { ...files, ...more.host?.files } },
    }),
  );

const words = (decisions: ReturnType<typeof isolated>, directive: string) =>
  outcome(decisions, directive).flatMap((line) => line.slice(directive.length + 1).split(" "));

const logs = ["dev-log", "socket", "stdout"].map((name) => `-/run/systemd/journal/${name}`);

test("only what was used is there", (t) => {
  const decisions = isolated([program, file("read", "/etc/thing/conf"), file("create", "/var/lib/thing/a")]);
  t.deepEqual(words(decisions, "TemporaryFileSystem"), [
    "/etc:ro",
    "/opt:ro",
    "/run:ro",
    "/usr:ro",
    "/var:ro",
  ]);
  t.deepEqual(words(decisions, "BindPaths"), ["/var/lib/thing"]);
  t.deepEqual(words(decisions, "BindReadOnlyPaths"), [
    "-/etc/thing",
    ...logs,
    "-/usr/bin/thing",
    // By both names: the kernel goes by the one in the program.
    "-/usr/lib/ld/ld.so",
    "-/usr/lib64/ld.so",
  ]);
  t.deepEqual(words(decisions, "ExecPaths"), ["", "/usr/bin/thing", "/usr/lib/ld/ld.so", "/usr/lib64/ld.so"]);
  t.deepEqual(outcome(decisions, "ReadWritePaths"), ["meaningless"]);
});

test("libraries inside of what is shown have a read-only mount of their own", (t) => {
  const decisions = isolated([
    program,
    file("read", "/usr/lib/thing/a"),
    file("map", "/usr/lib/thing/plugins/b.so"),
  ]);
  const shown = words(decisions, "BindReadOnlyPaths");
  t.true(shown.includes("-/usr/lib/thing") && shown.includes("-/usr/lib/thing/plugins"));
  t.true(words(decisions, "NoExecPaths").includes("-/usr/lib/thing"));
  t.true(words(decisions, "ExecPaths").includes("-/usr/lib/thing/plugins"));
});

test("what was reached by a link is there under that name too", (t) => {
  const named = { "/var/run": link("/run"), "/var/run/bus": directory, "/run/bus": directory };
  const decisions = isolated([program, file("connect", "/run/bus/socket")], {
    host: { files: { ...named, "/var/run/bus/socket": { ...plain, type: "socket" } } },
  });
  const shown = words(decisions, "BindReadOnlyPaths");
  t.true(shown.includes("-/run/bus") && shown.includes("-/var/run/bus"));
});

test("/run as a whole is not mounted anew: systemd would show in it what it is just mounting", (t) => {
  const decisions = isolated([program, file("create", "/run/thing.pid")]);
  t.false(words(decisions, "TemporaryFileSystem").includes("/run:ro"));
  t.deepEqual(words(decisions, "ReadWritePaths"), ["", "/run"]);
  t.true(words(decisions, "InaccessiblePaths").includes("-/run/docker.sock"));
});

test("what holds a link to /run is not emptied where all of /run is shown: the link could not be made anew", (t) => {
  const pidFile = [program, file("create", "/run/thing.pid"), file("create", "/var/lib/thing/data")];
  const decisions = isolated(pidFile, { host: { files: { "/var/run": link("/run") } } });
  t.false(words(decisions, "TemporaryFileSystem").includes("/var:ro"));
  t.true(words(decisions, "TemporaryFileSystem").includes("/etc:ro"));
  t.deepEqual(words(decisions, "ReadWritePaths"), ["", "/run", "/var/lib/thing"]);
  t.deepEqual(outcome(decisions, "BindPaths"), ["meaningless"]);
});

test("a link to something in /run does not keep its directory from being emptied", (t) => {
  const facts = [program, file("create", "/run/thing.pid"), file("read", "/run/resolve/conf")];
  const named = {
    "/run/resolve": directory,
    "/run/resolve/conf": plain,
    "/etc/conf": link("/run/resolve/conf"),
  };
  const decisions = isolated(facts, { host: { files: named } });
  t.true(words(decisions, "TemporaryFileSystem").includes("/etc:ro"));
});

test("of homes only what was used is there", (t) => {
  const decisions = isolated([program, file("read", "/root/app/conf"), file("create", "/root/app/data/x")], {
    host: { files: { "/root/app": directory, "/root/app/data": directory } },
  });
  t.deepEqual(outcome(decisions, "ProtectHome"), ["ProtectHome=tmpfs"]);
  t.true(words(decisions, "BindPaths").includes("/root/app/data"));
  t.true(words(decisions, "BindReadOnlyPaths").includes("-/root/app"));
});

test("when all of /etc is written then a tmpfs would be cancelled, and there is none", (t) => {
  const decisions = isolated([program, file("create", "/etc/x")]);
  t.deepEqual(outcome(decisions, "TemporaryFileSystem"), ["operator"]);
  t.deepEqual(outcome(decisions, "ReadWritePaths"), ["meaningless"]);
});

test("a unit with a file system of its own keeps it", (t) => {
  const rooted = isolated([program], { unit: { properties: { RootDirectory: "/srv/root" } } });
  t.deepEqual(outcome(rooted, "TemporaryFileSystem"), ["meaningless"]);
});

test("a unit whose NoExecPaths=/ allows more than was used is confined to what was", (t) => {
  const decisions = isolated([program], {
    unit: { properties: { NoExecPaths: "/", ExecPaths: "/usr/bin/thing /usr/lib" } },
  });
  t.deepEqual(words(decisions, "ExecPaths"), ["", "/usr/bin/thing", "/usr/lib/ld/ld.so", "/usr/lib64/ld.so"]);
});

test("strict leaves the file system as it is", (t) => {
  const decisions = decide(situation({ facts: [program] }));
  t.deepEqual(outcome(decisions, "TemporaryFileSystem"), ["operator"]);
});

test("what lies in /run may be absent under its other name too, and must not keep the service from starting", (t) => {
  const seen = [program, file("create", "/run/thing/pid")];
  const host = {
    files: { "/run/thing": directory, "/var/run": link("../run"), "/var/run/thing": directory },
  };
  const decisions = isolated(seen, { host });
  t.deepEqual(words(decisions, "BindPaths"), ["-/run/thing", "-/var/run/thing"]);
});
