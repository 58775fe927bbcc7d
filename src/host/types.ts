/**
 * What interpretation needs to know of the machine and of the unit, gathered once and saved in the profile, so that
 * every result can be replayed from the stored data alone. Plain JSON.
 */
import type { Architecture } from "../facts/types.js";

/** lstat of one path; `target` is what a symbolic link says (not resolved). */
export interface FileStatus {
  readonly type: "file" | "directory" | "symlink" | "socket" | "fifo" | "char" | "block";
  /** Permission bits with setuid, setgid and sticky: 0o0000–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly target?: string;
  /**
   * File capabilities as getcap(8) prints them: `cap_net_raw=ep`; empty when there are none. Asked of executable files
   * only; absent on one of those when it could not be found out (no getcap on the host).
   */
  readonly capabilities?: string;
  /** What the kernel starts an executable file with: its dynamic linker, or the program of its `#!` line. */
  readonly interpreter?: string;
}

export interface Host {
  readonly architecture: Architecture;
  /** `uname -r`. */
  readonly kernel: string;
  /** null: there is no systemd on this host (a command was learned, or a trace imported, elsewhere). */
  readonly systemd: {
    /** Major version, for example 252. */
    readonly version: number;
    /** Build features as `systemctl --version` prints them: `+SECCOMP`, `-BPF_FRAMEWORK`. */
    readonly features: readonly string[];
  } | null;
  /** uid → name and gid → name, for the ids that the trace mentions, the owners of `files`, and 0. */
  readonly users: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
  /** uid → all gids, from the group database, for the same users. */
  readonly memberships: Readonly<Record<string, readonly number[]>>;
  /** Mount points with file system type, from /proc/self/mountinfo. */
  readonly mounts: readonly { readonly path: string; readonly fstype: string }[];
  /**
   * Paths the facts mention, each of their parents, and what symbolic links on the way lead to. null: not there; left
   * out: it could not be looked at (EACCES), or lies below /proc/PID and means another file to each process.
   */
  readonly files: Readonly<Record<string, FileStatus | null>>;
  /** How cgroups are mounted at /sys/fs/cgroup: `unified` is version 2 alone. */
  readonly cgroups: "unified" | "hybrid" | "legacy" | "none";
  /** /sys/kernel/security/lsm; null where it cannot be read. */
  readonly securityModules: readonly string[] | null;
  /** Whether an ordinary user may make user namespaces; not known of profiles that are older than the question. */
  readonly userNamespaces?: boolean;
  /** Directives that this host's systemd accepted and its kernel did not enforce when they were tried, without `=`. */
  readonly unenforced: readonly string[];
  /** net.ipv4.ip_unprivileged_port_start. */
  readonly unprivilegedPortStart: number;
}

/** What settings are decided for: one machine, or what several have in common. Never stored. */
export interface JoinedHost extends Host {
  /** The architectures of all of them; missing where there is one machine. */
  readonly natives?: readonly Architecture[];
  /** The latest systemd that will read the settings, where they are for several versions. */
  readonly newestSystemd?: number;
  /** Paths that one of them does not have, or was never asked about. */
  readonly notEverywhere?: ReadonlySet<string>;
  /** What starts executable files besides what `files` says: another architecture has another dynamic linker. */
  readonly otherInterpreters?: ReadonlyMap<string, readonly string[]>;
}

/** The settings of a service that run programs, in the order in which systemd runs them (systemd.service(5)). */
export const execSettings = [
  "ExecCondition",
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecStop",
  "ExecStopPost",
] as const;

export type ExecSetting = (typeof execSettings)[number];

/** One command of a unit. */
export interface UnitCommand {
  readonly setting: ExecSetting;
  readonly argv: readonly string[];
  /** Prefixes by the names of org.freedesktop.systemd1(5): `privileged` is `+`, `no-setuid` is `!`. */
  readonly flags: readonly string[];
}

/** One directive of a drop-in with its right-hand sides, as written; an empty string is the reset. */
export interface AdoptedSetting {
  readonly directive: string;
  readonly values: readonly string[];
}

/** What the directives must know of the service; for a learned command the defaults of a plain unit. */
export interface Unit {
  /** `nginx.service`, or the program's name for a learned command. */
  readonly name: string;
  /** False for a learned command: there is no unit file to read. */
  readonly installed: boolean;
  /** `simple`, `exec`, `forking`, `oneshot`, `notify`, `notify-reload`, `dbus`, `idle`. */
  readonly type: string;
  /** User= and Group= as written; empty for root. With DynamicUser= the name systemd will allocate. */
  readonly user: string;
  readonly group: string;
  readonly dynamicUser: boolean;
  readonly supplementaryGroups: readonly string[];
  readonly ambientCapabilities: readonly string[];
  /** State-, Cache-, Logs-, Runtime- and ConfigurationDirectory= as absolute paths (they stay writable by themselves). */
  readonly directories: readonly string[];
  readonly rootDirectory: string;
  readonly pidFile: string;
  /** None for a learned command. */
  readonly commands: readonly UnitCommand[];
  /** What an earlier drop-in of ours says of its identity: it was learned under that, and the next drop-in keeps it. */
  readonly adopted?: readonly AdoptedSetting[];
  /** Properties of the unit as the vendor ships it, as `systemctl show` prints them; for advice and comparison. */
  readonly properties: Readonly<Record<string, string>>;
}
