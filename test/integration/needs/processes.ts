/** Rows of processes, memory and system calls. */
import { back, type Row, unsafe } from "./row.js";

export function processes(systemd: number): readonly Row[] {
  return [
    {
      need: "processes.personality",
      decides: { LockPersonality: unsafe },
      breaks: [back("LockPersonality", "yes", "EPERM")],
    },
    {
      need: "processes.map_write_execute",
      decides: { MemoryDenyWriteExecute: unsafe },
      breaks: [back("MemoryDenyWriteExecute", "yes", systemd < 254 ? "EPERM" : "EACCES")],
    },
    {
      need: "processes.gain_execute",
      decides: { MemoryDenyWriteExecute: unsafe },
      breaks: [back("MemoryDenyWriteExecute", "yes", systemd < 254 ? "EPERM" : "EACCES")],
    },
    {
      need: "processes.real_time",
      decides: { RestrictRealtime: unsafe, CapabilityBoundingSet: ["CAP_SYS_NICE"] },
      breaks: [back("RestrictRealtime", "yes", "EPERM"), back("CapabilityBoundingSet", "", "EPERM")],
    },
    {
      need: "processes.unshare_mounts",
      decides: { RestrictNamespaces: ["mnt"], CapabilityBoundingSet: ["CAP_SYS_ADMIN"] },
      breaks: [back("RestrictNamespaces", "yes", "EPERM"), back("CapabilityBoundingSet", "", "EPERM")],
    },
    {
      need: "processes.unshare_user",
      unit: ["User=daemon"],
      decides: { RestrictNamespaces: ["user"] },
      breaks: [back("RestrictNamespaces", "yes", "EPERM")],
    },
    {
      need: "processes.enter_any_namespace",
      decides: { RestrictNamespaces: unsafe, CapabilityBoundingSet: ["CAP_SYS_ADMIN"] },
      breaks: [back("RestrictNamespaces", "yes", "EPERM")],
    },
    {
      need: "processes.key",
      decides: {},
      breaks: [back("SystemCallFilter", "~keyctl", "EPERM")],
    },
    {
      need: "processes.probe",
      unit: ["User=daemon"],
      decides: {},
      breaks: [{ ...back("SystemCallErrorNumber", "", "SIGSYS"), never: true }],
    },
    {
      need: "processes.foreign_architecture",
      decides: { SystemCallArchitectures: ["native x86"] },
      breaks: [back("SystemCallArchitectures", ["", "native"], "wrong")],
    },
  ];
}
