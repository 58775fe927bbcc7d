import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { lookAtFiles, resolvePath } from "../../src/host/files.js";
import type { FileStatus } from "../../src/host/types.js";

/** A file system in memory: a string is where a symbolic link leads, everything else a directory. */
function lookAtTree(tree: Readonly<Record<string, string | null>>): (path: string) => FileStatus | null {
  return (path) => {
    const entry = tree[path];
    if (entry === undefined) return path === "/" ? status("directory") : null;
    return entry === null ? status("directory") : { ...status("symlink"), target: entry };
  };
}

function status(type: FileStatus["type"]): FileStatus {
  return { type, mode: 0o755, uid: 0, gid: 0 };
}

function pathsOf(tree: Readonly<Record<string, string | null>>, ...paths: string[]): string[] {
  return [...lookAtFiles(paths, lookAtTree(tree)).keys()].sort();
}

test("when a path is mentioned then its parents are looked at too", (t) => {
  t.deepEqual(pathsOf({}, "/var/lib/demo"), ["/", "/var", "/var/lib", "/var/lib/demo"]);
});

test("when a link is on the way then both the path as it is written and where it leads are looked at", (t) => {
  t.deepEqual(pathsOf({ "/var": null, "/var/run": "/run", "/run": null }, "/var/run/demo/pid"), [
    "/",
    "/run",
    "/run/demo",
    "/run/demo/pid",
    "/var",
    "/var/run",
    "/var/run/demo",
    "/var/run/demo/pid",
  ]);
});

test("when links lead to links then each of them is looked at", (t) => {
  const tree = { "/a": "b", "/b": "/c/d", "/c": null, "/c/d": "../e", "/e": null };
  t.deepEqual(pathsOf(tree, "/a/x"), ["/", "/a", "/a/x", "/b", "/c", "/c/d", "/e", "/e/x"]);
  t.is(resolvePath(Object.fromEntries(lookAtFiles(["/a/x"], lookAtTree(tree))), "/a/x"), "/e/x");
});

test("when a target has .. behind a link then it is the parent of where that link leads", (t) => {
  const tree = { "/l": "/deep/down", "/deep": null, "/deep/down": null, "/m": "l/../x", "/deep/x": null };
  t.is(resolvePath(Object.fromEntries(lookAtFiles(["/m"], lookAtTree(tree))), "/m"), "/deep/x");
});

test("when links go round in circles or lead on for ever then looking ends", (t) => {
  t.deepEqual(pathsOf({ "/a": "/b", "/b": "/a" }, "/a/x"), ["/", "/a", "/a/x", "/b"]);
  t.deepEqual(pathsOf({ "/a": "a/a" }, "/a"), ["/", "/a", "/a/a"]);
  const chain = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`/l${i}`, `l${i + 1}`]));
  t.is(lookAtFiles(["/l0"], lookAtTree(chain)).size, 1 + 41);
});

test("when a path is not absolute, or cannot be a path, then it harms nothing", (t) => {
  const found = lookAtFiles([
    "@abstract",
    "",
    "relative/path",
    "/nul\0l",
    `/${"x".repeat(300)}`,
    "/y".repeat(4000),
  ]);
  t.deepEqual(found.get("/"), lookAtFiles(["/"]).get("/"));
  t.is(found.get(`/${"x".repeat(300)}`), null);
  t.false(found.has("@abstract"));
  t.false(found.has("/nul\0l"));
});

test("when a path lies below /proc/PID then it is left out, because it is our own there", (t) => {
  const found = lookAtFiles([
    "/proc/self/exe",
    "/proc/1/status",
    "/proc/{pid}/stat",
    "/proc/sys/kernel/osrelease",
  ]);
  t.deepEqual([...found.keys()].filter((path) => path.startsWith("/proc/")).sort(), [
    "/proc/sys",
    "/proc/sys/kernel",
    "/proc/sys/kernel/osrelease",
    "/proc/{pid}",
    "/proc/{pid}/stat",
  ]);
});

test("when files are of different types then type, mode and target are told", (t) => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "profile-files-")));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  writeFileSync(join(directory, "file"), "", { mode: 0o640 });
  mkdirSync(join(directory, "sub"));
  symlinkSync("sub/../file", join(directory, "link"));
  const found = lookAtFiles([join(directory, "link"), join(directory, "file", "below"), "/dev/null"]);
  t.like(found.get(join(directory, "file")), { type: "file", mode: 0o640 });
  t.like(found.get(join(directory, "link")), { type: "symlink", target: "sub/../file" });
  t.like(found.get(join(directory, "sub")), { type: "directory" });
  t.is(found.get(join(directory, "file", "below")), null);
  t.is(found.get("/dev/null")?.type, "char");
});

const names = fc.constantFrom("a", "b", "c");
const target = fc
  .array(fc.oneof(names, fc.constant("..")), { minLength: 1, maxLength: 4 })
  .chain((parts) => fc.constantFrom(parts.join("/"), `/${parts.join("/")}`));
const trees = fc.dictionary(
  fc.array(names, { minLength: 1, maxLength: 2 }).map((parts) => `/${parts.join("/")}`),
  fc.option(target),
);

testProp(
  "when links are arbitrary then resolving ends, twice gives the same, and all on the way is known",
  [trees, target],
  (t, tree, path) => {
    const files = Object.fromEntries(lookAtFiles([`/${path.replace(/\.\.|^\//g, "a")}`], lookAtTree(tree)));
    for (const name of Object.keys(files)) {
      const end = resolvePath(files, name);
      t.true(end.startsWith("/"));
      t.is(resolvePath(files, name), end);
    }
  },
);
