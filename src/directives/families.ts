/** What a drop-in shows together, in the order of the file. */
export const families: readonly { readonly title: string; readonly directives: readonly string[] }[] = [
  {
    title: "Privileges",
    directives: [
      "NoNewPrivileges",
      "CapabilityBoundingSet",
      "AmbientCapabilities",
      "RestrictSUIDSGID",
      "PrivateUsers",
      "UMask",
      "KeyringMode",
    ],
  },
  {
    title: "File system",
    directives: [
      "ProtectSystem",
      "ReadWritePaths",
      "ProtectHome",
      "PrivateTmp",
      "PrivateDevices",
      "PrivateMounts",
    ],
  },
  {
    title: "Kernel",
    directives: [
      "ProtectKernelTunables",
      "ProtectKernelModules",
      "ProtectKernelLogs",
      "ProtectControlGroups",
      "ProtectClock",
      "ProtectHostname",
      "PrivateBPF",
    ],
  },
  {
    title: "Processes and memory",
    directives: [
      "ProtectProc",
      "ProcSubset",
      "PrivatePIDs",
      "PrivateIPC",
      "RemoveIPC",
      "NotifyAccess",
      "RestrictNamespaces",
      "RestrictRealtime",
      "LockPersonality",
      "MemoryDenyWriteExecute",
      "LimitNPROC",
      "LimitFSIZE",
    ],
  },
  { title: "Network", directives: ["RestrictAddressFamilies"] },
  {
    title: "System calls",
    directives: ["SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber"],
  },
];
