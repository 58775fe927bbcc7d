import { isAvailable } from "./availability.js";
import { insist, set, withhold, yesUnless } from "./decision.js";
import { describeFacts } from "./describe.js";
import { callsTo, filesBelow, isBelowAny, isReach, isWrite, usesOf } from "./evidence.js";
import { byFilter, byMountNamespace } from "./guards.js";
import type { Directive } from "./types.js";

/** What ProtectKernelTunables= makes read-only (protect_kernel_tunables_proc_table in src/core/namespace.c). */
export const tunables = [
  "/proc/acpi",
  "/proc/apm",
  "/proc/asound",
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/latency_stats",
  "/proc/mtrr",
  "/proc/scsi",
  "/proc/sys",
  "/proc/sysrq-trigger",
  "/proc/timer_stats",
  "/sys",
];

/** Left alone by it: another directive and the LSM govern these. */
export const notTunables = ["/sys/fs/cgroup", "/sys/fs/selinux"];

/** Made inaccessible by it. */
export const kernelMemory = ["/proc/kallsyms", "/proc/kcore"];

const sysctlCall = new Set(["_sysctl"]);

export const protectKernelTunables: Directive = byFilter(
  byMountNamespace(
    yesUnless({
      name: "ProtectKernelTunables",
      why: "/proc/sys, /sys and the like are only read.",
      needed: (context) => [
        ...filesBelow(context, tunables).filter(
          (fact) => isWrite(fact) && !isBelowAny(fact.path, notTunables),
        ),
        ...filesBelow(context, kernelMemory).filter((fact) => isReach(fact) || isWrite(fact)),
        ...callsTo(context, sysctlCall),
      ],
    }),
  ),
);

const moduleCalls = new Set(["init_module", "finit_module", "delete_module"]);

export const moduleDirectories = ["/lib/modules", "/usr/lib/modules"];

/** Denies @module and CAP_SYS_MODULE and hides /usr/lib/modules; modules that the kernel loads by itself still load. */
export const protectKernelModules: Directive = byFilter(
  byMountNamespace(
    yesUnless({
      name: "ProtectKernelModules",
      why: "No kernel module is loaded, unloaded or looked at.",
      needed: (context) => [
        ...callsTo(context, moduleCalls),
        ...filesBelow(context, moduleDirectories).filter((fact) => isReach(fact) || isWrite(fact)),
        ...usesOf(context, ["CAP_SYS_MODULE"]),
      ],
    }),
  ),
);

const logCalls = new Set(["syslog"]);

export const logDevices = ["/proc/kmsg", "/dev/kmsg"];

/** Denies syslog(2), not syslog(3), and CAP_SYSLOG, and hides the kernel's log devices. */
export const protectKernelLogs: Directive = byFilter(
  byMountNamespace(
    yesUnless({
      name: "ProtectKernelLogs",
      why: "The kernel log is neither read nor written.",
      needed: (context) => [
        ...callsTo(context, logCalls),
        ...filesBelow(context, logDevices).filter((fact) => isReach(fact) || isWrite(fact)),
        ...usesOf(context, ["CAP_SYSLOG"]),
      ],
    }),
  ),
);

const clockCalls = new Set([
  "adjtimex",
  "clock_adjtime",
  "clock_adjtime64",
  "clock_settime",
  "clock_settime64",
  "settimeofday",
]);

export const clockDevice = /^\/dev\/rtc\d*$/;

/** Denies @clock whatever the arguments, also to ask for the state of NTP, CAP_SYS_TIME and CAP_WAKE_ALARM. */
export const protectClock: Directive = byFilter(
  yesUnless({
    name: "ProtectClock",
    why: "The clock is not set, and its adjustment is not asked for.",
    needed: (context) => [
      ...callsTo(context, clockCalls),
      ...context.facts.ofKind("file").filter((fact) => isWrite(fact) && clockDevice.test(fact.path)),
      ...usesOf(context, ["CAP_SYS_TIME", "CAP_WAKE_ALARM"]),
    ],
  }),
);

const hostnameCalls = new Set(["sethostname", "setdomainname"]);

export const hostnameFiles = ["/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname"];

/**
 * A UTS namespace, in which the names can also not be changed; with `private` they can, for the service alone, by the
 * calls but not by the files, which stay read-only (tried on systemd 262).
 */
export const protectHostname: Directive = byFilter({
  names: ["ProtectHostname"],
  decide: (context) => {
    const name = "ProtectHostname";
    const files = filesBelow(context, hostnameFiles).filter(isWrite);
    const facts = [...callsTo(context, hostnameCalls), ...files];
    if (facts.length === 0) {
      return [set(name, "yes", "The host name is not set.")];
    }
    const why = `the service ${describeFacts(facts)}`;
    return files.length === 0 && isAvailable(context, name, "private")
      ? [
          withhold(name, "operator", `${why}; if only for itself, private will do.`, facts, [
            insist(name, ["private"]),
          ]),
        ]
      : [withhold(name, "unsafe", `${why}.`, facts)];
  },
});
