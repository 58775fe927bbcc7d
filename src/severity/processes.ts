/** What it is worth to change who a process is, how it runs, and to reach other processes. */
import type { Context } from "../directives/types.js";
import type {
  IdentityFact,
  IpcFact,
  KeyringFact,
  MemoryFact,
  NamespaceFact,
  OutsideFact,
  PersonalityFact,
  SchedulingFact,
} from "../facts/types.js";
import { worthOfGroup, worthOfUser } from "./groups.js";
import { isRootName, runsAsRoot } from "./own.js";
import { type Assessment, assessment, low, medium, type Worth } from "./types.js";

/** Taking on ids. Who is that already, or gives groups up, gains nothing. */
export function assessIdentity({ operation, id }: IdentityFact, { unit }: Context): Assessment {
  const by = `By ${operation}`;
  if (id === "") return low(`${by} an attacker could give up groups, and nothing else.`);
  const isUser = operation === "setuid" || operation === "setfsuid";
  const present = isUser ? [unit.user] : [unit.group, ...unit.supplementaryGroups];
  const isPresent =
    present.includes(id) || (isRootName(id) && runsAsRoot(unit) && (isUser || unit.group === ""));
  if (isPresent) return low(`${by} an attacker could act as ${id}, as which the service runs anyway.`);
  return assessment(isUser ? worthOfUser(id) : worthOfGroup(id), `${by} ${id}`);
}

const protections: Readonly<Record<MemoryFact["protection"], Assessment>> = {
  "write-execute": medium(
    "An attacker could write code into memory and run it, by memory that is writable and executable.",
  ),
  "gain-execute": medium(
    "An attacker could write code into memory and run it, by making memory executable afterwards.",
  ),
  // Under systemd since 254 the kernel refuses only what was not executable before (PR_SET_MDWE).
  "protect-execute": low(
    "An attacker would gain nothing of their own: mprotect of what is executable already is refused by old versions of systemd alone.",
  ),
  "shm-execute": medium(
    "An attacker could write code into shared memory and run it, by attaching it executable.",
  ),
};

/** A fault of the program that corrupts memory is then enough to run any code. */
export function assessMemory({ protection }: MemoryFact): Assessment {
  return protections[protection];
}

/** Making one, by type. In a user namespace every capability is had, and with it most of the kernel in reach. */
const made: Readonly<Record<NamespaceFact["type"], Worth>> = {
  any: ["high", "make namespaces of any type, and in them reach parts of the kernel that are root's"],
  user: ["high", "have all capabilities in a user namespace, where most exploits of the kernel begin"],
  mnt: ["medium", "show programs another file system, and hide files from the host"],
  net: ["medium", "make networks of their own, with firewalls and interfaces of the kernel"],
  pid: ["medium", "hide processes behind other PIDs"],
  ipc: ["medium", "hide shared memory from the host"],
  cgroup: ["medium", "see control groups otherwise than they are"],
  time: ["low", "show programs another boot time"],
  uts: ["low", "show programs another host name"],
};

/** Entering the one of another process means to be outside of one's own. */
const entered: Readonly<Record<NamespaceFact["type"], Worth>> = {
  any: ["high", "enter any namespace of other processes, and so leave the sandbox"],
  user: ["high", "enter the user namespace of other processes, with the capabilities in it"],
  mnt: ["high", "enter the mount namespace of other processes, and so see files that the sandbox hides"],
  net: ["high", "enter the network of other services, or that of the host"],
  pid: ["high", "start processes among those of others, and signal them"],
  ipc: ["medium", "reach shared memory of other services"],
  cgroup: ["medium", "see control groups of others"],
  time: ["low", "see another boot time"],
  uts: ["low", "see another host name"],
};

/** Making and entering namespaces (namespaces(7)). */
export function assessNamespace({ operation, type }: NamespaceFact): Assessment {
  return assessment((operation === "setns" ? entered : made)[type], `By ${operation}`);
}

/** Flags that undo what makes exploits hard (personality(2)); the others emulate. */
const weakening = /ADDR_NO_RANDOMIZE|ADDR_COMPAT_LAYOUT|MMAP_PAGE_ZERO|READ_IMPLIES_EXEC/;

/** The ABI of Linux itself, for 32 bits, and an older version number. */
const harmless =
  /^(?:PER_LINUX|PER_LINUX32|PER_LINUX32_3GB|PER_LINUX_FDPIC|UNAME26|ADDR_LIMIT_3GB|ADDR_LIMIT_32BIT|WHOLE_SECONDS|STICKY_TIMEOUTS|\|)*$/;

/** Changing how the kernel treats programs. */
export function assessPersonality({ persona }: PersonalityFact): Assessment {
  if (persona === "query")
    return low("An attacker could ask for the personality of the process, and nothing else.");
  if (weakening.test(persona)) {
    return medium(
      `By personality ${persona} an attacker could start programs whose memory is laid out predictably or executable, which exploits need.`,
    );
  }
  return harmless.test(persona)
    ? low(`By personality ${persona} an attacker could have programs see another processor or version.`)
    : medium(
        `By personality ${persona} an attacker could reach emulations of the kernel that are seldom tested.`,
      );
}

const realTime = new Set(["SCHED_FIFO", "SCHED_RR", "SCHED_DEADLINE"]);

/** Real-time processes run before all others (sched(7)). */
export function assessScheduling({ operation, policy }: SchedulingFact): Assessment {
  return realTime.has(policy)
    ? medium(
        `By ${operation} an attacker could take a processor with ${policy} and starve every other service.`,
      )
    : low(`By ${operation} an attacker could run processes with ${policy}, before nobody else's.`);
}

const mechanisms: Readonly<Record<IpcFact["mechanism"], string>> = {
  shm: "shared memory",
  sem: "semaphores",
  msg: "message queue",
  mq: "POSIX message queue",
};

/** Objects that were there before may be another service's. */
export function assessIpc({ mechanism, key, origin }: IpcFact): Assessment {
  const object = `${mechanisms[mechanism]} ${key}`;
  return origin === "own"
    ? low(`An attacker could exchange data with others of its user by the ${object}.`)
    : medium(`An attacker could read and change the ${object}, which another process has made.`);
}

const ownKeyrings = new Set<KeyringFact["keyring"]>(["thread", "process", "session"]);

/** Keyrings of the user are shared by all that runs as that user (keyrings(7)). */
export function assessKeyring({ operation, keyring }: KeyringFact): Assessment {
  return ownKeyrings.has(keyring)
    ? low(`By ${operation} an attacker could use the keys in the service's own ${keyring} keyring.`)
    : medium(`By ${operation} an attacker could use the keys in the ${keyring} keyring, which others share.`);
}

const outside: readonly (readonly [operations: string, worth: Worth])[] = [
  [
    "ptrace process_vm_readv process_vm_writev pidfd_getfd perf_event_open",
    ["high", "read and take over processes of others"],
  ],
  [
    "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal process_mrelease",
    ["medium", "stop processes of others"],
  ],
  [
    "prlimit64 setpriority ioprio_set sched_setaffinity sched_setattr sched_setparam sched_setscheduler move_pages migrate_pages process_madvise",
    ["medium", "slow processes of others down"],
  ],
];

const outsideWorths = new Map(
  outside.flatMap(([operations, worth]) => operations.split(" ").map((one) => [one, worth] as const)),
);

/** What is left only asks. */
export function assessOutside({ operation }: OutsideFact): Assessment {
  return assessment(outsideWorths.get(operation) ?? ["low", "see processes of others"], `By ${operation}`);
}
