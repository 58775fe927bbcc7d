/** The run-time drop-in under which a service is learned: nothing of its sandbox remains, everything else does. Pure. */
import { type ExecSetting, execSettings } from "../host/types.js";
import { execLine, holdLine, holdShell, isWritable } from "./exec-line.js";
import { printable } from "./run.js";
import { type ExecCommand, parseTimeSpan } from "./show.js";
import type { UnitState } from "./unit.js";

interface Lift {
  readonly directive: string;
  /** Right-hand sides that undo whatever the vendor wrote. Booleans and enumerations do not know the empty assignment. */
  readonly values: readonly string[];
  /** The systemd that brought the directive (NEWS); an older one would warn about an unknown lvalue. */
  readonly since: number;
  /** What `systemctl show` prints afterwards, where a property of that name tells. */
  readonly shown?: readonly string[];
  /** Part of what units that share a namespace (JoinsNamespaceOf=) must have in common. */
  readonly shared?: true;
}

const off = { values: ["no"], shown: ["no"] };
const empty = { values: [""], shown: [""] };

/**
 * Every directive that confines, and how to lift it (systemd.exec(5), systemd.resource-control(5)). Stay: identity
 * (User=, DynamicUser=, AmbientCapabilities=, SupplementaryGroups=), topology (RootDirectory=, BindPaths=,
 * TemporaryFileSystem=, namespaces given by path), the service's own directories, credentials, limits on memory and processor.
 */
const lifts: readonly Lift[] = [
  { directive: "NoNewPrivileges", since: 187, ...off },
  { directive: "PrivateTmp", since: 183, ...off, shared: true },
  { directive: "PrivateDevices", since: 209, ...off },
  { directive: "PrivateNetwork", since: 183, ...off, shared: true },
  { directive: "PrivateMounts", since: 239, ...off },
  { directive: "PrivateIPC", since: 248, ...off, shared: true },
  { directive: "PrivatePIDs", since: 257, ...off },
  { directive: "PrivateUsers", since: 232, ...off },
  { directive: "PrivateBPF", since: 258, ...off },
  { directive: "MountFlags", since: 183, values: [""], shown: ["", "0"] },
  { directive: "ProtectSystem", since: 214, ...off },
  { directive: "ProtectHome", since: 214, ...off },
  { directive: "ProtectControlGroups", since: 232, ...off },
  { directive: "ProtectKernelTunables", since: 232, ...off },
  { directive: "ProtectKernelModules", since: 232, ...off },
  { directive: "ProtectKernelLogs", since: 244, ...off },
  { directive: "ProtectClock", since: 245, ...off },
  { directive: "ProtectHostname", since: 242, ...off },
  { directive: "ProtectProc", since: 247, values: ["default"], shown: ["default"] },
  { directive: "ProcSubset", since: 247, values: ["all"], shown: ["all"] },
  { directive: "LockPersonality", since: 235, ...off },
  { directive: "MemoryDenyWriteExecute", since: 231, ...off },
  { directive: "RestrictSUIDSGID", since: 242, ...off },
  { directive: "RestrictRealtime", since: 231, ...off },
  { directive: "RestrictNamespaces", since: 233, ...off },
  { directive: "RestrictAddressFamilies", since: 211, ...empty },
  { directive: "RestrictFileSystems", since: 250, ...empty },
  { directive: "RestrictNetworkInterfaces", since: 250, ...empty },
  { directive: "SystemCallFilter", since: 187, ...empty },
  { directive: "SystemCallErrorNumber", since: 209, values: [""] },
  { directive: "SystemCallArchitectures", since: 209, ...empty },
  { directive: "SystemCallLog", since: 247, ...empty },
  // The empty assignment would mean no capability at all.
  { directive: "CapabilityBoundingSet", since: 183, values: ["~"] },
  { directive: "SecureBits", since: 183, values: [""], shown: ["", "0"] },
  { directive: "ReadOnlyPaths", since: 231, ...empty },
  { directive: "ReadWritePaths", since: 231, ...empty },
  { directive: "InaccessiblePaths", since: 231, ...empty },
  { directive: "ExecPaths", since: 248, ...empty },
  { directive: "NoExecPaths", since: 248, ...empty },
  { directive: "DevicePolicy", since: 208, values: ["auto"], shown: ["auto"] },
  { directive: "DeviceAllow", since: 208, ...empty },
  { directive: "IPAddressDeny", since: 235, ...empty },
  { directive: "IPAddressAllow", since: 235, ...empty },
  { directive: "IPIngressFilterPath", since: 243, ...empty },
  { directive: "IPEgressFilterPath", since: 243, ...empty },
  { directive: "BPFProgram", since: 249, ...empty },
  { directive: "SocketBindDeny", since: 249, ...empty },
  { directive: "SocketBindAllow", since: 249, ...empty },
  { directive: "LimitNPROC", since: 183, values: ["infinity"], shown: ["infinity"] },
  { directive: "LimitFSIZE", since: 183, values: ["infinity"], shown: ["infinity"] },
  { directive: "TasksMax", since: 227, values: ["infinity"], shown: ["infinity"] },
];

/** What DynamicUser=yes insists on (systemd.exec(5), DynamicUser=): part of the unit's identity, not to be lifted. */
const dynamicUserKeeps = new Set([
  "NoNewPrivileges",
  "RestrictSUIDSGID",
  "ProtectSystem",
  "ProtectHome",
  "PrivateTmp",
]);

export interface Permissive {
  readonly text: string;
  /** The unit has commands that must be waited for with `startHold`. */
  readonly holds: boolean;
  /** Commands that cannot be traced, and why; one line each. */
  readonly untraced: readonly string[];
}

export interface PermissiveOptions {
  /** Major version of the running systemd. */
  readonly version: number;
  /** The socket of the gate. */
  readonly gate: string;
  /** Whether a file exists below a directory of the host: is there a shell in the unit's root directory? */
  readonly exists: (root: string, path: string) => boolean;
}

/** Name of the credential through which the processes of the unit come to the gate. */
const credential = "sandbox-profiler-gate";

/** Renders the drop-in for a unit. */
export function permissiveDropIn(state: UnitState, options: PermissiveOptions): Permissive {
  const held = heldSettings(state, options);
  const lines = [
    ...underTrace(state, options.gate),
    ...applicable(state, options.version).flatMap(({ directive, values }) =>
      values.map((value) => `${directive}=${value}`),
    ),
    ...held.lines,
  ];
  return { text: `${lines.join("\n")}\n`, holds: held.lines.length > 0, untraced: held.untraced };
}

/**
 * Renders the drop-in under which a service is proved: `dropIn` as it is, and what tracing asks for. Its commands are not
 * held, which would take a shell that the sandbox may not let run: those that do not come to the gate are not traced.
 */
export function confinedDropIn(state: UnitState, gate: string, dropIn: string): string {
  return `${dropIn.trimEnd()}\n${underTrace(state, gate).join("\n")}\n`;
}

/** Ends in the section [Service]. */
function underTrace(state: UnitState, gate: string): readonly string[] {
  return [
    "# Written by the sandbox profiler while it works on this unit; gone when it has finished.",
    "[Unit]",
    "JobTimeoutSec=infinity",
    "JobRunningTimeoutSec=infinity",
    "[Service]",
    `Type=${typeUnderTrace(state)}`,
    // Tracing slows a service down up to fifty times.
    `TimeoutStartSec=${raised(state, "TimeoutStartUSec", 10)}`,
    `TimeoutStopSec=${raised(state, "TimeoutStopUSec", 4)}`,
    "WatchdogSec=0",
    `LoadCredential=${credential}:${gate}`,
  ];
}

/**
 * The unit's own type, said aloud: without Type= a service with credentials is Type=exec since systemd 254. But a simple
 * service with ExecStartPost= has to be, in every version: its main process and that command would set up the credentials
 * at the same time, in one directory, and now and then one fails with EPROTO (243/CREDENTIALS). systemd warns of it.
 */
function typeUnderTrace({ unit, commands }: UnitState): string {
  return unit.type === "simple" && commands.ExecStartPost.length > 0 ? "exec" : unit.type;
}

/** The directives to lift on this systemd; a namespace that is shared with other units is topology and stays. */
function applicable(state: UnitState, version: number): readonly Lift[] {
  const joins = (state.properties.get("JoinsNamespaceOf") ?? "") !== "";
  return lifts.filter((lift) => lift.since <= version && !(joins && lift.shared === true));
}

/**
 * What of the unit's sandbox is still there, by `systemctl show` with the drop-in loaded: `Directive=value`, for example
 * because another drop-in sorts behind ours. Empty when the unit is permissive.
 */
export function remains(
  state: UnitState,
  version: number,
  now: ReadonlyMap<string, string>,
): readonly string[] {
  return applicable(state, version)
    .filter(({ directive }) => !(state.unit.dynamicUser && dynamicUserKeeps.has(directive)))
    .flatMap(({ directive, shown }) => {
      const value = now.get(directive);
      return shown === undefined || value === undefined || shown.includes(value)
        ? []
        : [`${directive}=${value}`];
    });
}

/** In seconds, or `infinity`. */
function raised(state: UnitState, property: string, factor: number): string {
  const seconds = parseTimeSpan(state.properties.get(property) ?? "") * factor;
  return Number.isFinite(seconds) ? `${Math.ceil(Math.max(seconds, 60))}s` : "infinity";
}

/**
 * Rewrites the commands that do not come to the gate, so that they stop themselves and can be attached:
 * ExecCondition=, ExecStartPost=, ExecReload=, ExecStop=, ExecStopPost=, and all but the first ExecStart= of a oneshot
 * (since systemd 255 the credentials exist already by then).
 */
function heldSettings(
  state: UnitState,
  options: PermissiveOptions,
): { readonly lines: readonly string[]; readonly untraced: readonly string[] } {
  const lines: string[] = [];
  const untraced: string[] = [];
  for (const setting of execSettings) {
    const commands = state.commands[setting];
    const first = setting === "ExecStart" ? 1 : 0;
    if (setting === "ExecStartPre" || commands.length <= first) continue;
    const reasons = commands.map((command) => unholdable(state, setting, command, options));
    for (const [index, reason] of reasons.entries())
      if (reason !== undefined && index >= first)
        untraced.push(
          printable(`${setting}=${commands[index]?.argv.join(" ") ?? ""} was not traced: ${reason}`),
        );
    // A setting is rewritten as a whole: one command that cannot be written back leaves all of it as it is.
    if (!commands.every(isWritable)) continue;
    lines.push(`${setting}=`);
    for (const [index, command] of commands.entries())
      lines.push(
        `${setting}=${index < first || reasons[index] !== undefined ? execLine(command) : holdLine(command)}`,
      );
  }
  return { lines, untraced };
}

/** Why a command cannot be held; undefined when it can. */
function unholdable(
  { unit, properties }: UnitState,
  setting: ExecSetting,
  command: ExecCommand,
  { exists }: PermissiveOptions,
): string | undefined {
  if (!isWritable(command)) return `the prefix ${command.flags.join(", ")} is not understood`;
  const shell = holdShell(command);
  const rooted = setting === "ExecStart" || properties.get("RootDirectoryStartOnly") !== "yes";
  const root = unit.rootDirectory === "" || !rooted ? "/" : unit.rootDirectory;
  if (!exists(root, shell)) return `there is no ${shell} in ${root}`;
  // `+` commands run outside the mount namespace.
  if (command.flags.includes("privileged")) return undefined;
  if ((properties.get("RootImage") ?? "") !== "") return "the content of RootImage= is not known";
  const hidden = (properties.get("TemporaryFileSystem") ?? "")
    .split(" ")
    .map((entry) => entry.split(":")[0])
    .find((path) => path !== undefined && ["/", "/usr", "/usr/bin", "/bin"].includes(path));
  return hidden === undefined ? undefined : `TemporaryFileSystem=${hidden} hides ${shell}`;
}
