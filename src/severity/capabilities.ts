/**
 * What each capability is worth to an attacker. Sources: capabilities(7), kernel sources where named.
 *
 * `high`: by itself it is a way to root, to what other services keep secret, or out of the sandbox. `medium`: it disturbs
 * or observes the whole host. `low`: it is about resources of the service's own, or nearly nothing asks for it. The
 * weights of systemd do not decide it (weights.ts says why).
 */
import type { Capability } from "../facts/names.js";
import { type Assessment, assessment, compareSeverity, type Worth } from "./types.js";
import { weightOfCapability } from "./weights.js";

const worths: Readonly<Record<Capability, Worth>> = {
  CAP_CHOWN: [
    "high",
    "become the owner of any file that is writable in the sandbox, programs of root among them",
  ],
  CAP_DAC_OVERRIDE: [
    "high",
    "read and change every file that the sandbox leaves in sight, whatever its mode",
  ],
  CAP_DAC_READ_SEARCH: [
    "high",
    "read every file that the sandbox leaves in sight, password hashes and keys among them",
  ],
  CAP_FOWNER: [
    "high",
    "change the mode of any file that is writable in the sandbox, and so open or replace it",
  ],
  // Setting the bits anew takes the owner, or CAP_FOWNER (setattr_prepare() in fs/attr.c).
  CAP_FSETID: [
    "medium",
    "change setuid and setgid programs that are writable to them and leave their bits set",
  ],
  CAP_KILL: ["medium", "stop and signal processes of every other service"],
  CAP_SETGID: ["high", "take on any group, such as shadow or disk, and what is open to it"],
  CAP_SETUID: ["high", "become any user, root among them"],
  // Nothing can be added to the permitted set by it (cap_capset() in security/commoncap.c).
  CAP_SETPCAP: ["medium", "pass on every capability of the bounding set to programs with inheritable ones"],
  CAP_LINUX_IMMUTABLE: ["low", "lock files against every change, or open append-only logs to overwriting"],
  // The one capability that the strictest of the Pod Security Standards of Kubernetes lets containers add.
  CAP_NET_BIND_SERVICE: [
    "low",
    "bind ports below 1024 that are free, and be taken for a service of the system",
  ],
  CAP_NET_BROADCAST: ["low", "do nothing more: no kernel of today asks for it"],
  CAP_NET_ADMIN: ["high", "redirect, filter and listen to the traffic of the whole network namespace"],
  CAP_NET_RAW: ["high", "read and forge packets of the whole network namespace"],
  CAP_IPC_LOCK: ["low", "lock as much memory as there is and leave the host short of it"],
  CAP_IPC_OWNER: ["high", "read and change the shared memory of every other service"],
  CAP_SYS_MODULE: ["high", "load code into the kernel, and so take over the host"],
  CAP_SYS_RAWIO: ["high", "reach memory and disks past the kernel, and so take over the host"],
  // A setuid program then finds libraries of the attacker's (chroot(2)).
  CAP_SYS_CHROOT: [
    "medium",
    "show a forged file system to the programs that it starts, setuid ones among them",
  ],
  CAP_SYS_PTRACE: ["high", "read and take over processes of every other service"],
  CAP_SYS_PACCT: ["low", "turn process accounting on and off, and with it a trace of what was run"],
  CAP_SYS_ADMIN: ["high", "mount file systems, undo most of the sandbox, and do nearly all that root can"],
  CAP_SYS_BOOT: ["high", "restart the host, or boot a kernel of their own by kexec"],
  CAP_SYS_NICE: ["medium", "take the processors away from every other service"],
  CAP_SYS_RESOURCE: ["medium", "exceed resource limits and quotas, and use up what is reserved for root"],
  CAP_SYS_TIME: ["medium", "set the clock, on which certificates, logs and time-outs of the whole host rest"],
  CAP_SYS_TTY_CONFIG: ["low", "hang up and reconfigure virtual terminals"],
  CAP_MKNOD: ["high", "make device nodes, and by one of a disk read and write it past all file modes"],
  CAP_LEASE: ["low", "delay other processes that open a file, by leases on it"],
  CAP_AUDIT_WRITE: ["low", "write false records into the audit log of the kernel"],
  CAP_AUDIT_CONTROL: ["medium", "turn off the audit of the kernel, and act unrecorded"],
  CAP_SETFCAP: ["high", "give programs that are writable to them any capability, for whoever starts them"],
  CAP_MAC_OVERRIDE: ["medium", "go past the mandatory access control of SMACK"],
  CAP_MAC_ADMIN: ["medium", "change the policy of SMACK or AppArmor for the whole host"],
  CAP_SYSLOG: ["medium", "read the kernel log and the addresses of the kernel that exploits need"],
  CAP_WAKE_ALARM: ["low", "wake the machine up"],
  CAP_BLOCK_SUSPEND: ["low", "keep the machine from going to sleep"],
  CAP_AUDIT_READ: ["medium", "follow in the audit log who does what on the host"],
  // perf_allow_kernel(), and PERF_SAMPLE_STACK_USER of any process (perf_event_open(2)).
  CAP_PERFMON: ["high", "sample memory of the kernel and of processes of every other service"],
  CAP_BPF: [
    "medium",
    "run BPF programs in the kernel, where every fault of the verifier is a way to take over the host",
  ],
  // Access to the other process is asked for besides (proc_map_files_get_link() in fs/proc/base.c).
  CAP_CHECKPOINT_RESTORE: [
    "low",
    "choose the PIDs of processes, and reopen what others of its user have mapped",
  ],
};

/** One capability of its own. */
export function assessCapability(capability: Capability): Assessment {
  return assessment(worths[capability], `With ${capability}`);
}

/** The worst of several capabilities, of equals the heaviest; undefined for none. CAP_SYS_ADMIN is the last of those. */
export function worstCapability(list: readonly Capability[]): Capability | undefined {
  return [...list]
    .reverse()
    .sort(
      (a, b) => compareSeverity(worths[b][0], worths[a][0]) || weightOfCapability(b) - weightOfCapability(a),
    )[0];
}
