/**
 * Directives about /proc, /sys, processes, IPC, keys and limits. Sources: proc(5), fs/proc/base.c, ipc_namespaces(7),
 * keyrings(7), getrlimit(2); tried on 252 and 257.
 */
import {
  hostnameFiles,
  kernelMemory,
  moduleDirectories,
  notTunables,
  tunables,
} from "../../directives/kernel.js";
import { isBelowAny } from "../../directives/evidence.js";
import { processEntries } from "../../directives/processes.js";
import { namesOf } from "../../facts/values.js";
import { isKernelSince } from "./filters.js";
import { concerns, isReplaced, kernelRule, property } from "./rule.js";
import type { Case, Rule } from "./types.js";

/** A process by its number; /proc/self and the like are always there. */
const processEntry = /^\/proc\/(?:\d+|\{pid\}|\{other-pid\})(?:\/|$)/;

const hidden = new Set(["ENOENT", "EPERM", "EACCES"]);

/** `noaccess` answers EPERM below /proc/PID, the others ENOENT. */
const protectProc = kernelRule(
  "ProtectProc",
  ({ errno, paths, levelOf }) =>
    levelOf("ProtectProc") !== "default" &&
    hidden.has(errno) &&
    paths.some((path) => processEntry.test(path)),
);

const procSubset = kernelRule(
  "ProcSubset",
  ({ errno, paths, levelOf }) =>
    levelOf("ProcSubset") === "pid" &&
    errno === "ENOENT" &&
    paths.some((path) => path.startsWith("/proc/") && !processEntries.test(path)),
);

const privatePids = kernelRule(
  "PrivatePIDs",
  ({ errno, paths, levelOf }) =>
    levelOf("PrivatePIDs") === "yes" &&
    (errno === "ESRCH" || (errno === "ENOENT" && paths.some((path) => processEntry.test(path)))),
);

const protectKernelTunables = kernelRule("ProtectKernelTunables", (asked) => {
  if (asked.levelOf("ProtectKernelTunables") !== "yes") return false;
  if (isReplaced(asked, kernelMemory)) return true;
  return (
    asked.errno === "EROFS" &&
    asked.paths.some((path) => isBelowAny(path, tunables) && !isBelowAny(path, notTunables))
  );
});

const protectKernelModules = kernelRule(
  "ProtectKernelModules",
  (asked) => asked.levelOf("ProtectKernelModules") === "yes" && isReplaced(asked, moduleDirectories),
);

const controlGroups = ["/sys/fs/cgroup"];

/** `private` and `strict` show the unit's own group alone. */
const protectControlGroups = kernelRule("ProtectControlGroups", (asked) => {
  const level = asked.levelOf("ProtectControlGroups");
  if (level === "no" || !concerns(asked, controlGroups)) return false;
  return level === "yes" || asked.errno === "EROFS" ? asked.errno === "EROFS" : asked.errno === "ENOENT";
});

/** From this version on the files are read-only too (NEWS, 258). */
const hostnameFilesSince = 258;

const protectHostname = kernelRule(
  "ProtectHostname",
  (asked) =>
    asked.levelOf("ProtectHostname") !== "no" &&
    asked.target >= hostnameFilesSince &&
    asked.errno === "EROFS" &&
    concerns(asked, hostnameFiles),
);

/** prctl(2), PR_SET_MDWE: EACCES (mmap_region() and mprotect(2) ask map_deny_write_exec()). */
const memoryDenyWriteExecute = kernelRule(
  "MemoryDenyWriteExecute",
  ({ call, errno, args, levelOf, target, host }) => {
    if (levelOf("MemoryDenyWriteExecute") !== "yes" || errno !== "EACCES") return false;
    if (target < 254 || !isKernelSince(host.kernel, 6, 3)) return false;
    const isCode = namesOf(args[2]).some((name) => name === "PROT_EXEC" || name === "SHM_EXEC");
    return isCode && ["mmap", "mmap2", "mprotect", "pkey_mprotect", "shmat"].includes(call);
  },
);

const scheduling = new Set(["sched_setattr", "sched_setscheduler", "sched_setparam"]);

/** RLIMIT_RTPRIO is 0 then, which sched_setattr(2) asks for where there is no CAP_SYS_NICE. */
const restrictRealtime = kernelRule(
  "RestrictRealtime",
  ({ call, errno, levelOf }) =>
    levelOf("RestrictRealtime") === "yes" && errno === "EPERM" && scheduling.has(call),
);

const finding = new Set(["mq_open", "mq_unlink", "msgget", "semget", "shmget"]);
const using = /^(?:shm(?:at|ctl)|sem(?:op|timedop|timedop_time64|ctl)|msg(?:snd|rcv|ctl)|ipc)$/;

function isMissingIpc({ call, errno }: Case): boolean {
  return (
    (errno === "ENOENT" && finding.has(call)) || (["EINVAL", "EIDRM"].includes(errno) && using.test(call))
  );
}

const privateIpc = kernelRule(
  "PrivateIPC",
  (asked) =>
    asked.levelOf("PrivateIPC") === "yes" &&
    (isMissingIpc(asked) || (asked.errno === "ENOENT" && concerns(asked, ["/dev/mqueue"]))),
);

/** When the unit stops; so what the first start made is missing at the second. */
const removeIpc = kernelRule(
  "RemoveIPC",
  (asked) =>
    asked.levelOf("RemoveIPC") === "yes" &&
    (isMissingIpc(asked) || (asked.errno === "ENOENT" && concerns(asked, ["/dev/shm", "/dev/mqueue"]))),
);

const keyCalls = new Set(["add_key", "request_key", "keyctl"]);
const keyErrors = new Set(["ENOKEY", "EACCES", "EPERM", "EKEYREVOKED"]);

/** `private` is the default of system services, and so what the drop-in has to say to be a change. */
const keyringMode = kernelRule(
  "KeyringMode",
  (asked) =>
    asked.valuesOf("KeyringMode").length > 0 &&
    property(asked, "KeyringMode") !== "inherit" &&
    keyCalls.has(asked.call) &&
    keyErrors.has(asked.errno),
);

const forking = ["clone", "clone3", "fork", "vfork"];

/** What goes beyond each limit: getrlimit(2), systemd.resource-control(5). */
const limits: readonly (readonly [directive: string, errnos: readonly string[], calls: readonly string[]])[] =
  [
    ["LimitNPROC", ["EAGAIN"], [...forking, "execve", "execveat"]],
    ["TasksMax", ["EAGAIN"], forking],
    ["LimitFSIZE", ["EFBIG"], []],
    ["LimitNOFILE", ["EMFILE"], []],
    [
      "LimitMEMLOCK",
      ["ENOMEM", "EPERM", "EAGAIN"],
      ["mlock", "mlock2", "mlockall", "mmap", "shmctl", "io_uring_setup", "bpf"],
    ],
    ["LimitNICE", ["EACCES", "EPERM"], ["setpriority", "sched_setattr"]],
    ["LimitRTPRIO", ["EPERM"], [...scheduling]],
  ];

/** `systemctl show` prints the default of the machine where the unit says nothing, so the drop-in must set it. */
function limitRule([directive, errnos, calls]: (typeof limits)[number]): Rule {
  return kernelRule(directive, ({ errno, call, valuesOf }) => {
    const value = valuesOf(directive).at(-1) ?? "infinity";
    return value !== "infinity" && errnos.includes(errno) && (calls.length === 0 || calls.includes(call));
  });
}

export const processRules: readonly Rule[] = [
  protectProc,
  procSubset,
  privatePids,
  protectKernelTunables,
  protectKernelModules,
  protectControlGroups,
  protectHostname,
  memoryDenyWriteExecute,
  restrictRealtime,
  privateIpc,
  removeIpc,
  keyringMode,
  ...limits.map(limitRule),
];
