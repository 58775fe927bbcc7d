/**
 * Directives that work by a seccomp(2) filter. All filters see a call before anything else in the kernel does, so what one
 * of them refuses nothing else was asked about. Sources: src/shared/seccomp-util.c and the calls of it in exec_invoke()
 * (src/core/exec-invoke.c); every row was tried on 252 and 257.
 */
import { shippedList, ships } from "../../directives/vendor.js";
import { shippedNamespaces } from "../../directives/namespaces.js";
import { systemCallsOf } from "../../directives/system-calls.js";
import { modeOf, namesOf, numberOf } from "../../facts/values.js";
import type { NamespaceType } from "../../facts/names.js";
import { named } from "../../strace-parser/index.js";
import type { Value } from "../../strace-parser/types.js";
import { filterAnswers } from "./filter-answers.js";
import type { Case, Rule } from "./types.js";

/** A rule of a boolean: this errno for these calls. */
function refusing(
  directive: string,
  errno: string,
  calls: (asked: Case) => ReadonlySet<string>,
  when: (asked: Case) => boolean = () => true,
): Rule {
  return {
    directive,
    stage: "filter",
    refuses: (asked) =>
      asked.levelOf(directive) === "yes" &&
      asked.errno === errno &&
      calls(asked).has(asked.call) &&
      when(asked),
  };
}

const group =
  (name: string) =>
  ({ target }: Case): ReadonlySet<string> =>
    systemCallsOf(target).groups.get(name) ?? new Set();

const calls =
  (...names: readonly string[]) =>
  (): ReadonlySet<string> =>
    new Set(names);

function answerOf({ sandbox, valuesOf, call, target }: Case): string | undefined {
  const { properties } = sandbox.unit;
  const errorNumber = valuesOf("SystemCallErrorNumber").at(-1) ?? properties["SystemCallErrorNumber"] ?? "";
  return filterAnswers(sandbox.unit, valuesOf("SystemCallFilter"), errorNumber, target)(call);
}

const systemCallFilter: Rule = {
  directive: "SystemCallFilter",
  stage: "filter",
  refuses: (asked) => answerOf(asked) === asked.errno,
};

/** It decides how the filter refuses what has no error of its own. */
const systemCallErrorNumber: Rule = {
  directive: "SystemCallErrorNumber",
  stage: "filter",
  refuses: (asked) => {
    if (asked.valuesOf("SystemCallErrorNumber").length === 0 || answerOf(asked) !== asked.errno) return false;
    const another = asked.errno === "EPERM" ? "kill" : "EPERM";
    const changed = (directive: string) =>
      directive === "SystemCallErrorNumber" ? [another] : asked.valuesOf(directive);
    return answerOf({ ...asked, valuesOf: changed }) !== asked.errno;
  },
};

/** The names of ABIs in strace and in systemd. */
const abis = { "32": ["x86", "arm"], x32: ["x32"], native: ["native"] } as const;

/** Calls of an ABI that is not listed end the process (the action for a bad architecture, seccomp_restrict_archs()). */
const systemCallArchitectures: Rule = {
  directive: "SystemCallArchitectures",
  stage: "filter",
  refuses: ({ failure, errno, sandbox }) => {
    const { personality } = failure.record;
    const listed = (sandbox.unit.properties["SystemCallArchitectures"] ?? "").split(/\s+/);
    return (
      errno === "SIGSYS" &&
      personality !== "native" &&
      listed.join("") !== "" &&
      !abis[personality].some((abi) => listed.includes(abi))
    );
  },
};

const restrictAddressFamilies: Rule = {
  directive: "RestrictAddressFamilies",
  stage: "filter",
  refuses: ({ call, errno, args, sandbox }) => {
    const list = shippedList(sandbox.unit, "RestrictAddressFamilies");
    const family = namesOf(args[0])[0];
    return (
      call === "socket" &&
      errno === "EAFNOSUPPORT" &&
      list !== undefined &&
      !(family !== undefined && ships(list, family))
    );
  },
};

const flagOf: Readonly<Record<string, NamespaceType>> = {
  CLONE_NEWCGROUP: "cgroup",
  CLONE_NEWIPC: "ipc",
  CLONE_NEWNET: "net",
  CLONE_NEWNS: "mnt",
  CLONE_NEWPID: "pid",
  CLONE_NEWUSER: "user",
  CLONE_NEWUTS: "uts",
};

function namespaceFlags({ call, args }: Case): Value | undefined {
  if (call === "clone") return named(args, "flags") ?? args[1];
  return call === "unshare" ? args[0] : args[1];
}

const restrictNamespaces: Rule = {
  directive: "RestrictNamespaces",
  stage: "filter",
  refuses: (asked) => {
    const { call, errno, sandbox } = asked;
    const allowed = shippedNamespaces(sandbox.unit);
    if (allowed === undefined) return false;
    if (call === "clone3") return errno === "ENOSYS";
    if (errno !== "EPERM" || !["clone", "unshare", "setns"].includes(call)) return false;
    const flags = namespaceFlags(asked);
    const types = namesOf(flags).flatMap((name) => flagOf[name] ?? []);
    // Entering a namespace of a type that is not said is always refused, by `yes` entering any.
    if (call === "setns")
      return allowed.size === 0 || types.length === 0 || !types.every((type) => allowed.has(type));
    return types.some((type) => !allowed.has(type));
  },
};

const timeSharing = new Set(["SCHED_OTHER", "SCHED_NORMAL", "SCHED_BATCH", "SCHED_IDLE"]);

/** sched_setattr(2) is not filtered. */
const restrictRealtime = refusing("RestrictRealtime", "EPERM", calls("sched_setscheduler"), ({ args }) => {
  const names = namesOf(args[1]);
  return names.length !== 1 || !names.every((name) => timeSharing.has(name));
});

const specialBits = 0o6000;

/** Where the mode of a new or changed file stands among the arguments. */
const modeArguments: Readonly<Record<string, number>> = {
  chmod: 1,
  fchmod: 1,
  fchmodat: 2,
  fchmodat2: 2,
  mkdir: 1,
  mkdirat: 2,
  mknod: 1,
  mknodat: 2,
  creat: 1,
  open: 2,
  openat: 3,
};

const restrictSuidSgid: Rule = {
  directive: "RestrictSUIDSGID",
  stage: "filter",
  refuses: ({ call, errno, args, levelOf }) => {
    if (levelOf("RestrictSUIDSGID") !== "yes") return false;
    if (call === "openat2" || call === "fchmodat2") if (errno === "ENOSYS") return true;
    const position = modeArguments[call];
    if (errno !== "EPERM" || position === undefined) return false;
    return ((modeOf(args[position]) ?? 0) & specialBits) !== 0 || hasSpecialName(args[position]);
  },
};

function hasSpecialName(mode: Value | undefined): boolean {
  return namesOf(mode).some((name) => name === "S_ISUID" || name === "S_ISGID");
}

/** From this version on prctl(2) PR_SET_MDWE takes its place where the kernel (6.3 and later) has it. */
const prctlSince = 254;

/** The filter of older systems; the other way of it is in src/verification/suspects/memory.ts. */
const memoryDenyWriteExecute: Rule = {
  directive: "MemoryDenyWriteExecute",
  stage: "filter",
  refuses: ({ call, errno, args, levelOf, target, host }) => {
    if (levelOf("MemoryDenyWriteExecute") !== "yes" || errno !== "EPERM") return false;
    if (target >= prctlSince && isKernelSince(host.kernel, 6, 3)) return false;
    const names = namesOf(args[2]);
    if (call === "mmap" || call === "mmap2")
      return names.includes("PROT_EXEC") && names.includes("PROT_WRITE");
    if (call === "mprotect" || call === "pkey_mprotect") return names.includes("PROT_EXEC");
    return call === "shmat" && names.includes("SHM_EXEC");
  },
};

/** Whether `uname -r` is of that version or a later one. */
export function isKernelSince(release: string, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const [is, has] = [Number(first ?? 0), Number(second ?? 0)];
  return is > major || (is === major && has >= minor);
}

/** The locked personality is PER_LINUX, or what Personality= says. */
const lockPersonality = refusing(
  "LockPersonality",
  "EPERM",
  calls("personality"),
  ({ args }) => numberOf(args[0]) !== 0 && namesOf(args[0]).join("|") !== "PER_LINUX",
);

export const filterRules: readonly Rule[] = [
  systemCallFilter,
  systemCallErrorNumber,
  systemCallArchitectures,
  restrictAddressFamilies,
  restrictNamespaces,
  restrictRealtime,
  restrictSuidSgid,
  memoryDenyWriteExecute,
  lockPersonality,
  refusing("ProtectClock", "EPERM", group("@clock")),
  refusing("ProtectKernelModules", "EPERM", group("@module")),
  refusing("ProtectKernelLogs", "EPERM", calls("syslog")),
  refusing("ProtectKernelTunables", "EPERM", calls("_sysctl")),
  refusing("ProtectHostname", "EPERM", calls("sethostname", "setdomainname")),
  refusing("PrivateDevices", "EPERM", group("@raw-io")),
];
