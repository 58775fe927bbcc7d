/** What the next release of test/fixtures/releases may come with, one thing each, and what a check must make of it. */
import type { Severity } from "../../../src/comparison/types.js";

/** Members that a fact must have, as they are in the profile. */
export type Shape = Readonly<Record<string, string | number>>;

/** What a check must find beyond the baseline. */
export interface Expected {
  readonly fact: Shape;
  /** At least. */
  readonly severity: Severity;
  /** Whose line changes; left out where no directive of this posture restricts it. */
  readonly directive?: string;
}

export interface Twist {
  /** To follow "a release that". */
  readonly does: string;
  /** Body of a Python function that runs in a worker when the soak asks for it. */
  readonly act?: string;
  /** The same for the parent, before it has workers. */
  readonly start?: string;
  /** Edits the unit file: lines that begin with the key become the value, or go where it is empty. */
  readonly unit?: Readonly<Record<string, string>>;
  /** For bash, before the release is learned. */
  readonly setup?: string;
  /** What of the last run is still there: without it the release is learned on a fresh machine, as in CI. */
  readonly keepsState?: true;
  /** Arguments of `profile run` in place of the whole life of the service with the whole soak. */
  readonly run?: readonly string[];
  /** Exit status of `profile check`. */
  readonly verdict: 0 | 1 | 5;
  readonly finds?: readonly Expected[];
  /** Not the facts, but what the unit file says otherwise. */
  readonly unitChange?: { readonly setting: string; readonly severity: Severity };
}

const extended = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n";

/** Moves are not growth. */
const harmless: readonly Twist[] = [
  { does: "is the same on a machine where it has run before", keepsState: true, verdict: 0 },
  {
    does: "logs into a directory below its own",
    act: `
import os, server
os.makedirs(os.path.join(server.LOGS, "daily"), exist_ok=True)
with open(os.path.join(server.LOGS, "daily", "requests-20261201.log"), "w") as file:
    file.write("request")`,
    verdict: 0,
  },
  {
    does: "reads another file that everyone may read",
    act: 'open("/etc/debian_version").read()',
    verdict: 0,
  },
  {
    does: "has another version of its library",
    setup: `cd /usr/lib/example-release
      mv libexample.so.1.2.3 libexample.so.1.4.0
      ln -sf libexample.so.1.4.0 libexample.so.1`,
    verdict: 0,
  },
  {
    does: "starts its helper by another call",
    act: `
import os
os.waitpid(os.posix_spawn("/usr/bin/sha256sum", ["sha256sum", "/etc/debian_version"], {}), 0)`,
    verdict: 0,
  },
  {
    does: "probes for what it may not do",
    act: `
import os
try:
    os.chroot("/")
except PermissionError:
    pass`,
    verdict: 0,
  },
  {
    does: "keeps scratch files where every service may",
    act: `
import tempfile
with tempfile.NamedTemporaryFile(prefix="scratch-", dir="/tmp") as file:
    file.write(b"scratch")`,
    verdict: 0,
  },
];

const growth: readonly Twist[] = [
  {
    does: "runs as root",
    unit: { "User=": "" },
    verdict: 1,
    unitChange: { setting: "User", severity: "high" },
  },
  {
    does: "reads the password hashes",
    unit: { "User=": "User=daemon\nSupplementaryGroups=shadow" },
    act: 'open("/etc/shadow").read()',
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "read", path: "/etc/shadow" },
        severity: "high",
        directive: "InaccessiblePaths",
      },
    ],
  },
  {
    does: "writes into its configuration",
    setup: "install -d -o daemon /etc/example-release/cache",
    act: 'open("/etc/example-release/cache/entry", "w").close()',
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "create", path: "/etc/example-release/cache/entry" },
        severity: "medium",
        directive: "ReadWritePaths",
      },
    ],
  },
  {
    does: "has cron run something",
    setup: "install -d -o daemon /etc/cron.d",
    act: 'open("/etc/cron.d/example", "w").close()',
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "create", path: "/etc/cron.d/example" },
        severity: "high",
        directive: "ReadWritePaths",
      },
    ],
  },
  {
    does: "listens on another port",
    start: `
import socket
socket.create_server(("0.0.0.0", 7961))`,
    verdict: 1,
    finds: [{ fact: { kind: "bind", port: 7961 }, severity: "medium", directive: "IPAddressDeny" }],
  },
  {
    does: "listens on a port below 1024",
    unit: { "User=": "User=daemon\nAmbientCapabilities=CAP_NET_BIND_SERVICE" },
    start: `
import socket
socket.create_server(("127.0.0.1", 89))`,
    verdict: 1,
    finds: [
      {
        fact: { kind: "capability", capability: "CAP_NET_BIND_SERVICE" },
        severity: "low",
        directive: "CapabilityBoundingSet",
      },
    ],
    unitChange: { setting: "AmbientCapabilities", severity: "low" },
  },
  {
    does: "speaks IPv6 as well",
    start: `
import socket
socket.create_server(("::1", 7960), family=socket.AF_INET6)`,
    verdict: 1,
    finds: [
      { fact: { kind: "socket", family: "AF_INET6" }, severity: "low", directive: "RestrictAddressFamilies" },
    ],
  },
  {
    does: "connects to another host",
    act: `
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
    peer.connect(("192.0.2.1", 5353))
    try:
        peer.send(b"hello")
    except OSError:
        pass`,
    setup: "ip route replace 192.0.2.0/24 dev lo",
    verdict: 1,
    finds: [{ fact: { kind: "connect", address: "192.0.2.1" }, severity: "low" }],
  },
  {
    does: "talks to another daemon",
    setup: `systemctl is-active -q example-peer ||
      systemd-run -q --unit=example-peer socat UNIX-LISTEN:/run/example-peer,mode=0666,fork EXEC:/bin/true
      until [ -S /run/example-peer ]; do sleep 0.1; done`,
    act: `
import socket
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect("/run/example-peer")`,
    verdict: 1,
    finds: [{ fact: { kind: "file", access: "connect", path: "/run/example-peer" }, severity: "low" }],
  },
  {
    does: "calls on the system bus",
    act: `
import socket
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect("/run/dbus/system_bus_socket")
    peer.sendall(b"\\0AUTH EXTERNAL\\r\\n")`,
    verdict: 1,
    finds: [
      { fact: { kind: "file", access: "connect", path: "/run/dbus/system_bus_socket" }, severity: "medium" },
    ],
  },
  {
    does: "runs another program",
    act: `
import subprocess
subprocess.run(["/usr/bin/id"], check=True, stdout=subprocess.DEVNULL)`,
    verdict: 1,
    finds: [{ fact: { kind: "file", access: "execute", path: "/usr/bin/id" }, severity: "low" }],
  },
  {
    does: "runs a program that is setuid root",
    setup: "install -D -m 4755 /bin/cat /usr/local/lib/example-release/peek",
    act: `
import subprocess
subprocess.run(["/usr/local/lib/example-release/peek", "/etc/shadow"], check=True, stdout=subprocess.DEVNULL)`,
    verdict: 1,
    finds: [{ fact: { kind: "elevation", by: "setuid" }, severity: "high", directive: "NoNewPrivileges" }],
  },
  {
    does: "runs a program that it downloaded",
    act: `
import os, shutil, subprocess, server
program = os.path.join(server.STATE, "fetched")
shutil.copy("/usr/bin/true", program)
subprocess.run([program], check=True)`,
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "execute", path: "/var/lib/example-release/fetched" },
        severity: "medium",
        directive: "ExecPaths",
      },
    ],
  },
  {
    does: "writes code into memory",
    act: `
import mmap
mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()`,
    verdict: 1,
    finds: [
      {
        fact: { kind: "memory", protection: "write-execute" },
        severity: "medium",
        directive: "MemoryDenyWriteExecute",
      },
    ],
  },
  {
    does: "makes a user namespace",
    act: `${extended}
import os
if os.fork() == 0:
    os._exit(0 if libc.unshare(0x10000000) == 0 else 1)
assert os.wait()[1] == 0`,
    verdict: 1,
    finds: [
      { fact: { kind: "namespace", type: "user" }, severity: "medium", directive: "RestrictNamespaces" },
    ],
  },
  {
    does: "gives a file of its own the setgid bit",
    act: `
import os, server
path = os.path.join(server.STATE, "shared")
os.mkdir(path)
os.chmod(path, 0o2770)`,
    verdict: 1,
    finds: [{ fact: { kind: "mode", bits: "setgid" }, severity: "low", directive: "RestrictSUIDSGID" }],
  },
  {
    does: "keeps secrets in the kernel's keyring",
    act: `${extended}
import sys
ADD_KEY = {"x86_64-linux-gnu": 248, "aarch64-linux-gnu": 217}[sys.implementation._multiarch]
assert libc.syscall(ADD_KEY, b"user", b"example", b"secret", 6, -3) > 0`,
    verdict: 1,
    finds: [{ fact: { kind: "syscall", name: "add_key" }, severity: "low", directive: "SystemCallFilter" }],
  },
  {
    does: "asks the kernel about interfaces",
    act: `
import socket
socket.if_nameindex()
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as routes:
    routes.bind((0, 0))`,
    verdict: 1,
    finds: [
      {
        fact: { kind: "socket", family: "AF_NETLINK" },
        severity: "low",
        directive: "RestrictAddressFamilies",
      },
    ],
  },
  {
    does: "calls what it did not call before",
    act: "import os\nos.uname()",
    verdict: 1,
    finds: [{ fact: { kind: "syscall", name: "uname" }, severity: "low", directive: "SystemCallFilter" }],
  },
  {
    does: "looks at the processes of others",
    act: 'open("/proc/1/cmdline").read()',
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "read", path: "/proc/1/cmdline" },
        severity: "low",
        directive: "ProtectProc",
      },
    ],
  },
  {
    does: "reads what users keep at home",
    setup: "install -d -m 0755 /home/someone; echo mine >/home/someone/notes",
    act: 'open("/home/someone/notes").read()',
    verdict: 1,
    finds: [
      {
        fact: { kind: "file", access: "read", path: "/home/someone/notes" },
        severity: "medium",
        directive: "ProtectHome",
      },
    ],
  },
];

/** Seen too little to say anything. */
const incomplete: readonly Twist[] = [
  {
    does: "was not reloaded and restarted",
    run: ["--lifecycle", "start,soak,stop", "--soak", "/opt/fixtures/releases/soak.sh"],
    verdict: 5,
  },
  {
    does: "was exercised by half of the soak",
    run: ["--soak", "/opt/fixtures/releases/half-soak.sh"],
    verdict: 5,
  },
];

export const twists: readonly Twist[] = [...harmless, ...growth, ...incomplete];
