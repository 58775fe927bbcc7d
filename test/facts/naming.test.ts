import test from "ava";
import { directory, file, files, hostWith, learn } from "./support.js";

/** Each call that a read-only mount refuses, and the fact it must give. */
const writeLike: Readonly<Record<string, readonly [string, string]>> = {
  "open O_WRONLY": ['open("/v/f", O_WRONLY) = 3', "write /v/f"],
  "open O_RDWR": ['open("/v/f", O_RDWR|O_CLOEXEC) = 3', "write /v/f"],
  "open O_TRUNC": ['open("/v/f", O_RDONLY|O_TRUNC) = 3', "write /v/f"],
  "open O_APPEND": ['openat(AT_FDCWD, "/v/f", O_WRONLY|O_APPEND) = 3', "write /v/f"],
  "open O_CREAT": ['openat(AT_FDCWD, "/v/f", O_WRONLY|O_CREAT, 0644) = 3', "create /v/f (file)"],
  "open O_RDONLY|O_CREAT of what may be new": [
    'openat(AT_FDCWD, "/v/f", O_RDONLY|O_CREAT, 0644) = 3',
    "create /v/f (file)",
  ],
  "open O_EXCL": ['openat(AT_FDCWD, "/v/f", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3', "create /v/f (file)"],
  openat2: [
    'openat2(AT_FDCWD, "/v/f", {flags=O_WRONLY|O_CREAT, mode=0644, resolve=0}, 24) = 3',
    "create /v/f (file)",
  ],
  creat: ['creat("/v/f", 0644) = 3', "create /v/f (file)"],
  O_TMPFILE: ['openat(AT_FDCWD, "/v", O_RDWR|O_TMPFILE, 0600) = 3', "create /v/{random} (file)"],
  truncate: ['truncate("/v/f", 0) = 0', "write /v/f"],
  unlink: ['unlink("/v/f") = 0', "delete /v/f"],
  unlinkat: ['unlinkat(AT_FDCWD, "/v/f", 0) = 0', "delete /v/f"],
  "unlinkat AT_REMOVEDIR": ['unlinkat(AT_FDCWD, "/v/f", AT_REMOVEDIR) = 0', "delete /v/f"],
  rmdir: ['rmdir("/v/f") = 0', "delete /v/f"],
  mkdir: ['mkdir("/v/d", 0755) = 0', "create /v/d (directory)"],
  mkdirat: ['mkdirat(AT_FDCWD, "/v/d", 0755) = 0', "create /v/d (directory)"],
  "mknod of a FIFO": ['mknod("/v/p", S_IFIFO|0600) = 0', "create /v/p (fifo)"],
  mknodat: ['mknodat(AT_FDCWD, "/v/b", S_IFBLK|0600, makedev(0x1, 0x1)) = 0', "create /v/b (block)"],
  symlink: ['symlink("elsewhere", "/v/l") = 0', "create /v/l (symlink)"],
  symlinkat: ['symlinkat("elsewhere", AT_FDCWD, "/v/l") = 0', "create /v/l (symlink)"],
  link: ['link("/v/f", "/v/g") = 0', "create /v/g (file)"],
  linkat: ['linkat(AT_FDCWD, "/v/f", AT_FDCWD, "/v/g", 0) = 0', "create /v/g (file)"],
  chmod: ['chmod("/v/f", 0600) = 0', "write /v/f"],
  fchmod: ["fchmod(3</v/f>, 0600) = 0", "write /v/f"],
  fchmodat: ['fchmodat(AT_FDCWD, "/v/f", 0600) = 0', "write /v/f"],
  fchmodat2: ['fchmodat2(AT_FDCWD, "/v/f", 0600, AT_SYMLINK_NOFOLLOW) = 0', "write /v/f"],
  chown: ['chown("/v/f", 1, 1) = 0', "write /v/f"],
  "chown that changes nothing": ['chown("/v/f", -1, -1) = 0', "write /v/f"],
  fchown: ["fchown(3</v/f>, 1, 1) = 0", "write /v/f"],
  lchown: ['lchown("/v/f", 1, 1) = 0', "write /v/f"],
  fchownat: ['fchownat(AT_FDCWD, "/v/f", 1, 1, 0) = 0', "write /v/f"],
  "fchownat of a descriptor": ['fchownat(3</v/f>, "", 1, 1, AT_EMPTY_PATH) = 0', "write /v/f"],
  utime: ['utime("/v/f", NULL) = 0', "write /v/f"],
  utimes: ['utimes("/v/f", NULL) = 0', "write /v/f"],
  futimesat: ['futimesat(AT_FDCWD, "/v/f", NULL) = 0', "write /v/f"],
  utimensat: ['utimensat(AT_FDCWD, "/v/f", [UTIME_NOW, UTIME_OMIT], 0) = 0', "write /v/f"],
  "utimensat of a descriptor": ["utimensat(3</v/f>, NULL, NULL, 0) = 0", "write /v/f"],
  setxattr: ['setxattr("/v/f", "user.a", "b", 1, 0) = 0', "write /v/f"],
  lsetxattr: ['lsetxattr("/v/f", "user.a", "b", 1, 0) = 0', "write /v/f"],
  fsetxattr: ['fsetxattr(3</v/f>, "user.a", "b", 1, 0) = 0', "write /v/f"],
  removexattr: ['removexattr("/v/f", "user.a") = 0', "write /v/f"],
  lremovexattr: ['lremovexattr("/v/f", "user.a") = 0', "write /v/f"],
  fremovexattr: ['fremovexattr(3</v/f>, "user.a") = 0', "write /v/f"],
  "removexattr of what is not set": [
    'removexattr("/v/f", "user.a") = -1 ENODATA (No data available)',
    "write /v/f",
  ],
  ftruncate: ["ftruncate(3</v/f>, 0) = 0", "write /v/f"],
  fallocate: ["fallocate(3</v/f>, 0, 0, 10) = 0", "write /v/f"],
  "ioctl FS_IOC_SETFLAGS": ["ioctl(3</v/f>, FS_IOC_SETFLAGS, [FS_NODUMP_FL]) = 0", "write /v/f"],
  "bind of a path": [
    'bind(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/v/s"}, 8) = 0',
    "create /v/s (socket)",
  ],
  "access W_OK": ['access("/v/f", W_OK) = 0', "write /v/f"],
  faccessat: ['faccessat(AT_FDCWD, "/v/f", R_OK|W_OK) = 0', "write /v/f"],
  faccessat2: ['faccessat2(AT_FDCWD, "/v/f", W_OK, AT_EACCESS) = 0', "write /v/f"],
  swapon: ['swapon("/v/f", 0) = 0', "write /v/f"],
  "unlink of what is not there": [
    'unlink("/v/gone") = -1 ENOENT (No such file or directory)',
    "delete /v/gone",
  ],
  "rmdir of what is not there": [
    'rmdir("/v/gone") = -1 ENOENT (No such file or directory)',
    "delete /v/gone",
  ],
  "rmdir of a full directory": ['rmdir("/v/f") = -1 ENOTEMPTY (Directory not empty)', "delete /v/f"],
  "rename of what is not there": [
    'rename("/v/gone", "/v/x") = -1 ENOENT (No such file or directory)',
    "delete /v/gone",
  ],
};

const host = hostWith({ "/v": directory(), "/v/f": file(), "/v/gone": null });

for (const [name, [line, fact]] of Object.entries(writeLike))
  test(`counted as a write: ${name}`, (t) => {
    t.deepEqual(files(line, { host }), [fact]);
  });

/** Each call that works on a read-only mount as well. */
const harmless: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "open O_RDONLY": ['open("/v/f", O_RDONLY) = 3', ["read /v/f"]],
  "open O_PATH": ['open("/v/f", O_RDONLY|O_PATH) = 3', ["read /v/f"]],
  "open O_EXCL of what exists": [
    'open("/v/f", O_WRONLY|O_CREAT|O_EXCL, 0600) = -1 EEXIST (File exists)',
    ["read /v/f"],
  ],
  "mkdir of what exists": ['mkdir("/v/f", 0755) = -1 EEXIST (File exists)', ["read /v/f"]],
  "symlink over what exists": ['symlink("a", "/v/f") = -1 EEXIST (File exists)', ["read /v/f"]],
  "bind to a name in use": [
    'bind(3<UNIX:[1]>, {sa_family=AF_UNIX, sun_path="/v/f"}, 8) = -1 EADDRINUSE (Address already in use)',
    ["read /v/f"],
  ],
  "open O_WRONLY of what is not there": [
    'open("/v/gone", O_WRONLY) = -1 ENOENT (No such file or directory)',
    [],
  ],
  "open O_WRONLY refused": ['open("/v/f", O_WRONLY) = -1 EACCES (Permission denied)', []],
  "chmod refused": ['chmod("/v/f", 0600) = -1 EPERM (Operation not permitted)', []],
  "unlink below what is not there": ['unlink("/v/gone/x") = -1 ENOENT (No such file or directory)', []],
  "access W_OK refused": ['access("/v/f", W_OK) = -1 EACCES (Permission denied)', []],
};

for (const [name, [line, facts]] of Object.entries(harmless))
  test(`not counted as a write: ${name}`, (t) => {
    t.deepEqual(files(line, { host }), facts);
  });

test("O_RDONLY|O_CREAT of a file that was looked at before only reads it", (t) => {
  const text = 'stat("/v/f", {st_mode=S_IFREG|0644, ...}) = 0\nopen("/v/f", O_RDONLY|O_CREAT, 0644) = 3';
  t.deepEqual(files(text, { host }), ["read /v/f"]);
});

test("O_WRONLY|O_CREAT of a file that was looked at before writes it in place", (t) => {
  const text = 'stat("/v/f", {st_mode=S_IFREG|0644, ...}) = 0\nopen("/v/f", O_WRONLY|O_CREAT, 0644) = 3';
  t.deepEqual(files(text, { host }), ["read /v/f", "write /v/f"]);
});

test("devices, FIFOs and sockets may be written on a read-only mount", (t) => {
  const special = hostWith({
    "/v/c": { type: "char", mode: 0o666, uid: 0, gid: 0 },
    "/v/p": { type: "fifo", mode: 0o666, uid: 0, gid: 0 },
    "/v/s": { type: "socket", mode: 0o666, uid: 0, gid: 0 },
  });
  const text = `
    open("/v/c", O_RDWR) = 3
    open("/v/p", O_WRONLY) = 3
    openat(AT_FDCWD, "/v/c", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
    access("/v/s", W_OK) = 0`;
  t.deepEqual(files(text, { host: special }), ["read /v/c (char)", "read /v/p (fifo)", "read /v/s (socket)"]);
});

test("chmod of a device is a write all the same", (t) => {
  const special = hostWith({ "/v/c": { type: "char", mode: 0o666, uid: 0, gid: 0 } });
  t.deepEqual(files('chmod("/v/c", 0600) = 0', { host: special }), ["write /v/c (char)"]);
});

test("a temporary file renamed over an existing one replaces it", (t) => {
  const text = `
    open("/v/f", O_RDONLY) = 3
    openat(AT_FDCWD, "/v/f.new", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 4
    rename("/v/f.new", "/v/f") = 0`;
  t.deepEqual(files(text, { host }), [
    "create /v/f.new (file)",
    "delete /v/f.new",
    "read /v/f",
    "replace /v/f",
  ]);
});

test("a rename between directories names both ends", (t) => {
  const renames = learn('renameat2(AT_FDCWD, "/v/a/x", AT_FDCWD, "/w/x", RENAME_NOREPLACE) = 0').filter(
    (fact) => fact.kind === "rename",
  );
  t.deepEqual(renames, [{ kind: "rename", from: "/v/a/x", to: "/w/x" }]);
});

test("a hard link names both ends, since it cannot cross mounts either", (t) => {
  const renames = learn('link("/v/a/x", "/w/x") = 0').filter((fact) => fact.kind === "rename");
  t.deepEqual(renames, [{ kind: "rename", from: "/v/a/x", to: "/w/x" }]);
});

test("what the unit made itself is not read by looking at it", (t) => {
  const text = `
    mkdir("/tmp/work", 0700) = 0
    stat("/tmp/work", {st_mode=S_IFDIR|0700, ...}) = 0
    openat(AT_FDCWD, "/tmp/work/x", O_RDWR|O_CREAT|O_EXCL, 0600) = 3
    open("/tmp/work/x", O_RDONLY) = 4`;
  t.deepEqual(files(text), ["create /tmp/work (directory)", "create /tmp/work/x (file)"]);
});

test("a file below the private trees that is not there is missing, elsewhere it is nothing", (t) => {
  const text = `
    stat("/home/u/.conf", 0x7ffd) = -1 ENOENT (No such file or directory)
    open("/tmp/x", O_RDONLY) = -1 ENOENT (No such file or directory)
    connect(3, {sa_family=AF_UNIX, sun_path="/dev/log"}, 11) = -1 ENOENT (No such file or directory)
    stat("/etc/nothing", 0x7ffd) = -1 ENOENT (No such file or directory)`;
  t.deepEqual(files(text), ["missing /dev/log", "missing /home/u/.conf", "missing /tmp/x"]);
});
