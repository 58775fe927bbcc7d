/** Rows of processes, memory and system calls. */
import { needs } from "../with-machine.js";
import { local } from "./network.js";
import { back, each, meaningless, never, operator, type Row, unsafe } from "./row.js";

/** What a seccomp filter does. */
const filters = [
  "RestrictSUIDSGID",
  "PrivateDevices",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "ProtectClock",
  "ProtectHostname",
  "RestrictNamespaces",
  "RestrictRealtime",
  "LockPersonality",
  "MemoryDenyWriteExecute",
  "RestrictAddressFamilies",
  "SystemCallArchitectures",
  "SystemCallFilter",
  "SystemCallErrorNumber",
];

export function processes(systemd: number): readonly Row[] {
  return [
    {
      need: "processes.elevate",
      unit: ["User=daemon"],
      setup: "install -m 4755 /usr/bin/id /usr/local/lib/needs-id",
      // Before 255 every filter of a service with User= implies it (exec_invoke()).
      decides: {
        NoNewPrivileges: unsafe,
        PrivateUsers: unsafe,
        ProcSubset: unsafe,
        ...(systemd < 255 && each(filters, unsafe)),
      },
      breaks: [
        back("NoNewPrivileges", "yes", "wrong"),
        ...(systemd < 255 ? [back("RestrictRealtime", "yes", "wrong")] : []),
      ],
    },
    {
      need: "capabilities.net_bind_service",
      variant: "ambient",
      unit: ["User=daemon", "AmbientCapabilities=CAP_NET_BIND_SERVICE"],
      decides: {
        ...local(systemd, ["ipv4:tcp:81"]),
        PrivateNetwork: operator,
        AmbientCapabilities: meaningless,
      },
      breaks: [never(back("AmbientCapabilities", "", "EACCES"))],
    },
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
      decides: { RestrictRealtime: unsafe, CapabilityBoundingSet: ["CAP_SYS_NICE"], PrivateUsers: unsafe },
      breaks: [back("RestrictRealtime", "yes", "EPERM"), back("CapabilityBoundingSet", "", "EPERM")],
    },
    {
      need: "processes.unshare_mounts",
      decides: {
        RestrictNamespaces: ["mnt"],
        CapabilityBoundingSet: ["CAP_SYS_ADMIN"],
        PrivateUsers: unsafe,
      },
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
      decides: { RestrictNamespaces: unsafe, CapabilityBoundingSet: ["CAP_SYS_ADMIN"], PrivateUsers: unsafe },
      breaks: [back("RestrictNamespaces", "yes", "EPERM")],
    },
    {
      need: "processes.key",
      decides: {},
      breaks: [
        back("SystemCallFilter", "~keyctl", "EPERM"),
        never({ lines: ["SystemCallFilter=~keyctl", "SystemCallErrorNumber=kill"], failure: "SIGSYS" }),
      ],
    },
    {
      need: "processes.shared_key",
      unit: ["User=daemon", "KeyringMode=shared"],
      setup: `setpriv --reuid daemon --clear-groups python3 -I -S -B ${needs}/main.py processes.make_shared_key`,
      decides: { KeyringMode: unsafe },
      // ENOKEY, which Node has no name for; not systemd's 226.
      breaks: [back("KeyringMode", "private", "status 226")],
    },
    {
      need: "processes.probe",
      unit: ["User=daemon"],
      decides: {},
      breaks: [never(back("SystemCallErrorNumber", "", "SIGSYS"))],
    },
    {
      need: "processes.foreign_architecture",
      decides: { SystemCallArchitectures: ["native x86"], LimitFSIZE: unsafe },
      breaks: [back("SystemCallArchitectures", ["", "native"], "wrong")],
    },
  ];
}
