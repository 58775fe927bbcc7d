/** What the unit file of the candidate says otherwise: who the service is, and what its vendor lets it do. */
import { families } from "../directives/families.js";
import { systemCallsOf } from "../directives/system-calls.js";
import type { Context } from "../directives/types.js";
import { execSettings, type Unit, type UnitCommand } from "../host/types.js";
import { assessUnitChange } from "./severity/index.js";
import { compareValues } from "./severity/unit-settings.js";
import type { UnitChange } from "./types.js";

/**
 * Not about what the service may: modes and sizes of directories, where credentials come from, and errors. Default limits are
 * made from the memory of the machine (systemd-system.conf(5)).
 */
const unrelated =
  /Mode$|Accounting$|Quota$|Preserve$|Credential(?:Encrypted)?$|^Limit|^TimeoutCleanSec$|^SystemCallErrorNumber$/;

/** Directives that confine a service by being there, and have no family in a drop-in. */
const further = [
  "AppArmorProfile",
  "BPFProgram",
  "JoinsNamespaceOf",
  "NetworkNamespacePath",
  "RootDirectory",
  "RootImage",
  "SELinuxContext",
  "SecureBits",
  "SmackProcessLabel",
  "Type",
];

/** The settings of a unit that are compared, in the order of a drop-in; commands as far as they run outside of the sandbox. */
export const comparedSettings: readonly string[] = [
  ...families.flatMap(({ directives }) => directives).filter((name) => !unrelated.test(name)),
  ...further,
  ...execSettings,
];

/** Newer systemd says more of some directives in a second property (shippedValue()). */
const extended = "Ex";

/** What the unit of the candidate gives, takes away or says otherwise. Nothing for commands, which have no unit. */
export function unitChangesBetween(baseline: Context, candidate: Context): readonly UnitChange[] {
  if (!baseline.unit.installed || !candidate.unit.installed) return [];
  return comparedSettings.flatMap((setting) => {
    const [from, to] = [baseline, candidate].map((context) => valueOf(context, setting));
    if (isSame(setting, from, to)) return [];
    const [before, after] = comparable(setting, from, to, [baseline, candidate]);
    if (before === after) return [];
    const judged = assessUnitChange(setting, before, after, candidate);
    // Another program is in the facts.
    if (isCommand(setting) && judged.direction !== "more") return [];
    return [{ setting, from: from ?? "", to: to ?? "", ...judged }];
  });
}

function isCommand(setting: string): boolean {
  return (execSettings as readonly string[]).includes(setting);
}

/** As `systemctl show` prints it, commands as in a unit file; undefined where it is not set. */
function valueOf({ unit }: Context, setting: string): string | undefined {
  switch (setting) {
    case "User":
      return unit.dynamicUser ? undefined : unit.user;
    case "Group":
      return unit.dynamicUser ? undefined : unit.group;
    case "DynamicUser":
      return unit.dynamicUser ? "yes" : "no";
    case "SupplementaryGroups":
      return [...unit.supplementaryGroups].sort().join(" ");
    case "AmbientCapabilities":
      return unit.ambientCapabilities
        .map((name) => name.toUpperCase())
        .sort()
        .join(" ");
    case "RootDirectory":
      return unit.rootDirectory;
    case "Type":
      return unit.type;
    default:
      return isCommand(setting) ? commandLines(unit, setting) : propertyOf(unit, setting);
  }
}

function propertyOf({ properties }: Unit, setting: string): string | undefined {
  return properties[`${setting}${extended}`] ?? properties[setting];
}

/** Prefixes of systemd.service(5), table 2, by the names of org.freedesktop.systemd1(5). */
const prefixes: Readonly<Record<string, string>> = {
  privileged: "+",
  "no-setuid": "!",
  "ignore-failure": "-",
};

function commandLines({ commands }: Unit, setting: string): string {
  const line = ({ flags, argv }: UnitCommand): string =>
    `${flags.map((flag) => prefixes[flag] ?? "").join("")}${argv.join(" ")}`;
  return commands
    .filter((command) => command.setting === setting)
    .map(line)
    .join("\n");
}

/** What an older systemd does not know it does not print: that is the default. */
function isSame(setting: string, from: string | undefined, to: string | undefined): boolean {
  const isDefault = (text: string | undefined): boolean => ["", "no", "0"].includes(text ?? "");
  const isEither = from === undefined || to === undefined;
  return (
    from === to ||
    (isEither && setting !== "RestrictAddressFamilies" && isDefault(from) && isDefault(to)) ||
    compareValues(setting, from ?? "", to ?? "") === 0
  );
}

/** Groups of calls are printed call by call: of what only one systemd knows the other has not been asked. */
function comparable(
  setting: string,
  from: string | undefined,
  to: string | undefined,
  contexts: readonly Context[],
): readonly (string | undefined)[] {
  if (setting !== "SystemCallFilter" || from === undefined || to === undefined) return [from, to];
  const known = contexts.map(({ host, target }) => systemCallsOf(host.systemd?.version ?? target).usable);
  const isCommon = (word: string): boolean => known.every((names) => names.has(word.replace(/:.*$/, "")));
  return [from, to].map((text) => {
    const words = text.replace(/^~/, "").split(/\s+/).filter(isCommon).sort();
    return `${text.startsWith("~") ? "~" : ""}${words.join(" ")}`;
  });
}
