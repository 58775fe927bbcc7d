/** The run-time drop-in under which a service is learned: nothing of its sandbox remains, everything else does. Pure. */
import { type ExecSetting, execSettings } from "../host/types.js";
import { execLine, holdLine, holdShell, isWritable } from "./exec-line.js";
import { type Lift, lifts } from "./lifts.js";
import { printable } from "./run.js";
import { type ExecCommand, parseTimeSpan } from "./show.js";
import type { UnitState } from "./unit.js";

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
  return lifts.filter(
    (lift) => lift.since <= version && lift.stays !== true && !(joins && lift.shared === true),
  );
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
