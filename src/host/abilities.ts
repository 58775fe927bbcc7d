/** What this host can do for learning and for enforcing a drop-in; `profile doctor` prints it. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { ProfileError } from "../errors.js";
import { checkPtrace, findProgram, findStrace } from "../tracers/find.js";
import { type Enforcement, probeEnforcement } from "./enforcement.js";
import { gatherSystemd } from "./gather.js";
import type { Host } from "./types.js";

export interface Ability {
  readonly name: string;
  /** `unknown`: it cannot be tried here. */
  readonly state: "ok" | "missing" | "unknown";
  /** What was found, for example a version. */
  readonly detail: string;
  /** `profile run UNIT` cannot work without it. */
  readonly required: boolean;
  /** What does not work without it, and what to do. */
  readonly lost: string;
  readonly remedy: string;
}

/** Looks at everything; takes well below a second. Only the probe of BPF enforcement starts something (a transient unit). */
export async function examineHost(): Promise<readonly Ability[]> {
  const systemd = await gatherSystemd();
  return [
    root(),
    systemdRunning(systemd),
    systemdVersion(systemd),
    feature(
      systemd,
      "SECCOMP",
      "SystemCallFilter= and all other directives that rest on seccomp are not enforced",
    ),
    seccomp(),
    ...(await tracing()),
    capabilityTrace(),
    cgroup(),
    feature(
      systemd,
      "BPF_FRAMEWORK",
      "SocketBindDeny=, RestrictNetworkInterfaces= and RestrictFileSystems= are ignored",
    ),
    ...(await probeEnforcement()).map(enforced),
    userNamespaces(),
    await program("fallocate", "util-linux", "traces take disk space until the run is over"),
    await program("getcap", "libcap2-bin", "programs with file capabilities are not recognised"),
    await pseudoTerminal(),
  ];
}

function okIf(condition: boolean): Ability["state"] {
  return condition ? "ok" : "missing";
}

function root(): Ability {
  const uid = process.geteuid?.() ?? -1;
  return {
    name: "root",
    state: okIf(uid === 0),
    detail: `effective user id ${uid}`,
    required: true,
    lost: "profile run UNIT: drop-ins and tracing of services need root",
    remedy: "run it with sudo",
  };
}

function systemdRunning(systemd: Host["systemd"]): Ability {
  // sd_booted(3)
  const running = existsSync("/run/systemd/system");
  return {
    name: "systemd runs",
    state: okIf(running),
    detail: running
      ? "it is the service manager"
      : systemd === null
        ? "not installed"
        : "installed, not the service manager",
    required: true,
    lost: "profile run UNIT; profile run -- COMMAND and profile import work",
    remedy: "use a host that is booted with systemd, or a systemd-nspawn container",
  };
}

/** LoadCredential= from a socket, which holds a service until it is traced, is younger than this (NEWS, 247). */
const oldestSystemd = 247;

function systemdVersion(systemd: Host["systemd"]): Ability {
  return {
    name: "systemd version",
    state: okIf(systemd !== null && systemd.version >= oldestSystemd),
    detail: systemd === null ? "none" : String(systemd.version),
    required: true,
    lost: `profile run UNIT needs systemd ${oldestSystemd}`,
    remedy: "upgrade systemd",
  };
}

function feature(systemd: Host["systemd"], name: string, lost: string): Ability {
  const ok = systemd?.features.includes(`+${name}`) === true;
  return {
    name: `systemd built with ${name}`,
    state: okIf(ok),
    detail: systemd === null ? "no systemd" : ok ? "yes" : "no",
    required: false,
    lost,
    remedy: "use a systemd that is built with it, and --target-systemd for another host",
  };
}

function seccomp(): Ability {
  const actions = readIfThere("/proc/sys/kernel/seccomp/actions_avail");
  return {
    name: "seccomp",
    state: okIf(actions?.split(/\s/).includes("errno") === true),
    detail: actions ?? "not in this kernel",
    required: false,
    lost: "SystemCallFilter= and all other directives that rest on seccomp are not enforced",
    remedy: "use a kernel with CONFIG_SECCOMP_FILTER",
  };
}

async function tracing(): Promise<Ability[]> {
  const strace = {
    name: "strace",
    required: true,
    lost: "profile run",
    remedy: "install strace 5.0 or later (package strace)",
  };
  const ptrace = {
    name: "ptrace",
    required: true,
    lost: "profile run",
    remedy:
      "allow ptrace: --cap-add=SYS_PTRACE in a container, sysctl kernel.yama.ptrace_scope=1 or less elsewhere",
  };
  const found = await orRefusal(findStrace());
  if (typeof found === "string") {
    return [
      { ...strace, state: "missing", detail: found },
      { ...ptrace, state: "unknown", detail: "not tried without strace" },
    ];
  }
  const refusal = await orRefusal(checkPtrace(found));
  const { major, minor } = found.version;
  return [
    { ...strace, state: "ok", detail: `${major}.${minor}, ${found.path}` },
    { ...ptrace, state: okIf(refusal === undefined), detail: refusal ?? yamaScope() },
  ];
}

/** What a probe gives, or why this host cannot. */
async function orRefusal<T>(probe: Promise<T>): Promise<T | string> {
  try {
    return await probe;
  } catch (error) {
    if (error instanceof ProfileError) return error.message;
    throw error;
  }
}

/** Documentation/admin-guide/LSM/Yama.rst */
function yamaScope(): string {
  const scope = readIfThere("/proc/sys/kernel/yama/ptrace_scope");
  return scope === undefined ? "allowed" : `allowed, kernel.yama.ptrace_scope=${scope}`;
}

function capabilityTrace(): Ability {
  const base = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].find((path) =>
    existsSync(`${path}/trace`),
  );
  const tracepoint = base !== undefined && existsSync(`${base}/events/capability/cap_capable`);
  const kprobe = base !== undefined && existsSync(`${base}/kprobe_events`);
  return {
    name: "kernel trace of capability checks",
    state: okIf(tracepoint || kprobe),
    detail:
      base === undefined
        ? "tracefs is not there"
        : tracepoint
          ? "tracepoint cap_capable"
          : kprobe
            ? "kprobes"
            : "neither tracepoint nor kprobes",
    required: false,
    lost: "which capability the kernel asked for cannot be looked up there; profiles infer capabilities from calls, ids and results",
    remedy: "mount -t tracefs tracefs /sys/kernel/tracing, as root",
  };
}

/** CGROUP2_SUPER_MAGIC (include/uapi/linux/magic.h) */
const cgroup2Magic = 0x63677270;

function cgroup(): Ability {
  const unified = existsSync("/sys/fs/cgroup") && statfsSync("/sys/fs/cgroup").type === cgroup2Magic;
  return {
    name: "cgroup v2",
    state: okIf(unified),
    detail: unified ? "unified hierarchy" : "cgroup v1 or hybrid",
    required: false,
    lost: "IPAddressDeny=, SocketBindDeny=, RestrictNetworkInterfaces= and ProtectControlGroups=strict are not enforced",
    remedy: "boot with systemd.unified_cgroup_hierarchy=1",
  };
}

const cgroupPrograms = "cgroup v2 and the bpf system call (in containers too)";

const remedies: Readonly<Record<Enforcement["directive"], string>> = {
  IPAddressDeny: `needs ${cgroupPrograms}`,
  DevicePolicy: `needs ${cgroupPrograms}`,
  SocketBindDeny: `needs ${cgroupPrograms} and a systemd built with BPF_FRAMEWORK`,
  RestrictNetworkInterfaces: `needs ${cgroupPrograms} and a systemd built with BPF_FRAMEWORK`,
  RestrictFileSystems: `needs ${cgroupPrograms}, a systemd built with BPF_FRAMEWORK and bpf in lsm= on the kernel command line`,
};

function enforced({ directive, state }: Enforcement): Ability {
  return {
    name: `${directive}= is enforced`,
    state: state === "enforced" ? "ok" : state === "not enforced" ? "missing" : "unknown",
    detail: state,
    required: false,
    lost: `${directive}= protects nothing on this host, although systemd accepts it; profiles say so and leave it out`,
    remedy: remedies[directive],
  };
}

function userNamespaces(): Ability {
  const max = readIfThere("/proc/sys/user/max_user_namespaces");
  return {
    name: "user namespaces",
    state: okIf(max !== undefined && Number(max) > 0),
    detail: max === undefined ? "not in this kernel" : `up to ${max}`,
    required: false,
    lost: "PrivateUsers= cannot be used",
    remedy: "raise sysctl user.max_user_namespaces",
  };
}

async function program(name: string, debianPackage: string, lost: string): Promise<Ability> {
  const found = (await findProgram(name)) ?? (await findProgram(`/usr/sbin/${name}`));
  return {
    name,
    state: okIf(found !== undefined),
    detail: found ?? "not found",
    required: false,
    lost,
    remedy: `install it (Debian package ${debianPackage})`,
  };
}

async function pseudoTerminal(): Promise<Ability> {
  const problem = await import("node-pty").then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)),
  );
  return {
    name: "node-pty",
    state: okIf(problem === undefined),
    detail: problem ?? "loads",
    required: false,
    lost: "profile run --pty: interactive programs cannot be exercised",
    remedy: "npm install node-pty, with a compiler where there is no prebuilt one",
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
