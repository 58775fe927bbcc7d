/** A program that does a little of everything, under the real strace: what it does is what facts say of it. */
import test from "ava";
import type { Fact } from "../../src/facts/types.js";
import { trace } from "./live.js";

const program = `
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None)
work = sys.argv[1]
os.mkdir(work, 0o700)

def bound(kind, port=0):
    made = socket.socket(socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made

listening = bound(socket.SOCK_STREAM, 45871)
listening.listen()
client = socket.create_connection(("127.0.0.1", 45871))
listening.accept()

# Through a connection, so that nobody counts them.
receiving = bound(socket.SOCK_DGRAM, 45872)
client = bound(socket.SOCK_DGRAM)
client.connect(("127.0.0.1", 45872))
for _ in range(2):
    client.send(b"a")
for _ in range(2):
    receiving.recvfrom(9)

sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sending.sendto(b"a", ("127.0.0.1", 45873))
sending.sendto(b"a", ("127.0.0.2", 45873))

asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.connect(("127.0.0.1", 45874))
asking.getsockname()
asking.close()

os.close(os.open(work + "/file", os.O_CREAT | os.O_WRONLY, 0o666))
os.mkdir(work + "/directory", 0o777)
os.mkfifo(work + "/private", 0o600)
named = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
named.bind(work + "/socket")
changed = os.open(work + "/changed", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
os.fchmod(changed, 0o644)
os.umask(0o027)
os.mkdir(work + "/after", 0o777)

os.kill(os.getppid(), 0)
os.kill(0, 0)
child = os.fork()
if child == 0:
    os._exit(0)
os.kill(child, signal.SIGKILL)

signal.signal(signal.SIGTERM, lambda *_: None)

made = libc.shmget(0, 4096, 0o1600)
libc.shmat(made, None, 0)
libc.shmctl(made, 0, None)
made = libc.msgget(0x5a3e1, 0o1600)
libc.msgctl(made, 0, None)
`;

type Told = Partial<Record<string, string | number>>;

const expected: readonly Told[] = [
  { kind: "accept", type: "SOCK_STREAM", address: "self", port: 45871 },
  { kind: "accept", type: "SOCK_DGRAM", address: "127.0.0.1", port: 45872 },
  { kind: "accept", type: "SOCK_DGRAM", address: "self", port: 45872 },
  { kind: "connect", type: "SOCK_STREAM", address: "127.0.0.1", port: 45871 },
  { kind: "connect", type: "SOCK_DGRAM", address: "127.0.0.1", port: 45872 },
  { kind: "connect", type: "SOCK_DGRAM", address: "127.0.0.1", port: 45873 },
  { kind: "connect", type: "SOCK_DGRAM", address: "127.0.0.2", port: 45873 },
  { kind: "creation", path: "/scratch/directory", bits: "055" },
  { kind: "creation", path: "/scratch/file", bits: "044" },
  { kind: "creation", path: "/scratch/socket", bits: "055" },
  { kind: "ipc", mechanism: "msg", key: "0x5a3e1", origin: "own" },
  { kind: "ipc", mechanism: "shm", key: "private", origin: "own" },
  { kind: "outside", operation: "kill" },
  { kind: "signal", signal: "SIGTERM", disposition: "handled" },
];

const kinds = new Set(expected.map(({ kind }) => kind));

/** One line, so that order and members that are not named do not matter. */
function shown(fact: Fact | Told): string {
  const told: Told = fact as Told;
  const { kind, type, address, port, path, bits, mechanism, key, origin, operation, disposition } = told;
  return [kind, type, address, port, path, bits, mechanism, key, origin, operation, disposition]
    .filter((member) => member !== undefined)
    .join(" ");
}

for (const options of [[], ["-yy"]]) {
  const title = `a real program's peers, objects and signals are told by strace ${["-f", ...options].join(" ")}`;
  const traced = trace(options, ["/usr/bin/python3", "-I", "-S", "-B", "-c", program]);
  if (typeof traced === "string") test.skip(`${title} (not tried: ${traced})`, () => undefined);
  else
    test(title, (t) => {
      const found = [...traced].filter((fact: Fact) => kinds.has(fact.kind)).map(shown);
      t.deepEqual(found.sort(), expected.map(shown).sort());
    });
}
