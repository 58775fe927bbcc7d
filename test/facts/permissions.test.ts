import test from "ava";
import { capabilities, directory, file, hostWith, symlink } from "./support.js";

const host = hostWith({
  "/": directory(),
  "/v": directory(33),
  "/v/own": file(0, 0o600),
  "/v/theirs": file(33, 0o640),
  "/v/shared": file(33, 0o644),
  "/v/script": file(33, 0o755),
  "/v/closed": directory(33, 0o700),
  "/v/closed/x": file(0, 0o644),
  "/v/socket": { type: "socket", mode: 0o755, uid: 33, gid: 33 },
  "/t": directory(0, 0o1777),
  "/s": directory(33, 0o1777),
  "/s/theirs": file(34, 0o644),
  "/d": directory(),
});

/** What root needs capabilities for, as the kernel's tracepoint capability:cap_capable reports it. */
const asRoot: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "reading a file of its own": ['open("/v/own", O_RDONLY) = 3', []],
  "reading a file of others that all may read": ['open("/v/shared", O_RDONLY) = 3', []],
  "reading a file of others": ['open("/v/theirs", O_RDONLY) = 3', ["CAP_DAC_READ_SEARCH: read /v/theirs"]],
  "writing a file of others": ['open("/v/shared", O_WRONLY) = 3', ["CAP_DAC_OVERRIDE: write /v/shared"]],
  "reading and writing a file of others": [
    'open("/v/theirs", O_RDWR) = 3',
    ["CAP_DAC_OVERRIDE: write /v/theirs"],
  ],
  "appending to a log that others own": [
    'open("/v/theirs", O_WRONLY|O_CREAT|O_APPEND, 0644) = 3',
    ["CAP_DAC_OVERRIDE: change names in /v", "CAP_DAC_OVERRIDE: write /v/theirs"],
  ],
  "passing through a closed directory": [
    'stat("/v/closed/x", {...}) = 0',
    ["CAP_DAC_READ_SEARCH: search /v/closed"],
  ],
  "creating in a directory of others": [
    'mkdir("/v/new", 0755) = 0',
    ["CAP_DAC_OVERRIDE: change names in /v"],
  ],
  "creating in its own directory": ['mkdir("/d/new", 0755) = 0', []],
  "removing from a directory of others": [
    'unlink("/v/shared") = 0',
    ["CAP_DAC_OVERRIDE: change names in /v"],
  ],
  "removing from a sticky directory of its own": ['unlink("/t/x") = 0', []],
  "removing what others own from a sticky directory of others": [
    'unlink("/s/theirs") = 0',
    ["CAP_FOWNER: remove /s/theirs"],
  ],
  "removing from a sticky directory of others what is gone now": [
    'unlink("/s/gone") = 0',
    ["CAP_FOWNER: remove /s/gone"],
  ],
  "changing the mode of a file of others": [
    'chmod("/v/shared", 0600) = 0',
    ["CAP_FOWNER: change mode of /v/shared"],
  ],
  "changing the mode of its own file": ['chmod("/v/own", 0600) = 0', []],
  "setting explicit times on a file of others": [
    'utimensat(AT_FDCWD, "/v/shared", [{tv_sec=1, tv_nsec=0}, {tv_sec=1, tv_nsec=0}], 0) = 0',
    ["CAP_FOWNER: set times of /v/shared"],
  ],
  "touching a file of others": [
    'utimensat(AT_FDCWD, "/v/shared", NULL, 0) = 0',
    ["CAP_FOWNER: update times of /v/shared"],
  ],
  "giving a file away": ['chown("/v/own", 33, 33) = 0', ["CAP_CHOWN: change owner of /v/own"]],
  "giving its own file to itself": [
    'open("/d/x", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3\nchown("/d/x", 0, 0) = 0',
    [],
  ],
  "chown that leaves both ids": ['chown("/v/theirs", -1, -1) = 0', []],
  "executing a script of others that all may execute": [
    'execve("/v/script", ["x"], 0x7f /* 0 vars */) = 0',
    [],
  ],
  "executing without any permission": [
    'execve("/v/shared", ["x"], 0x7f /* 0 vars */) = 0',
    ["CAP_DAC_OVERRIDE: execute /v/shared"],
  ],
  "connecting to a socket of others": [
    'connect(3, {sa_family=AF_UNIX, sun_path="/v/socket"}, 12) = 0',
    ["CAP_DAC_OVERRIDE: connect to /v/socket"],
  ],
  "a refused access": ['open("/v/theirs", O_RDONLY) = -1 EACCES (Permission denied)', []],
};

for (const [name, [text, expected]] of Object.entries(asRoot))
  test(`capabilities of root: ${name}`, (t) => {
    t.deepEqual(capabilities(text, { host }), expected);
  });

test("a process without capabilities needs none", (t) => {
  for (const [text] of Object.values(asRoot)) t.deepEqual(capabilities(text, { host, uid: 33 }), []);
});

test("a group that root is in grants what the group may do", (t) => {
  t.deepEqual(capabilities('open("/v/theirs", O_RDONLY) = 3', { host, groups: [33] }), []);
});

test("a root process that dropped the capability did without it", (t) => {
  const text = `
    capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN, permitted=1<<CAP_CHOWN, inheritable=0}) = 0
    open("/v/theirs", O_RDONLY) = 3
    chown("/v/own", 33, 33) = 0`;
  t.deepEqual(capabilities(text, { host }), [
    "CAP_CHOWN: capset keeps it",
    "CAP_CHOWN: change owner of /v/own",
  ]);
});

test("root creates a directory, gives it away, and then works in it", (t) => {
  const text = `
    mkdir("/d/run", 0755) = 0
    open("/d/run/before", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3
    chown("/d/run", 33, 33) = 0
    open("/d/run/after", O_WRONLY|O_CREAT|O_EXCL, 0644) = 4`;
  t.deepEqual(capabilities(text, { host }), [
    "CAP_CHOWN: change owner of /d/run",
    "CAP_DAC_OVERRIDE: change names in /d/run",
  ]);
});

test("the umask decides about the mode of what is created", (t) => {
  const text = `
    umask(077) = 022
    mkdir("/d/x", 0777) = 0
    setfsuid(33) = 0
    setfsuid(0) = 33
    stat("/d/x/y", {...}) = 0`;
  t.deepEqual(
    capabilities(text, { host }).filter((line) => line.includes("DAC")),
    [],
  );
});

test("the owner of a file behind a symbolic link decides", (t) => {
  const linked = hostWith({ ...host.files, "/d/link": symlink("/v/theirs") });
  t.deepEqual(capabilities('open("/d/link", O_RDONLY) = 3', { host: linked }), [
    "CAP_DAC_READ_SEARCH: read /v/theirs",
  ]);
});
