import type { LoadedUnit } from "../../src/baselines/loaded.js";
import { systemCallsOf } from "../../src/directives/system-calls.js";
import { FactSet } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { Host } from "../../src/host/types.js";
import type { Profile } from "../../src/profile/types.js";
import { situation } from "../directives/context.js";

const directory = { type: "directory", mode: 0o755, uid: 0, gid: 0 } as const;

/** A service with these properties, as `systemctl show` prints them, on a host that enforces everything. */
export function loaded(properties: Readonly<Record<string, string>>, target = 257, user = ""): LoadedUnit {
  const features = ["+SECCOMP", "+BPF_FRAMEWORK"];
  const files: Host["files"] = Object.fromEntries(
    ["/etc", "/var", "/var/lib", "/var/lib/thing", "/run", "/usr", "/home"].map((path) => [path, directory]),
  );
  const { unit, host } = situation({
    target,
    unit: {
      user,
      properties,
      commands: [{ setting: "ExecStart", argv: ["/usr/bin/thing"], flags: [] }],
    },
    host: { systemd: { version: target, features }, files },
  });
  return { unit, host, target, dropIns: [], stale: false };
}

/** What was learned of that service while its sandbox was lifted. */
export function learned(facts: readonly Fact[], from: LoadedUnit = loaded({})): Profile {
  return {
    schema: 3,
    unit: from.unit,
    facts: [
      ...FactSet.of([{ kind: "syscall", architecture: "x86-64", name: "execve", result: "used" }, ...facts]),
    ],
    hosts: [from.host],
    runs: [
      {
        id: "0123456789abcdef",
        started: "2026-01-02T03:04:05Z",
        duration: 1,
        tracer: "strace",
        capabilities: "inferred",
        phases: ["start"],
        incomplete: [],
        host: 0,
      },
    ],
    evidence: {},
  };
}

/** A sandbox that makes use of every directive that is compared. */
export const hardened: Readonly<Record<string, string>> = {
  CapabilityBoundingSet: "cap_chown cap_kill",
  DevicePolicy: "closed",
  DeviceAllow: "char-rtc r",
  IPAddressAllow: "127.0.0.0/8 ::1/128",
  IPAddressDeny: "0.0.0.0/0 ::/0",
  InaccessiblePaths: "-/srv -/etc/shadow",
  KeyringMode: "private",
  LockPersonality: "yes",
  MemoryDenyWriteExecute: "yes",
  NoNewPrivileges: "yes",
  NotifyAccess: "none",
  PrivateDevices: "yes",
  PrivateIPC: "yes",
  PrivateTmp: "yes",
  PrivateUsers: "yes",
  ProcSubset: "pid",
  ProtectClock: "yes",
  ProtectControlGroups: "yes",
  ProtectHome: "yes",
  ProtectHostname: "yes",
  ProtectKernelLogs: "yes",
  ProtectKernelModules: "yes",
  ProtectKernelTunables: "yes",
  ProtectProc: "invisible",
  ProtectSystem: "strict",
  ReadWritePaths: "-/var/lib/thing",
  RestrictAddressFamilies: "AF_INET AF_UNIX",
  RestrictNamespaces: "uts",
  RestrictRealtime: "yes",
  RestrictSUIDSGID: "yes",
  SocketBindAllow: "ipv4:tcp8080",
  SocketBindDeny: "any",
  SystemCallArchitectures: "native",
  SystemCallFilter: [
    ...(systemCallsOf(252).groups.get("@default") ?? []),
    ..."bind chdir clone connect kill openat read socket unshare write".split(" "),
  ].join(" "),
  UMask: "0077",
};
