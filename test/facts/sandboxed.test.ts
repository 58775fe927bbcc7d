import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { file, hostWith, learn } from "./support.js";

const interesting: ReadonlySet<Fact["kind"]> = new Set<Fact["kind"]>(
  [
    "memory",
    "namespace",
    "personality",
    "scheduling",
    "mode",
    "elevation",
    "socket",
    "bind",
    "connect",
  ].concat(["inherited", "blind-spot"]) as Fact["kind"][],
);

/** One call, and all facts of the kinds that single directives look at. */
const single: Readonly<Record<string, readonly Fact[]>> = {
  "mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000": [
    { kind: "memory", protection: "write-execute" },
  ],
  "mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</usr/lib/x.so>, 0) = 0x7f0000000000": [],
  "mmap(NULL, 4096, PROT_WRITE|PROT_EXEC, MAP_PRIVATE, -1, 0) = -1 EACCES (Permission denied)": [],
  "shmat(1, NULL, SHM_EXEC) = 0x7f0000000000": [{ kind: "memory", protection: "shm-execute" }],
  "unshare(CLONE_NEWNET|CLONE_FS) = 0": [{ kind: "namespace", operation: "unshare", type: "net" }],
  "unshare(CLONE_NEWUSER) = -1 EPERM (Operation not permitted)": [],
  "clone(child_stack=NULL, flags=CLONE_NEWPID|SIGCHLD) = 11": [
    { kind: "namespace", operation: "clone", type: "pid" },
  ],
  "clone3({flags=CLONE_NEWUTS, exit_signal=SIGCHLD}, 88) = 11": [
    { kind: "namespace", operation: "clone", type: "uts" },
  ],
  "setns(3, 0) = 0": [{ kind: "namespace", operation: "setns", type: "any" }],
  "setns(3, CLONE_NEWIPC) = 0": [{ kind: "namespace", operation: "setns", type: "ipc" }],
  "personality(PER_LINUX) = 0 (PER_LINUX)": [],
  "personality(0xffffffff) = 0 (PER_LINUX)": [{ kind: "personality", persona: "query" }],
  "personality(PER_LINUX|ADDR_NO_RANDOMIZE) = 0 (PER_LINUX)": [
    { kind: "personality", persona: "PER_LINUX|ADDR_NO_RANDOMIZE" },
  ],
  "sched_setscheduler(0, SCHED_RR, [1]) = 0": [
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_RR", resetOnFork: false },
  ],
  "sched_setscheduler(0, SCHED_BATCH|SCHED_RESET_ON_FORK, [0]) = 0": [
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_BATCH", resetOnFork: true },
  ],
  "sched_setscheduler(0, 0x40000000 /* SCHED_??? */, [0]) = 0": [
    { kind: "scheduling", operation: "sched_setscheduler", policy: "SCHED_OTHER", resetOnFork: true },
  ],
  "sched_setattr(0, {size=48, sched_policy=SCHED_DEADLINE, sched_flags=0}, 0) = 0": [
    { kind: "scheduling", operation: "sched_setattr", policy: "SCHED_DEADLINE", resetOnFork: false },
  ],
  'chmod("/v/x", 02755) = 0': [{ kind: "mode", operation: "chmod", bits: "setgid" }],
  "fchmod(3</v/x>, 04755) = 0": [{ kind: "mode", operation: "fchmod", bits: "setuid" }],
  'chmod("/v/x", 04755) = -1 EPERM (Operation not permitted)': [],
  'mkdir("/v/x", 02755) = 0': [{ kind: "mode", operation: "mkdir", bits: "setgid" }],
  'mknod("/v/x", S_IFREG|S_ISGID|0644) = 0': [{ kind: "mode", operation: "mknod", bits: "setgid" }],
  'openat(AT_FDCWD, "/v/x", O_WRONLY|O_CREAT, 02644) = 3': [
    { kind: "mode", operation: "openat", bits: "setgid" },
  ],
  'openat2(AT_FDCWD, "/v/x", {flags=O_RDONLY, resolve=0}, 24) = 3': [
    { kind: "mode", operation: "openat2", bits: "openat2" },
  ],
  'openat2(AT_FDCWD, "/v/x", {flags=O_RDONLY, resolve=0}, 24) = -1 ENOSYS (Function not implemented)': [],
  "socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 3": [
    { kind: "socket", family: "AF_INET6", type: "SOCK_STREAM", protocol: "" },
  ],
  "socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = -1 EAFNOSUPPORT (Address family not supported by protocol)":
    [],
  // RestrictAddressFamilies= filters socket(2) alone.
  "socketpair(AF_UNIX, SOCK_DGRAM, 0, [3, 4]) = 0": [],
  'bind(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path=@"name"}, 8) = 0': [
    { kind: "bind", family: "AF_UNIX", type: "SOCK_STREAM", address: "@name", port: 0 },
  ],
  'connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS (Operation now in progress)':
    [{ kind: "connect", family: "AF_INET", type: "SOCK_STREAM", address: "192.0.2.1", port: 443 }],
  'sendto(3<UDPv6:[1]>, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 1':
    [{ kind: "connect", family: "AF_INET6", type: "SOCK_DGRAM", address: "2001:db8::1", port: 53 }],
  'sendmsg(3<UDP:[1]>, {msg_name={sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1':
    [{ kind: "connect", family: "AF_INET", type: "SOCK_DGRAM", address: "127.0.0.1", port: 9 }],
  "io_uring_setup(8, {flags=0}) = 3": [
    {
      kind: "blind-spot",
      cause: "io_uring",
      detail: "operations submitted through io_uring are not system calls",
    },
  ],
  "io_uring_setup(8, {flags=0}) = -1 EPERM (Operation not permitted)": [],
};

for (const [line, expected] of Object.entries(single))
  test(`fact of ${line.slice(0, 100)}`, (t) => {
    t.deepEqual(
      learn(line).filter((fact) => interesting.has(fact.kind)),
      expected,
    );
  });

const memory = (text: string): string[] =>
  learn(text).flatMap((fact) => (fact.kind === "memory" ? [fact.protection] : []));

test("making code of a mapping that was none gains execution", (t) => {
  t.deepEqual(
    memory(
      "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\nmprotect(0x7f0000001000, 4096, PROT_READ|PROT_EXEC) = 0",
    ),
    ["gain-execute", "protect-execute"],
  );
});

test("protecting what is code already gains nothing", (t) => {
  t.deepEqual(
    memory(
      "mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x7f0000000000\nmprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC) = 0",
    ),
    ["protect-execute"],
  );
});

test("a new mapping over old code is not code", (t) => {
  t.deepEqual(
    memory(`
    mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x7f0000000000
    munmap(0x7f0000000000, 8192) = 0
    mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
    mprotect(0x7f0000000000, 4096, PROT_READ|PROT_EXEC) = 0`),
    ["gain-execute", "protect-execute"],
  );
});

const elevations = (text: string, uid: number): string[] => {
  const host = hostWith({
    "/usr/bin/su": file(0, 0o4755),
    "/usr/bin/postdrop": file(0, 0o2755, 120),
    "/usr/bin/ping": { ...file(0, 0o755), capabilities: "cap_net_raw=ep" },
    "/usr/bin/true": file(0, 0o755),
  });
  return learn(text, { host, uid }).flatMap((fact) =>
    fact.kind === "elevation" ? [`${fact.by} ${fact.path}`] : [],
  );
};

test("running setuid, setgid and file-capability programs elevates those who are less", (t) => {
  const text = ["su", "postdrop", "ping", "true"].map(
    (name) => `execve("/usr/bin/${name}", ["x"], 0x7f /* 0 vars */) = 0`,
  );
  t.deepEqual(elevations(text.join("\n"), 33), [
    "file-capabilities /usr/bin/ping",
    "setgid /usr/bin/postdrop",
    "setuid /usr/bin/su",
  ]);
});

test("root gains nothing from a setuid-root program", (t) => {
  t.deepEqual(elevations('execve("/usr/bin/su", ["su"], 0x7f /* 0 vars */) = 0', 0), []);
});

test("a listening socket that nobody made was passed by systemd", (t) => {
  const text =
    'execve("/usr/bin/d", ["d"], 0x7f /* 0 vars */) = 0\naccept4(3<TCP:[0.0.0.0:80]>, NULL, NULL, SOCK_CLOEXEC) = 4<TCP:[1->2]>';
  t.deepEqual(
    learn(text, { begins: "execve" }).filter((fact) => fact.kind === "inherited"),
    [{ kind: "inherited", source: "activation", object: "AF_INET SOCK_STREAM" }],
  );
});

test("a listening socket of its own was not", (t) => {
  const text = `
    execve("/usr/bin/d", ["d"], 0x7f /* 0 vars */) = 0
    socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3
    listen(3, 5) = 0
    accept(3, NULL, NULL) = 4`;
  t.deepEqual(
    learn(text, { begins: "execve" }).filter((fact) => fact.kind === "inherited"),
    [],
  );
});

test("descriptors received over a socket are a blind spot", (t) => {
  const text =
    'recvmsg(8, {msg_name=0x7f, msg_namelen=110 => 0, msg_iov=[{iov_base="x", iov_len=10}], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[9]}], msg_controllen=24, msg_flags=0}, 0) = 1';
  t.deepEqual(
    learn(text).flatMap((fact) => (fact.kind === "blind-spot" ? [fact.cause] : [])),
    ["scm-rights"],
  );
});

test("a path that is connected to is a file fact", (t) => {
  const facts = learn('connect(3, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 30) = 0');
  t.deepEqual(
    facts.filter((fact) => fact.kind === "file" || fact.kind === "blind-spot"),
    [
      { kind: "file", access: "connect", path: "/run/dbus/system_bus_socket" },
      {
        kind: "blind-spot",
        cause: "d-bus",
        detail: "services that it asks over the system bus are not traced",
      },
    ],
  );
});
