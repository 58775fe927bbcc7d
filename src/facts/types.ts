/**
 * A fact is one privilege that was used. Its identity is all its members; evidence (who, when, how often, an example)
 * is kept apart, so that learning an unchanged service again gives the same facts.
 */
import type { Capability, NamespaceType } from "./names.js";

/** Architectures as systemd names them (SystemCallArchitectures=). */
export type Architecture = "x86-64" | "x86" | "x32" | "arm64" | "arm" | "riscv64" | "ppc64-le" | "s390x";

/**
 * A system call. `used`: it returned, or failed in a way that denying it would change; `EPERM` and `ENOSYS`: it failed
 * just as a denial would make it fail (use is not need). That calls worked which only come and go with timing is none, see
 * src/facts/chance.ts.
 */
export interface SyscallFact {
  readonly kind: "syscall";
  readonly architecture: Architecture;
  readonly name: string;
  readonly result: "used" | "EPERM" | "ENOSYS";
}

/**
 * An object of the file system. `path` is absolute, lexically normal, and has its run-specific parts replaced:
 * `{pid}`, `{uuid}`, `{random}`, `{hash}`, `{date}`, `{counter}`, and `{other-pid}` in /proc for processes outside the
 * trace; see src/facts/placeholders.ts.
 *
 * - `read`: an object that the unit had not itself created since it was started was looked at: opened, listed, stat-ed, entered
 * - `missing`: looked up below a tree that a private mount would replace (/home, /tmp, /dev …) and not there
 * - `write`: content or metadata of the object changed in place, or permission to do so was asked for (access W_OK)
 * - `create`: a new name appeared: open O_CREAT, mkdir, link, symlink, mknod, bind, target of a rename
 * - `delete`: a name went away, or was tried to: unlink, rmdir, source of a rename (also when it was not there:
 *   a read-only mount would answer EROFS instead of ENOENT)
 * - `replace`: an existing name was given to another object by rename or unlink + create
 * - `execute`: execve; `map`: mapped executable (libraries)
 * - `connect`: connected or sent to as an AF_UNIX socket
 */
export interface FileFact {
  readonly kind: "file";
  readonly access:
    | "read"
    | "missing"
    | "write"
    | "create"
    | "delete"
    | "replace"
    | "execute"
    | "map"
    | "connect";
  readonly path: string;
  readonly type?: "file" | "directory" | "symlink" | "socket" | "fifo" | "char" | "block";
}

/** The other end of a rename or link: both must lie below one ReadWritePaths= entry, or it fails with EXDEV. */
export interface RenameFact {
  readonly kind: "rename";
  readonly from: string;
  readonly to: string;
}

/** A socket made by socket(2); pairs, accepted and inherited ones need no address family. */
export interface SocketFact {
  readonly kind: "socket";
  readonly family: string;
  readonly type: string;
  /** As strace names it (`IPPROTO_TCP`, `NETLINK_ROUTE`); empty for the default protocol. */
  readonly protocol: string;
}

/**
 * bind or connect on an internet socket; ephemeral ports are 0. AF_UNIX paths are file facts, abstract names `@name`.
 * Datagrams count as connected to where they are sent, but for answers; a datagram socket that is connected and closed
 * again without a use is none. The `port` of a bind is 0 where the kernel chooses it, or the service picked one that its
 * next instance did not have. `address` is `{other}` when one port of more than 16 addresses was used.
 */
export interface AddressFact {
  readonly kind: "bind" | "connect";
  readonly family: string;
  readonly type: string;
  readonly address: string;
  readonly port: number;
}

/**
 * A peer of a listening socket, or of a datagram socket that is bound to a port: `address` as the kernel reports it,
 * `self` when the unit itself had connected to that port, `{other}` when there were many; `port` is the local one, 0 for an
 * ephemeral port. Peers of AF_UNIX sockets have `address` `self` or `{other}`, and `port` 0.
 */
export interface AcceptFact {
  readonly kind: "accept";
  readonly family: string;
  readonly type: string;
  readonly address: string;
  readonly port: number;
}

/** What the kernel was asked for over routing sockets (rtnetlink(7)), for example `RTM_GETADDR`. */
export interface NetlinkFact {
  readonly kind: "netlink";
  readonly request: string;
}

/** A descriptor that nobody in the trace opened: socket activation, SCM_RIGHTS, a standard stream. */
export interface InheritedFact {
  readonly kind: "inherited";
  readonly source: "activation" | "scm-rights" | "standard-stream";
  readonly object: string;
}

/** A change of ids. `id` is the user or group name where the host knows it, else the number. */
export interface IdentityFact {
  readonly kind: "identity";
  readonly operation: "setuid" | "setgid" | "setgroups" | "setfsuid" | "setfsgid";
  readonly id: string;
}

/** A program run with more rights than its caller: setuid, setgid or file capabilities on `path`. */
export interface ElevationFact {
  readonly kind: "elevation";
  readonly path: string;
  readonly by: "setuid" | "setgid" | "file-capabilities";
}

/**
 * `write-execute`: a mapping both writable and executable; `gain-execute`: mprotect makes a mapping executable that was
 * not; `protect-execute`: any mprotect with PROT_EXEC (the seccomp variant of MDWE, systemd < 254, refuses all of them);
 * `shm-execute`: shmat SHM_EXEC.
 */
export interface MemoryFact {
  readonly kind: "memory";
  readonly protection: "write-execute" | "gain-execute" | "protect-execute" | "shm-execute";
}

export interface NamespaceFact {
  readonly kind: "namespace";
  readonly operation: "clone" | "unshare" | "setns";
  /** `any` for setns(fd, 0). */
  readonly type: NamespaceType | "any";
}

/** personality(2) with an argument other than PER_LINUX; `query` is 0xffffffff. */
export interface PersonalityFact {
  readonly kind: "personality";
  readonly persona: string;
}

export interface SchedulingFact {
  readonly kind: "scheduling";
  /** `sched_setscheduler` is filtered by RestrictRealtime=, `sched_setattr` is not. */
  readonly operation: "sched_setscheduler" | "sched_setattr";
  readonly policy: string;
  readonly resetOnFork: boolean;
}

/** A mode argument with S_ISUID or S_ISGID, or a call that RestrictSUIDSGID= refuses outright (openat2). */
export interface ModeFact {
  readonly kind: "mode";
  readonly operation: string;
  readonly bits: "setuid" | "setgid" | "openat2";
}

/**
 * An object of System V IPC or a POSIX message queue that was made or opened. `private` is IPC_PRIVATE; other keys are
 * hexadecimal, queues have their name. `foreign`: it was there before the unit was started.
 */
export interface IpcFact {
  readonly kind: "ipc";
  readonly mechanism: "shm" | "sem" | "msg" | "mq";
  readonly key: string;
  readonly origin: "own" | "foreign";
}

/** A use of keyrings(7): the call (`add_key`, `KEYCTL_SEARCH` …) and the keyring it names. */
export interface KeyringFact {
  readonly kind: "keyring";
  readonly operation: string;
  readonly keyring: "thread" | "process" | "session" | "user" | "user-session" | "persistent" | "other";
}

/** A call that reached a process which is not of the unit: `kill`, `ptrace`, `pidfd_open`, `setpriority` … */
export interface OutsideFact {
  readonly kind: "outside";
  readonly operation: string;
}

/** What a main process has arranged for a signal that would otherwise end it; PID 1 of a namespace needs it. */
export interface SignalFact {
  readonly kind: "signal";
  readonly signal: "SIGTERM";
  readonly disposition: "handled" | "blocked" | "ignored";
}

/** A message of sd_notify(3): from the process that systemd started, or another one. */
export interface NotificationFact {
  readonly kind: "notification";
  readonly sender: "main" | "other";
}

/**
 * Permission bits beyond the owner's that a new object got because the umask of the unit left them: no process on the way
 * had called umask(2) itself, and they were not set again by chmod. `bits` is octal, for example `044`.
 */
export interface CreationFact {
  readonly kind: "creation";
  readonly path: string;
  readonly bits: string;
}

/** `inferred` from calls, ids and results; `measured` by the kernel's own report. */
export interface CapabilityFact {
  readonly kind: "capability";
  readonly capability: Capability;
  readonly source: "inferred" | "measured";
  /** The operation that needs it, for example `bind 0.0.0.0:80` or `open /var/log/x as root`. Normalised like a path. */
  readonly operation: string;
}

/** Ways in which the trace cannot have seen everything (io_uring, work handed to another service …). */
export interface BlindSpotFact {
  readonly kind: "blind-spot";
  readonly cause: "io_uring" | "scm-rights" | "d-bus" | "unparsed" | "untraced-child" | "unreadable-path";
  readonly detail: string;
}

export type Fact =
  | SyscallFact
  | FileFact
  | RenameFact
  | SocketFact
  | AddressFact
  | AcceptFact
  | NetlinkFact
  | InheritedFact
  | IdentityFact
  | ElevationFact
  | MemoryFact
  | NamespaceFact
  | PersonalityFact
  | SchedulingFact
  | ModeFact
  | IpcFact
  | KeyringFact
  | OutsideFact
  | SignalFact
  | NotificationFact
  | CreationFact
  | CapabilityFact
  | BlindSpotFact;

/** Evidence for one fact in one run. */
export interface Evidence {
  readonly count: number;
  /** Seconds since the start of the run. */
  readonly first: number;
  /** Lifecycle phase in which it was first seen. */
  readonly phase: string;
  /** Base name of the executable that did it first, and the line as strace printed it. */
  readonly process: string;
  readonly example: string;
  /** Path of that executable as the process saw it; not known of profiles that are older than the question. */
  readonly executable?: string;
}
