/** Facts sorted by what kind of privilege they are: the rules of SARIF, the suites of JUnit, the counts of the text. */
import type { Fact, FileFact } from "../../facts/types.js";
import { count } from "../count.js";

type OtherKind = Exclude<Fact["kind"], "file">;

/** Stable: reports of other systems are keyed by it. */
export type FactClass = OtherKind | `file-${"read" | "write" | "execute" | "map" | "connect"}`;

interface ClassText {
  /** `1 system call`, `2 system calls`. */
  readonly one: string;
  readonly many: string;
  /** What the service does, in one sentence without a subject. */
  readonly about: string;
}

export const classTexts: Readonly<Record<FactClass, ClassText>> = {
  syscall: { one: "system call", many: "system calls", about: "calls a system call" },
  "file-read": {
    one: "path read",
    many: "paths read",
    about: "reads, lists or looks for something in the file system",
  },
  "file-write": {
    one: "path written",
    many: "paths written",
    about: "writes, creates, replaces or deletes something in the file system",
  },
  "file-execute": { one: "program executed", many: "programs executed", about: "executes a program" },
  "file-map": { one: "library mapped", many: "libraries mapped", about: "maps a file as executable memory" },
  "file-connect": {
    one: "local socket connected to",
    many: "local sockets connected to",
    about: "connects to the AF_UNIX socket of another process",
  },
  rename: {
    one: "move between directories",
    many: "moves between directories",
    about: "moves or links something from one directory to another",
  },
  socket: { one: "kind of socket", many: "kinds of sockets", about: "opens sockets of a kind" },
  bind: { one: "bound address", many: "bound addresses", about: "binds an address" },
  connect: { one: "address connected to", many: "addresses connected to", about: "connects to an address" },
  accept: { one: "kind of peer", many: "kinds of peers", about: "is used by peers over the network" },
  netlink: {
    one: "request to the kernel",
    many: "requests to the kernel",
    about: "asks the kernel over a routing socket",
  },
  inherited: {
    one: "descriptor from outside",
    many: "descriptors from outside",
    about: "is given a descriptor that it did not open",
  },
  identity: { one: "change of identity", many: "changes of identity", about: "changes its user or groups" },
  elevation: {
    one: "program with more rights",
    many: "programs with more rights",
    about: "runs a program that has more rights than its caller",
  },
  memory: {
    one: "use of executable memory",
    many: "uses of executable memory",
    about: "makes memory executable, or both writable and executable",
  },
  namespace: { one: "kind of namespace", many: "kinds of namespaces", about: "creates or enters namespaces" },
  personality: { one: "personality", many: "personalities", about: "changes its execution domain" },
  scheduling: {
    one: "scheduling policy",
    many: "scheduling policies",
    about: "asks for another scheduling policy",
  },
  mode: {
    one: "set-ID mode bit",
    many: "set-ID mode bits",
    about: "sets setuid or setgid bits, or makes a call that counts as that",
  },
  ipc: { one: "IPC object", many: "IPC objects", about: "uses System V IPC or POSIX message queues" },
  keyring: { one: "use of a keyring", many: "uses of keyrings", about: "uses a keyring of the kernel" },
  outside: {
    one: "call on processes of others",
    many: "calls on processes of others",
    about: "reaches processes that are not of the unit",
  },
  signal: {
    one: "arrangement for a signal",
    many: "arrangements for signals",
    about: "arranges for a signal",
  },
  notification: {
    one: "kind of notification",
    many: "kinds of notifications",
    about: "notifies the service manager",
  },
  creation: {
    one: "file that others may use",
    many: "files that others may use",
    about: "creates a file with permission bits beyond the owner's",
  },
  capability: { one: "use of a capability", many: "uses of capabilities", about: "needs a capability" },
  "blind-spot": {
    one: "blind spot of the trace",
    many: "blind spots of the trace",
    about: "does what a trace cannot show",
  },
};

const accessClasses = {
  read: "file-read",
  missing: "file-read",
  write: "file-write",
  create: "file-write",
  delete: "file-write",
  replace: "file-write",
  execute: "file-execute",
  map: "file-map",
  connect: "file-connect",
} as const satisfies Record<FileFact["access"], FactClass>;

export function classOf(fact: Fact): FactClass {
  return fact.kind === "file" ? accessClasses[fact.access] : fact.kind;
}

/** `3 system calls`. */
export function countOf(number: number, of: FactClass): string {
  const { one, many } = classTexts[of];
  return count(number, one, many);
}
