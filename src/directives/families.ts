/** What a drop-in shows together, in the order of the file. */
export const families: readonly { readonly title: string; readonly directives: readonly string[] }[] = [
  {
    title: "Privileges",
    directives: ["NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities", "RestrictSUIDSGID"],
  },
  {
    title: "File system",
    directives: [
      "ProtectSystem",
      "ReadWritePaths",
      "ProtectHome",
      "PrivateTmp",
      "PrivateDevices",
      "BindPaths",
      "DevicePolicy",
      "DeviceAllow",
      "RestrictFileSystems",
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
    ],
  },
  {
    title: "Processes and memory",
    directives: ["RestrictNamespaces", "RestrictRealtime", "LockPersonality", "MemoryDenyWriteExecute"],
  },
  {
    title: "Network",
    directives: [
      "RestrictAddressFamilies",
      "PrivateNetwork",
      "IPAddressDeny",
      "IPAddressAllow",
      "SocketBindDeny",
      "SocketBindAllow",
      "RestrictNetworkInterfaces",
      "JoinsNamespaceOf",
      "NetworkNamespacePath",
      "IPCNamespacePath",
      "UserNamespacePath",
      "BindNetworkInterface",
      "IPIngressFilterPath",
      "IPEgressFilterPath",
      "BPFProgram",
      "NFTSet",
    ],
  },
  {
    title: "System calls",
    directives: ["SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber"],
  },
];
