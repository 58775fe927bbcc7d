/** What systemd knows of a service, read through systemctl and busctl (org.freedesktop.systemd1(5)). */
import { badInput, hostCannot } from "../errors.js";
import { type ExecSetting, execSettings, type Unit } from "../host/types.js";
import { configurationProperties } from "./configuration.js";
import { lastLine, printable, run, systemctl } from "./run.js";
import { type ExecCommand, parseExecCommands, parseShow, parseStrings, parseWords } from "./show.js";

export type ExecCommands = Readonly<Record<ExecSetting, readonly ExecCommand[]>>;

/** A service as the manager has loaded it. */
export interface UnitState {
  /** What goes into the profile. */
  readonly unit: Unit;
  /** Everything `systemctl show` prints. */
  readonly properties: ReadonlyMap<string, string>;
  readonly commands: ExecCommands;
  /** Sockets, timers and paths that start it. */
  readonly triggeredBy: readonly string[];
}

const managerName = "org.freedesktop.systemd1";

/**
 * Finds a service by any of its names. Throws badInput for a name that is none, for a unit that is unknown, masked,
 * broken, no service, a bare template, or that cannot be stopped and started by hand.
 */
export async function inspectUnit(name: string): Promise<UnitState> {
  return stateOf(name, (id, properties) => notLoaded(id, properties) ?? unlearnable(id, properties));
}

/** The same for a service that is only looked at: also one that is transient, or that nobody may stop. */
export async function readUnit(name: string): Promise<UnitState> {
  return stateOf(name, notLoaded);
}

type Properties = ReadonlyMap<string, string>;

async function stateOf(
  name: string,
  problemOf: (id: string, properties: Properties) => string | undefined,
): Promise<UnitState> {
  const id = serviceName(name);
  const properties = await showUnit(id);
  const problem = problemOf(id, properties);
  if (problem !== undefined) throw badInput(problem);
  const unit = properties.get("Id") ?? id;
  const [commands, directories] = await Promise.all([
    execCommands(unit),
    serviceDirectories(unit, properties),
  ]);
  return {
    unit: describe(unit, properties, directories, commands),
    properties,
    commands,
    triggeredBy: parseWords(properties.get("TriggeredBy")),
  };
}

/**
 * The full name of the service that the user means: `myapp` is `myapp.service`, as for systemctl.
 * Throws badInput when it cannot name a service (systemd.unit(5): characters, length, suffix).
 */
export function serviceName(name: string): string {
  if (!/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*$/.test(name) || name.length > 255)
    throw badInput(`${JSON.stringify(name)} is not the name of a unit`);
  const suffix = /\.(socket|device|mount|automount|swap|target|path|timer|slice|scope)$/.exec(name)?.[1];
  if (suffix !== undefined) throw badInput(`${name} is a ${suffix} unit: only services can be learned`);
  const full = name.endsWith(".service") ? name : `${name}.service`;
  if (full.endsWith("@.service"))
    throw badInput(`${full} is a template: name an instance, such as ${full.replace("@.", "@NAME.")}`);
  return full;
}

/** All properties of a unit. Throws hostCannot when the manager does not answer. */
export async function showUnit(name: string): Promise<ReadonlyMap<string, string>> {
  const output = await systemctl("show", "--", name);
  if (output.code !== 0) throw hostCannot(`systemctl show ${name}: ${lastLine(output.stderr)}`);
  return parseShow(output.stdout);
}

function notLoaded(name: string, properties: Properties): string | undefined {
  const loadState = properties.get("LoadState") ?? "";
  if (loadState === "not-found") return `unknown unit ${name}`;
  if (loadState === "masked") return `${name} is masked: unmask it first (systemctl unmask ${name})`;
  if (loadState !== "loaded") {
    // LoadError=NAME "message"
    const reason = /"(.*)"/.exec(properties.get("LoadError") ?? "")?.[1] ?? loadState;
    return `${name} cannot be loaded: ${printable(reason)} See systemctl status ${name}`;
  }
  return undefined;
}

function unlearnable(name: string, properties: Properties): string | undefined {
  if (properties.get("Transient") === "yes")
    return `${name} is transient: once stopped it would be gone; write a unit file for it first`;
  for (const setting of ["RefuseManualStop", "RefuseManualStart"])
    if (properties.get(setting) === "yes")
      return `${name} has ${setting}=yes: it must be stopped and started to be learned`;
  return undefined;
}

/** The commands of a service with their argv as arrays; `systemctl show` joins them with spaces. */
export async function execCommands(unit: string): Promise<ExecCommands> {
  const lists = parseExecCommands(
    await serviceProperties(
      unit,
      execSettings.map((setting) => `${setting}Ex`),
    ),
  );
  const [condition, pre, start, post, reload, stop, stopPost] = lists;
  return {
    ExecCondition: condition ?? [],
    ExecStartPre: pre ?? [],
    ExecStart: start ?? [],
    ExecStartPost: post ?? [],
    ExecReload: reload ?? [],
    ExecStop: stop ?? [],
    ExecStopPost: stopPost ?? [],
  };
}

async function serviceProperties(unit: string, names: readonly string[]): Promise<string> {
  const output = await run("busctl", [
    "--json=short",
    "get-property",
    managerName,
    `/org/freedesktop/systemd1/unit/${busLabel(unit)}`,
    `${managerName}.Service`,
    ...names,
  ]);
  if (output.code !== 0) throw hostCannot(`busctl get-property ${unit}: ${lastLine(output.stderr)}`);
  return output.stdout;
}

/** A unit name as a label of a D-Bus object path (sd_bus_path_encode(3)). */
export function busLabel(name: string): string {
  return Array.from(name, (character, index) =>
    /[A-Za-z]/.test(character) || (index > 0 && /[0-9]/.test(character))
      ? character
      : `_${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  ).join("");
}

/** Where systemd makes the directories of a service (systemd.exec(5), RuntimeDirectory=, table 2). */
const directorySettings = [
  ["StateDirectory", "/var/lib"],
  ["CacheDirectory", "/var/cache"],
  ["LogsDirectory", "/var/log"],
  ["RuntimeDirectory", "/run"],
  ["ConfigurationDirectory", "/etc"],
] as const;

async function serviceDirectories(
  unit: string,
  properties: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  // With DynamicUser= BASE/NAME is a symbolic link to BASE/private/NAME; in /run only when it outlives the service, in /etc never.
  const isPreserved = !["", "no"].includes(properties.get("RuntimeDirectoryPreserve") ?? "");
  const isPrivate = (setting: string): boolean =>
    properties.get("DynamicUser") === "yes" &&
    setting !== "ConfigurationDirectory" &&
    (setting !== "RuntimeDirectory" || isPreserved);
  const lists = parseStrings(
    await serviceProperties(
      unit,
      directorySettings.map(([setting]) => setting),
    ),
  );
  return directorySettings.flatMap(([setting, base], index) =>
    (lists[index] ?? []).flatMap((name) =>
      isPrivate(setting) ? [`${base}/${name}`, `${base}/private/${name}`] : [`${base}/${name}`],
    ),
  );
}

function describe(
  name: string,
  properties: ReadonlyMap<string, string>,
  directories: readonly string[],
  commands: ExecCommands,
): Unit {
  const text = (property: string) => properties.get(property) ?? "";
  return {
    name,
    installed: true,
    type: text("Type"),
    user: text("User"),
    group: text("Group"),
    dynamicUser: text("DynamicUser") === "yes",
    supplementaryGroups: parseWords(text("SupplementaryGroups")),
    ambientCapabilities: parseWords(text("AmbientCapabilities").toUpperCase()),
    directories,
    rootDirectory: text("RootDirectory"),
    pidFile: text("PIDFile"),
    commands: execSettings.flatMap((setting) =>
      commands[setting].map(({ argv, flags }) => ({ setting, argv, flags })),
    ),
    properties: configurationOf(properties),
  };
}

/** systemctl(1) leaves out what is empty; of the bounding set that means that the unit has no capability at all. */
const emptyMeansNone = { CapabilityBoundingSet: "" };

/** What a profile keeps of the properties of a service, by name. */
export function configurationOf(properties: ReadonlyMap<string, string>): Unit["properties"] {
  return Object.fromEntries(
    Object.entries({ ...emptyMeansNone, ...Object.fromEntries(properties) })
      .filter(([property, value]) => configurationProperties.has(property) && !isNoWatchdog(property, value))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** That there is none shows as `0` or `infinity`, depending on whether the service has run. */
function isNoWatchdog(property: string, value: string): boolean {
  return property === "WatchdogUSec" && ["0", "infinity"].includes(value);
}
