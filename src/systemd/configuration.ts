/**
 * The properties of a service that its profile keeps: what it is confined by and what the directives advise on.
 * Not the others: they differ between hosts and runs, or may hold secrets (Environment=, SetCredential=).
 */
export const configurationProperties: ReadonlySet<string> = new Set(
  `AmbientCapabilities AppArmorProfile BPFProgram BindNetworkInterface BindPaths BindReadOnlyPaths BusName CacheDirectory CacheDirectoryMode
  CanReload CapabilityBoundingSet ConfigurationDirectory ConfigurationDirectoryMode DefaultDependencies Delegate
  DelegateControllers DeviceAllow DevicePolicy DynamicUser ExecPaths FragmentPath Group IPAddressAllow IPAddressDeny
  IPCNamespacePath IPEgressFilterPath IPIngressFilterPath InaccessiblePaths JoinsNamespaceOf KeyringMode KillMode
  LimitFSIZE LimitMEMLOCK LimitNOFILE LimitNPROC LimitRTPRIO LoadCredential LoadCredentialEncrypted LockPersonality
  LogNamespace LogsDirectory LogsDirectoryMode MemoryDenyWriteExecute MountAPIVFS MountFlags MountImages
  NFTSet NetworkNamespacePath NoExecPaths NoNewPrivileges NotifyAccess OpenFile PAMName PIDFile PrivateBPF PrivateDevices
  PrivateIPC PrivateMounts PrivateNetwork PrivatePIDs PrivateTmp PrivateTmpEx PrivateUsers PrivateUsersEx ProcSubset
  ProtectClock ProtectControlGroups ProtectControlGroupsEx ProtectHome ProtectHostname ProtectHostnameEx
  ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem ReadOnlyPaths ReadWritePaths
  RemainAfterExit RemoveIPC Restart RestrictAddressFamilies RestrictFileSystems RestrictNamespaces
  RestrictNetworkInterfaces RestrictRealtime RestrictSUIDSGID RootDirectory RootDirectoryStartOnly RootImage
  RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve SELinuxContext SecureBits Slice SmackProcessLabel
  SocketBindAllow SocketBindDeny StandardError StandardInput StandardOutput StateDirectory StateDirectoryMode SupplementaryGroups SystemCallArchitectures
  SystemCallErrorNumber SystemCallFilter SystemCallLog TTYPath TemporaryFileSystem TriggeredBy Type UMask User
  UserNamespacePath   WorkingDirectory`.split(/\s+/),
);
