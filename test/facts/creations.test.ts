import test from "ava";
import { hostWith, learn } from "./support.js";

/** Creation facts as `path bits`; the umask of the unit is 022. */
function creations(text: string, umask = 0o022): string[] {
  return learn(text, { umask })
    .flatMap((fact) => (fact.kind === "creation" ? [`${fact.path} ${fact.bits}`] : []))
    .sort();
}

const made: Readonly<Record<string, readonly string[]>> = {
  'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3': ["/srv/x 044"],
  'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT|O_TRUNC, 0640) = 3': ["/srv/x 040"],
  'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT|O_APPEND, 0600) = 3': [],
  'openat(AT_FDCWD, "/srv/x", O_WRONLY) = 3': [],
  'openat(AT_FDCWD, "/srv", O_RDWR|O_TMPFILE, 0644) = 3</srv/#12 (deleted)>': ["/srv/{random} 044"],
  'creat("/srv/x", 0644) = 3': ["/srv/x 044"],
  'mkdir("/srv/d", 0777) = 0': ["/srv/d 055"],
  'mkdir("/srv/d", 0700) = 0': [],
  'mkdir("/srv/d", 0777) = -1 EEXIST (File exists)': [],
  'mkdirat(AT_FDCWD, "d", 0755) = 0': ["/srv/app/d 055"],
  'mknodat(AT_FDCWD, "/srv/f", S_IFIFO|0666) = 0': ["/srv/f 044"],
  'bind(3, {sa_family=AF_UNIX, sun_path="/run/s"}, 9) = 0': ["/run/s 055"],
  'symlink("a", "/srv/l") = 0': [],
  // Directories of control groups are made, what is in them comes from the kernel.
  'mkdir("/sys/fs/cgroup/x", 0755) = 0': ["/sys/fs/cgroup/x 055"],
  'openat(AT_FDCWD, "/sys/fs/cgroup/x/cgroup.procs", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3': [],
};

for (const [call, expected] of Object.entries(made))
  test(`what ${call} leaves to the umask`, (t) => {
    t.deepEqual(creations(call), expected);
  });

test("of the bits only those count that the umask of the unit lets through", (t) => {
  t.deepEqual(creations('mkdir("/srv/d", 0777) = 0', 0o027), ["/srv/d 050"]);
  t.deepEqual(creations('mkdir("/srv/d", 0777) = 0', 0o077), []);
});

test("a process that sets its own umask, and its children, do not depend on that of the unit", (t) => {
  const own = `
    umask(022) = 022
    clone(child_stack=NULL, flags=SIGCHLD) = 11`;
  t.deepEqual(creations(`${own}\nmkdir("/srv/d", 0777) = 0`), []);
  t.deepEqual(creations(`${own}\n11 mkdir("/srv/d", 0777) = 0`), []);
  t.deepEqual(
    creations(`clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 umask(022) = 022\nmkdir("/srv/d", 0777) = 0`),
    ["/srv/d 055"],
    "the child's umask is its own",
  );
});

test("a process that only asks for its umask goes on with that of the unit", (t) => {
  const asks = "umask(0777) = 022\numask(022) = 0777";
  t.deepEqual(creations(`${asks}\nmkdir("/srv/d", 0777) = 0`), ["/srv/d 055"]);
  t.deepEqual(creations(`${asks}\numask(027) = 022\nmkdir("/srv/d", 0777) = 0`), []);
  t.deepEqual(creations(`umask(0) = 022\numask(027) = 0\nmkdir("/srv/d", 0777) = 0`), []);
});

test("an object whose mode is set afterwards does not depend on the umask", (t) => {
  const open = 'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT, 0666) = 3';
  t.deepEqual(creations(`${open}</srv/x>\nfchmod(3</srv/x>, 0644) = 0`), []);
  t.deepEqual(creations(`${open}\nfchmod(3, 0644) = 0`), []);
  t.deepEqual(creations(`${open}\nfchmod(3, 0644) = -1 EPERM (Operation not permitted)`), ["/srv/x 044"]);
  t.deepEqual(creations(`${open}\nrename("/srv/x", "/srv/y") = 0\nchmod("/srv/y", 0600) = 0`), []);
  t.deepEqual(
    creations(`${open}\nunlink("/srv/x") = 0\nchmod("/srv/x", 0600) = 0`),
    ["/srv/x 044"],
    "that is another object",
  );
  const one = `mkdir("/srv/d", 0777) = 0\nchmod("/srv/d", 0700) = 0\nrmdir("/srv/d") = 0`;
  t.deepEqual(creations(`${one}\n${one}`), []);
  t.deepEqual(creations(`${one}\nmkdir("/srv/d", 0777) = 0`), ["/srv/d 055"]);
});

test("a file that is opened again and again is one object", (t) => {
  const open = 'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3</srv/x>';
  t.deepEqual(creations(`${open}\n${open}\nfchmod(3</srv/x>, 0644) = 0`), []);
});

test("names that differ from run to run have one form", (t) => {
  t.deepEqual(creations('mkdir("/srv/d/tmp.aB3xY9", 0755) = 0\nmkdir("/srv/d/tmp.zZ8kQ1", 0755) = 0'), [
    "/srv/d/tmp.{random} 055",
  ]);
});

test("what is opened with O_CREAT in /proc, or is a device, was there before", (t) => {
  const host = hostWith({ "/dev/null": { type: "char", mode: 0o666, uid: 0, gid: 0 } });
  const facts = learn(
    `openat(AT_FDCWD, "/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
    openat(AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4
    openat(AT_FDCWD, "/dev/shm/x", O_WRONLY|O_CREAT, 0666) = 5`,
    { umask: 0o022, host },
  );
  t.deepEqual(
    facts.flatMap((fact) => (fact.kind === "creation" ? [fact.path] : [])),
    ["/dev/shm/x"],
  );
});

test("an open with O_CREAT in /proc writes what is there and makes nothing", (t) => {
  const text = 'openat(AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3';
  const files = learn(text).flatMap((fact) => (fact.kind === "file" ? [`${fact.access} ${fact.path}`] : []));
  t.deepEqual(files, ["write /proc/self/oom_score_adj"]);
});
