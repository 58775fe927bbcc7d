import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { lookAtFiles } from "../../src/host/files.js";
import { parseBinds, Viewer } from "../../src/host/view.js";

test("below another root directory no symbolic link leads out of it, and mounts of the service's own are seen", (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "root-")));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  writeFileSync(join(root, "usr/bin/tool"), "", { mode: 0o700 });
  symlinkSync("/usr/bin", join(root, "bin"));
  symlinkSync("../../../../usr", join(root, "up"));
  symlinkSync("/etc/passwd", join(root, "leak"));
  const viewer = new Viewer({ root, binds: [{ source: join(root, "usr"), target: "/mnt" }] });
  const files = lookAtFiles(
    ["/bin/tool", "/up/bin/tool", "/leak", "/bin/sh", "/dev/null", "/mnt/bin/tool"],
    viewer.look,
  );
  t.like(files.get("/bin"), { type: "symlink", target: "/usr/bin" });
  t.like(files.get("/usr/bin/tool"), { type: "file", mode: 0o700 });
  t.like(files.get("/bin/tool"), { type: "file", mode: 0o700 });
  t.like(files.get("/up/bin/tool"), { type: "file", mode: 0o700 });
  t.is(files.get("/bin/sh"), null);
  t.like(files.get("/leak"), { type: "symlink" });
  t.is(files.get("/etc"), null, "where the link leads is inside");
  t.like(files.get("/dev/null"), { type: "char" });
  t.like(files.get("/mnt/bin/tool"), { type: "file", mode: 0o700 });
  t.is(viewer.place("/bin/tool"), join(root, "usr/bin/tool"));
  t.is(viewer.place("/"), root);
});

test("what is mounted for a service alone is read as systemctl prints it", (t) => {
  t.deepEqual(parseBinds("/usr:/usr:rbind -/srv/a:/data:norbind"), [
    { source: "/usr", target: "/usr" },
    { source: "/srv/a", target: "/data" },
  ]);
  t.deepEqual(parseBinds(""), []);
});
