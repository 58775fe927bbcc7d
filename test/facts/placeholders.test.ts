import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { isBelow, join, lexical, parent } from "../../src/facts/paths.js";
import { replaceForms, replaceRandom } from "../../src/facts/placeholders.js";
import { files, learn } from "./support.js";

const forms: Readonly<Record<string, string>> = {
  "6f1c2f9e-0d1b-4c6e-9d5a-1f2e3d4c5b6a.tmp": "{uuid}.tmp",
  d41d8cd98f00b204e9800998ecf8427e: "{hash}",
  "access.log-20261122": "access.log-{date}",
  "backup_2026-11-22T18-57-44.tar": "backup_{date}.tar",
  "dump.1234": "dump.{pid}",
  "0000000042": "{counter}",
  "1763837864.M12.host": "{counter}.M12.host",
  "libfoo.so.6": "libfoo.so.6",
  "redis-6379.conf": "redis-6379.conf",
  "python3.11": "python3.11",
  "x86_64-linux-gnu": "x86_64-linux-gnu",
  "version-19991399": "version-19991399",
};

for (const [name, expected] of Object.entries(forms))
  test(`by its form, ${name} is ${expected}`, (t) => {
    t.is(
      replaceForms(name, (pid) => pid === 1234),
      expected,
    );
  });

const random: Readonly<Record<string, string>> = {
  "foo.aB3xYz": "foo.{random}",
  "foo.AbCdEf": "foo.{random}",
  "tmp.J1FN9xQpLm": "tmp.{random}",
  tmpab12cd_9: "tmp{random}",
  "put-abc4_e6_.part": "put-{random}.part",
  sess_k3J9xQ1m: "sess_{random}",
  "systemd-private-aB3xYz-x": "systemd-private-{random}-x",
  "1xVJQF-000Qes-0q-H": "{random}-{random}-{random}-H",
  "1xVJUE-000TBM-0N-D": "{random}-{random}-{random}-D",
  "u1.lock.host-b.6b039fa8.0001a0b7": "u1.lock.host-b.{random}.{random}",
  "redis6.aB3xYz": "redis6.{random}",
  "PostgreSQL.29392526": "PostgreSQL.{counter}",
  "NetworkManager.state": "NetworkManager.state",
  config: "config",
  "config.backup": "config.backup",
  "data.sqlite": "data.sqlite",
  "index.lock": "index.lock",
  "123456": "123456",
};

for (const [name, expected] of Object.entries(random))
  test(`made exclusively and privately, ${name} is ${expected}`, (t) => {
    t.is(replaceRandom(name, true).name, expected);
  });

test("a word of eight letters is no random name when others may read the file", (t) => {
  t.is(replaceRandom("user-settings.new", false).name, "user-settings.new");
});

test("a temporary file keeps its placeholder through rename and removal", (t) => {
  const text = `
    openat(AT_FDCWD, "/v/state.aB3xYz", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
    chmod("/v/state.aB3xYz", 0640) = 0
    rename("/v/state.aB3xYz", "/v/state") = 0
    mkdir("/tmp/work.Q2w3Er", 0700) = 0
    openat(AT_FDCWD, "/tmp/work.Q2w3Er/x", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
    unlink("/tmp/work.Q2w3Er/x") = 0
    rmdir("/tmp/work.Q2w3Er") = 0`;
  t.deepEqual(files(text), [
    "create /tmp/work.{random} (directory)",
    "create /tmp/work.{random}/x (file)",
    "create /v/state (file)",
    "create /v/state.{random} (file)",
    "delete /tmp/work.{random}",
    "delete /tmp/work.{random}/x",
    "delete /v/state.{random}",
    "write /v/state.{random}",
  ]);
});

test("two runs with other process ids and temporary names give the same facts", (t) => {
  const run = (pid: number, name: string): string => `
    ${pid} openat(AT_FDCWD, "/run/app/${name}", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
    ${pid} openat(AT_FDCWD, "/run/app/lock.${pid}", O_RDWR|O_CREAT, 0600) = 4
    ${pid} open("/proc/${pid}/status", O_RDONLY) = 5
    ${pid} unlink("/run/app/${name}") = 0`;
  const attach = (pid: number) => ({ text: `10 clone(child_stack=NULL, flags=SIGCHLD) = ${pid}` });
  t.deepEqual(
    learn(attach(4711).text + run(4711, "x.aB3xYz")),
    learn(attach(815).text + run(815, "x.Zz9yQ1")),
  );
});

test("processes in /proc are self, those of the trace, or others", (t) => {
  const text = `
    10 clone(child_stack=NULL, flags=SIGCHLD) = 11
    10 open("/proc/self/fd/3", O_RDONLY) = 3
    10 open("/proc/10/stat", O_RDONLY) = 3
    10 open("/proc/10/task/10/comm", O_RDONLY) = 3
    10 open("/proc/11/stat", O_RDONLY) = 3
    10 open("/proc/99/stat", O_RDONLY) = 3
    10 open("/proc/1/stat", O_RDONLY) = 3
    10 open("/proc/sys/kernel/pid_max", O_RDONLY) = 3`;
  t.deepEqual(files(text), [
    "read /proc/1/stat",
    "read /proc/self/fd/{counter}",
    "read /proc/self/stat",
    "read /proc/self/task/{pid}/comm",
    "read /proc/sys/kernel/pid_max",
    "read /proc/{other-pid}/stat",
    "read /proc/{pid}/stat",
  ]);
});

test("a process in a pid namespace of its own uses the number it has there", (t) => {
  t.deepEqual(files('getpid() = 118\nunlink("/v/temp-118.rdb") = 0\nunlink("/v/temp-119.rdb") = 0'), [
    "delete /v/temp-119.rdb",
    "delete /v/temp-{pid}.rdb",
  ]);
});

test("a numbered series becomes a counter, two numbered files do not", (t) => {
  const made = (numbers: readonly number[], directory: string): string =>
    numbers
      .map((number) => `openat(AT_FDCWD, "${directory}/log.${number}", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3`)
      .join("\n");
  t.deepEqual(files(`${made([1, 2, 3, 4], "/var/log/a")}\n${made([1, 2], "/var/log/b")}`), [
    "create /var/log/a/log.{counter} (file)",
    "create /var/log/b/log.1 (file)",
    "create /var/log/b/log.2 (file)",
  ]);
});

test("thousands of different names below a directory become one fact", (t) => {
  const lines = Array.from(
    { length: 1500 },
    (_, index) => `open("/srv/www/page${"abcdefghij"[index % 10] ?? ""}${index}x", O_RDONLY) = 3`,
  );
  t.deepEqual(files(lines.join("\n")), ["read /srv/www/{random}"]);
});

test("names of packages and devices are never placeholders", (t) => {
  t.deepEqual(
    files(
      'open("/dev/disk/by-uuid/6f1c2f9e-0d1b-4c6e-9d5a-1f2e3d4c5b6a", O_RDONLY) = 3\nopen("/usr/lib/d41d8cd98f00b204e9800998ecf8427e", O_RDONLY) = 3',
    ),
    [
      "read /dev/disk/by-uuid/6f1c2f9e-0d1b-4c6e-9d5a-1f2e3d4c5b6a",
      "read /usr/lib/d41d8cd98f00b204e9800998ecf8427e",
    ],
  );
});

const component = fc.constantFrom("a", "b", ".", "..", "", "x.y", "...", "run");
const anyPath = fc.array(component, { maxLength: 8 }).map((components) => `/${components.join("/")}`);

testProp("normalising a path twice is normalising it once", [anyPath], (t, path) => {
  t.is(lexical(lexical(path)), lexical(path));
  t.is(join("/", join("/", path)), join("/", path));
});

testProp("a normal path has no empty, `.` or `..` components", [anyPath], (t, path) => {
  const normal = lexical(path);
  t.true(normal.startsWith("/"));
  t.true(
    normal === "/" ||
      !normal
        .split("/")
        .slice(1)
        .some((part) => ["", ".", ".."].includes(part)),
  );
});

testProp("every path is below its parent and below the root", [anyPath], (t, path) => {
  const normal = lexical(path);
  t.true(isBelow(normal, parent(normal)));
  t.true(isBelow(normal, "/"));
});

test("a number drawn for an object of one's own is a counter, however long it is", (t) => {
  for (const number of ["94800410", "1794800410"])
    t.deepEqual(files(`openat(AT_FDCWD, "/dev/shm/PostgreSQL.${number}", O_RDWR|O_CREAT|O_EXCL, 0600) = 3`), [
      "create /dev/shm/PostgreSQL.{counter} (file)",
    ]);
});

test("a pseudo-terminal has the number that was free", (t) => {
  const text =
    'openat(AT_FDCWD, "/dev/pts/3", O_RDWR|O_NOCTTY) = 5\nchown("/dev/pts/3", 1000, 5) = 0\nstat("/dev/pts/ptmx", {st_mode=S_IFCHR, ...}) = 0';
  t.deepEqual(files(text), ["read /dev/pts/ptmx", "read /dev/pts/{counter}", "write /dev/pts/{counter}"]);
});
