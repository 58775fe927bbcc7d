/**
 * The properties of a service that its profile keeps: what it is confined by and what the directives advise on.
 * Not the others: they differ between hosts and runs, or may hold secrets (Environment=, SetCredential=).
 */
export const configurationProperties: ReadonlySet<string> = new Set(
  `AmbientCapabilities AppArmorProfile BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps BPFDelegatePrograms
  BPFProgram BindPaths BindReadOnlyPaths BusName CPUQuotaPerSecUSec CacheDirectory CacheDirectoryMode CanReload
  CapabilityBoundingSet ConfigurationDirectory ConfigurationDirectoryMode CoredumpFilter DefaultDependencies
  Delegate DelegateControllers DelegateNamespaces DelegateSubgroup DeviceAllow DevicePolicy DynamicUser ExecPaths
  FragmentPath Group IPAddressAllow IPAddressDeny IPCNamespacePath IPEgressFilterPath IPIngressFilterPath
  IgnoreSIGPIPE InaccessiblePaths JoinsNamespaceOf KeyringMode KillMode KillSignal LimitFSIZE LimitMEMLOCK
  LimitNOFILE LimitNPROC LimitRTPRIO LoadCredential LoadCredentialEncrypted LockPersonality LogNamespace
  LogsDirectory LogsDirectoryMode MemoryDenyWriteExecute MemoryKSM MemoryTHP MountAPIVFS MountFlags MountImages
  NetworkNamespacePath NoExecPaths NoNewPrivileges NotifyAccess OOMScoreAdjust OpenFile PAMName PIDFile Personality
  PrivateBPF PrivateDevices PrivateIPC PrivateMounts PrivateNetwork PrivatePIDs PrivateTmp PrivateTmpEx PrivateUsers
  PrivateUsersEx ProcSubset ProtectClock ProtectControlGroups ProtectControlGroupsEx ProtectHome ProtectHostname
  ProtectHostnameEx ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem
  ReadOnlyPaths ReadWritePaths RemainAfterExit RemoveIPC Restart RestrictAddressFamilies RestrictFileSystems
  RestrictNamespaces RestrictNetworkInterfaces RestrictRealtime RestrictSUIDSGID RootDirectory
  RootDirectoryStartOnly RootImage RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve SELinuxContext
  SecureBits SetLoginEnvironment Slice SmackProcessLabel SocketBindAllow SocketBindDeny StandardError StandardOutput
  StateDirectory StateDirectoryMode SupplementaryGroups SystemCallArchitectures SystemCallErrorNumber
  SystemCallFilter SystemCallLog TemporaryFileSystem TimerSlackNSec TriggeredBy Type UMask User WorkingDirectory`.split(
    /\s+/,
  ),
);
