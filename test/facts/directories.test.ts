import test from "ava";
import { build, files, hostWith, learn, symlink } from "./support.js";

test("a relative path is relative to the working directory", (t) => {
  t.deepEqual(files('chdir("/v/d") = 0\nunlink("x") = 0'), ["delete /v/d/x", "read /v/d"]);
});

test("chdir relative to the working directory, and up again", (t) => {
  t.deepEqual(files('chdir("sub") = 0\nchdir("..") = 0\nunlink("x") = 0'), [
    "delete /srv/app/x",
    "read /srv/app",
    "read /srv/app/sub",
  ]);
});

test("an *at call is relative to its directory descriptor", (t) => {
  t.deepEqual(files('open("/v/d", O_RDONLY|O_DIRECTORY) = 3\nunlinkat(3, "x", 0) = 0'), [
    "delete /v/d/x",
    "read /v/d",
  ]);
});

test("fchdir makes the descriptor's directory the working directory", (t) => {
  t.deepEqual(files('open("/v/d", O_RDONLY) = 3\nfchdir(3) = 0\nclose(3) = 0\nunlink("x") = 0'), [
    "delete /v/d/x",
    "read /v/d",
  ]);
});

test("a duplicated descriptor means the same directory", (t) => {
  const text =
    'open("/v/d", O_RDONLY) = 3\nfcntl(3, F_DUPFD_CLOEXEC, 10) = 10\nclose(3) = 0\nunlinkat(10, "x", 0) = 0';
  t.deepEqual(files(text), ["delete /v/d/x", "read /v/d"]);
});

test("chroot moves absolute paths", (t) => {
  t.deepEqual(files('chroot("/v/jail") = 0\nchdir("/") = 0\nunlink("/etc/x") = 0'), [
    "delete /v/jail/etc/x",
    "read /v/jail",
  ]);
});

test("a forked child inherits descriptors and directory but changes its own only", (t) => {
  const text = `
    10 chdir("/v") = 0
    10 open("/w", O_RDONLY) = 3
    10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 11
    11 unlink("a") = 0
    11 unlinkat(3, "b", 0) = 0
    11 chdir("/elsewhere") = 0
    10 unlink("c") = 0`;
  t.deepEqual(
    files(text).filter((fact) => fact.startsWith("delete")),
    ["delete /v/a", "delete /v/c", "delete /w/b"],
  );
});

test("threads share descriptors and directory", (t) => {
  const text = `
    10 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, stack=0x7f} => {parent_tid=[11]}, 88) = 11
    11 chdir("/v") = 0
    11 open("/w", O_RDONLY) = 3
    10 unlink("a") = 0
    10 unlinkat(3, "b", 0) = 0`;
  t.deepEqual(
    files(text).filter((fact) => fact.startsWith("delete")),
    ["delete /v/a", "delete /w/b"],
  );
});

test("a child that runs before its parent's vfork returns is not lost", (t) => {
  const text = `
    10 chdir("/v") = 0
    10 vfork( <unfinished ...>
    11 unlink("a") = 0
    11 execve("/usr/bin/true", ["true"], 0x7ffd /* 1 var */) = 0
    10 <... vfork resumed>) = 11
    11 unlink("b") = 0`;
  t.deepEqual(
    files(text).filter((fact) => fact.startsWith("delete")),
    ["delete /v/a", "delete /v/b"],
  );
});

test("execve closes what is marked and keeps the rest", (t) => {
  const text = `
    open("/v/a", O_RDONLY|O_CLOEXEC) = 3
    open("/v/b", O_RDONLY) = 4
    execve("/usr/bin/true", ["true"], 0x7ffd /* 1 var */) = 0
    fchmod(3, 0600) = -1 EBADF (Bad file descriptor)
    fchmod(4, 0600) = 0`;
  t.deepEqual(files(text), ["execute /usr/bin/true", "read /v/a", "read /v/b", "write /v/b"]);
});

test("close_range and dup2 replace what a descriptor means", (t) => {
  const text = `
    open("/v/a", O_RDONLY) = 3
    open("/v/b", O_RDONLY) = 4
    dup2(4, 3) = 3
    fchmod(3, 0600) = 0
    close_range(3, 4294967295, 0) = 0
    socket(AF_UNIX, SOCK_STREAM, 0) = 3
    fchmod(3, 0600) = 0`;
  t.deepEqual(files(text), ["read /v/a", "read /v/b", "write /v/b"]);
});

test("symbolic links are followed as the host knows them", (t) => {
  const host = hostWith({ "/var/run": symlink("../run"), "/v/l": symlink("/w/target") });
  t.deepEqual(
    files('unlink("/var/run/x.pid") = 0\nopen("/v/l", O_WRONLY) = 3\nunlink("/v/l") = 0', { host }),
    ["delete /run/x.pid", "delete /v/l", "write /w/target"],
  );
});

test("symbolic links that the trace made and removed again are followed too", (t) => {
  const text =
    'symlink("real", "/v/l") = 0\nopen("/v/l/x", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 3\nunlink("/v/l") = 0';
  t.deepEqual(files(text), ["create /v/l (symlink)", "create /v/real/x (file)", "delete /v/l"]);
});

test("`..` behind a symbolic link leaves the link's target", (t) => {
  const host = hostWith({ "/v/l": symlink("/w/deep") });
  t.deepEqual(files('unlink("/v/l/../x") = 0', { host }), ["delete /w/x"]);
});

test("without a known directory a relative path is not guessed, and that is said", (t) => {
  const text = `10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 pivot_root(".", ".") = 0\n11 unlink("x") = 0`;
  t.deepEqual(
    files(text).filter((fact) => fact.startsWith("delete")),
    [],
  );
});

test("strace -y says where relative paths start and where an open ended", (t) => {
  const text = `openat(AT_FDCWD</v/real>, "l/x", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3</w/x>\nunlinkat(AT_FDCWD</v/real>, "y", 0) = 0`;
  t.deepEqual(files(text), ["create /w/x (file)", "delete /v/real/y"]);
});

test("a name that is no UTF-8 or has control characters stands for its directory", (t) => {
  const facts = learn('unlink("/v/d/a\\377") = 0\nunlink("/v/e/a\\nb") = 0');
  t.deepEqual(
    facts.filter((fact) => fact.kind === "file" || fact.kind === "blind-spot"),
    [
      { kind: "file", access: "delete", path: "/v/d/{random}" },
      { kind: "file", access: "delete", path: "/v/e/{random}" },
      { kind: "blind-spot", cause: "unreadable-path", detail: "/v/d" },
      { kind: "blind-spot", cause: "unreadable-path", detail: "/v/e" },
    ],
  );
});

test("what happens before the service's own execve is not its doing, but sets its state", (t) => {
  const text = `
    mkdir("/run/systemd/mess", 0700) = 0
    chdir("/var/lib/app") = 0
    execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 1 var */) = 0
    unlink("x") = 0`;
  t.deepEqual(files(text, { begins: "execve" }), ["delete /var/lib/app/x", "execute /usr/bin/daemon"]);
});

test("systemd's own pivot_root and chroot leave paths what the unit file means by them", (t) => {
  const text = `
    unshare(CLONE_NEWNS) = 0
    fchdir(3</run/systemd/mount-rootfs>) = 0
    pivot_root(".", ".") = 0
    chdir("/") = 0
    execve("/usr/bin/daemon", ["daemon"], 0x7ffd /* 1 var */) = 0
    unlink("etc/x") = 0`;
  t.deepEqual(files(text, { begins: "execve" }), ["delete /etc/x", "execute /usr/bin/daemon"]);
});

test("after the service's own pivot_root its paths are not known, and that is said", (t) => {
  const { facts, incomplete } = build('pivot_root(".", ".") = 0\nunlink("/x") = 0');
  t.deepEqual(facts.ofKind("file"), []);
  t.true(incomplete.some((sentence) => sentence.includes("pivot_root")));
});
