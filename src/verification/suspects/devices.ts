/** PrivateDevices=, DevicePolicy= and what takes access to devices away. Tried on 252 and 257; src/core/bpf-devices.c. */
import { presentNodes } from "../../directives/device-nodes.js";
import { writableDirectories } from "../../directives/devices.js";
import { clockDevice, logDevices } from "../../directives/kernel.js";
import { namesOf } from "../../facts/values.js";
import { concerns, isAcross, isReplaced, kernelRule, property } from "./rule.js";
import type { Case, Rule } from "./types.js";

const opening = new Set(["open", "openat", "openat2", "creat"]);
const making = new Set(["mknod", "mknodat"]);

/** Of what is not known to the host nobody can say that it is none. */
function isDevice({ host }: Case, path: string): boolean {
  const type = host.files[path]?.type;
  return type === "char" || type === "block" || (type === undefined && path.startsWith("/dev/"));
}

/** The program on the control group answers EPERM to open(2) and mknod(2) of a device that is not listed. */
function isPolicyRefusal(asked: Case): boolean {
  const { call, errno, paths } = asked;
  if (errno !== "EPERM") return false;
  if (making.has(call)) return makesDevice(asked);
  const isStrict = property(asked, "DevicePolicy") === "strict";
  return (
    opening.has(call) && paths.some((path) => isDevice(asked, path) && (isStrict || !presentNodes.test(path)))
  );
}

function makesDevice({ call, args }: Case): boolean {
  const mode = namesOf(args[call === "mknod" ? 1 : 2]);
  return mode.includes("S_IFCHR") || mode.includes("S_IFBLK");
}

const isPolicySet = (asked: Case): boolean =>
  !["", "auto"].includes(property(asked, "DevicePolicy")) || property(asked, "DeviceAllow") !== "";

/** `auto` with an entry is `closed`. ProtectClock= adds an entry only to a policy that is there (tried). */
const devicePolicy = kernelRule(
  "DevicePolicy",
  (asked) =>
    isPolicyRefusal(asked) &&
    !["", "auto"].includes(asked.valuesOf("DevicePolicy").at(-1) ?? property(asked, "DevicePolicy")),
);

const deviceAllow = kernelRule("DeviceAllow", (asked) => isPolicyRefusal(asked) && isPolicySet(asked));

/**
 * Another /dev, which is read-only and not executable but for some directories; elsewhere device nodes cannot be opened
 * (DevicePolicy=closed) nor made (no CAP_MKNOD).
 */
const privateDevices = kernelRule("PrivateDevices", (asked) => {
  if (asked.levelOf("PrivateDevices") !== "yes") return false;
  if (isPolicyRefusal(asked)) return true;
  const { call, errno, paths } = asked;
  const own = paths.filter((path) => path.startsWith("/dev/") && !writableDirectories.test(path));
  if (own.length === 0) return isAcross(asked, ["/dev"]);
  if (errno === "EPERM" || errno === "EACCES") return call.startsWith("exec") || call.startsWith("mmap");
  if (errno === "ENOENT") return own.some((path) => !presentNodes.test(path));
  return errno === "EROFS" || isAcross(asked, ["/dev"]);
});

/** The kernel's log and its devices; CAP_SYSLOG goes too. */
const protectKernelLogs = kernelRule(
  "ProtectKernelLogs",
  (asked) =>
    asked.levelOf("ProtectKernelLogs") === "yes" &&
    (isReplaced(asked, logDevices) || (asked.errno === "EPERM" && concerns(asked, logDevices))),
);

const alarms = new Set(["timer_create", "timerfd_create"]);

/** Alarms of a sleeping machine need CAP_WAKE_ALARM; the hardware clock may only be read. */
const protectClock = kernelRule("ProtectClock", (asked) => {
  if (asked.levelOf("ProtectClock") !== "yes") return false;
  const { call, errno, args, paths } = asked;
  if (errno !== "EPERM" && errno !== "EACCES") return false;
  const isAlarm = alarms.has(call) && namesOf(args[0]).some((name) => name.endsWith("_ALARM"));
  return isAlarm || paths.some((path) => clockDevice.test(path));
});

export const deviceRules: readonly Rule[] = [
  devicePolicy,
  deviceAllow,
  privateDevices,
  protectKernelLogs,
  protectClock,
];
