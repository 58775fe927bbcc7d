import test from "ava";
import { LinkedDirectories } from "../../src/facts/linked-directories.js";
import { directory, files, hostWith, symlink } from "./support.js";

test("a directory is known by the name that the kernel gave something in it", (t) => {
  const linked = new LinkedDirectories();
  t.is(linked.real("/var/run/app/x"), "/var/run/app/x");
  t.is(linked.learn("/var/run/app/../app/x", "/run/app/x"), "/var/run");
  t.is(linked.learn("/var/run/y", "/run/y"), undefined);
  t.is(linked.real("/var/run/app/z"), "/run/app/z");
  t.is(linked.real("/var/run"), "/run");
  t.is(linked.real("/var/runner"), "/var/runner");
});

test("a link that leads elsewhere now is known by where it leads now", (t) => {
  const linked = new LinkedDirectories();
  linked.learn("/srv/current/conf", "/srv/v1/conf");
  t.is(linked.learn("/srv/current/conf", "/srv/v2/conf"), "/srv/current");
  t.is(linked.real("/srv/current/data"), "/srv/v2/data");
});

test("a link that is the object itself says nothing of directories", (t) => {
  const linked = new LinkedDirectories();
  t.is(linked.learn("/etc/mtab", "/proc/10/mounts"), undefined);
  t.is(linked.learn("/x/root", "/root"), undefined);
  t.is(linked.real("/etc/other"), "/etc/other");
  t.is(linked.real("/"), "/");
});

const varRun = hostWith({
  "/var": directory(),
  "/var/run": symlink("/run"),
  "/run": directory(),
  "/run/apache2": directory(),
});

test("Apache's PID file in /var/run keeps the placeholder of its temporary name", (t) => {
  const run = (name: string): string => `
    openat(AT_FDCWD</>, "/var/run/apache2/apache2.pid.${name}", O_RDWR|O_CREAT|O_EXCL, 0600) = 9</run/apache2/apache2.pid.${name}>
    chmod("/var/run/apache2/apache2.pid.${name}", 0644) = 0
    rename("/var/run/apache2/apache2.pid.${name}", "/var/run/apache2/apache2.pid") = 0`;
  for (const name of ["3WR9pz", "fimeso"])
    t.deepEqual(files(run(name), { host: varRun }), [
      "create /run/apache2/apache2.pid (file)",
      "create /run/apache2/apache2.pid.{random} (file)",
      "delete /run/apache2/apache2.pid.{random}",
      "write /run/apache2/apache2.pid.{random}",
    ]);
});

test("what was made through a link is the unit's own also by its other name", (t) => {
  const text = `
    openat(AT_FDCWD</>, "/var/run/apache2/x", O_RDWR|O_CREAT|O_EXCL, 0600) = 9</run/apache2/x>
    stat("/var/run/apache2/x", {st_mode=S_IFREG|0600, ...}) = 0
    stat("/run/apache2/x", {st_mode=S_IFREG|0600, ...}) = 0`;
  t.deepEqual(files(text, { host: varRun }), ["create /run/apache2/x (file)"]);
});
