/** Rows of the kernel's own files, names and clocks. */
import { back, never, type Row, unsafe } from "./row.js";

export function kernel(systemd: number): readonly Row[] {
  const controlGroups = systemd < 257 ? "yes" : "strict";
  return [
    {
      need: "kernel.write_sysctl",
      decides: { ProtectKernelTunables: unsafe, ProcSubset: unsafe, PrivateNetwork: unsafe },
      breaks: [back("ProtectKernelTunables", "yes", "EROFS")],
    },
    {
      need: "kernel.read_modules",
      setup: "mkdir -p /usr/lib/modules/needs",
      decides: { ProtectKernelModules: unsafe },
      breaks: [back("ProtectKernelModules", "yes", "EACCES")],
    },
    {
      need: "kernel.kernel_log",
      decides: { ProtectKernelLogs: unsafe, CapabilityBoundingSet: ["CAP_SYSLOG"], PrivateUsers: unsafe },
      breaks: [back("ProtectKernelLogs", "yes", "EPERM")],
    },
    {
      need: "kernel.make_cgroup",
      decides: { ProtectControlGroups: unsafe, UMask: unsafe },
      breaks: [back("ProtectControlGroups", controlGroups, "EROFS")],
    },
    {
      need: "kernel.make_cgroup",
      variant: "delegated",
      unit: ["User=daemon", "Delegate=yes"],
      decides: {
        ProtectControlGroups: systemd < 257 ? unsafe : "private",
        Delegate: unsafe,
        UMask: unsafe,
      },
      breaks: [never(back("Delegate", "no", "EACCES"))],
    },
    ...(systemd < 257
      ? []
      : [
          {
            need: "kernel.name_cgroup",
            decides: { ProtectControlGroups: "yes" },
            breaks: [back("ProtectControlGroups", "strict", "wrong")],
          },
        ]),
    {
      // The machines refuse adjtimex(2) to everyone, so that no test can touch the clock of the host.
      need: "kernel.wake_alarm",
      decides: { ProtectClock: unsafe, CapabilityBoundingSet: ["CAP_WAKE_ALARM"], PrivateUsers: unsafe },
      breaks: [back("ProtectClock", "yes", "EPERM")],
    },
    {
      need: "kernel.set_hostname",
      decides: { ProtectHostname: unsafe, CapabilityBoundingSet: ["CAP_SYS_ADMIN"], PrivateUsers: unsafe },
      breaks: [back("ProtectHostname", "yes", "EPERM"), back("CapabilityBoundingSet", "", "EPERM")],
    },
  ];
}
