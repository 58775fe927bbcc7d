/** What the unit file of the candidate says otherwise: who the service is, and what its vendor lets it do. */
import { liftedBy } from "../directives/refusals.js";
import { type SystemCalls, systemCallsOf } from "../directives/system-calls.js";
import type { Context } from "../directives/types.js";
import { execSettings, type Unit, type UnitCommand } from "../host/types.js";
import { comparedSettings } from "../severity/compared-settings.js";
import { assessUnitChange } from "../severity/index.js";
import { compareValues } from "../severity/unit-settings.js";
import type { UnitChange } from "./types.js";

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
    if (judged.direction === "more" && liftsNothing(baseline.unit, setting)) return [];
    return [{ setting, from: from ?? "", to: to ?? "", ...judged }];
  });
}

/** An exception from what was not refused before. */
function liftsNothing(unit: Unit, setting: string): boolean {
  const refusers = liftedBy(setting);
  return (
    refusers.length > 0 && refusers.every((name) => ["", "no", "auto"].includes(propertyOf(unit, name) ?? ""))
  );
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
  const value = properties[`${setting}${extended}`] ?? properties[setting];
  return value !== undefined && value === meaningYes[setting] ? "yes" : value;
}

/** What systemd since 257 prints where `yes` is written (systemd.exec(5)). */
const meaningYes: Readonly<Record<string, string>> = { PrivateTmp: "connected", PrivateUsers: "self" };

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
    (!isCommand(setting) && inOrder(from) === inOrder(to)) ||
    (isEither && setting !== "RestrictAddressFamilies" && isDefault(from) && isDefault(to)) ||
    compareValues(setting, from ?? "", to ?? "") === 0
  );
}

/** Lists are printed in no particular order. */
function inOrder(text = ""): string {
  return text.split(/\s+/).sort().join(" ");
}

/**
 * Groups of calls are printed call by call, and have other members in another version of systemd: those say nothing of the
 * unit, and neither does a call that one of them does not know.
 */
function comparable(
  setting: string,
  from: string | undefined,
  to: string | undefined,
  contexts: readonly Context[],
): readonly (string | undefined)[] {
  if (setting !== "SystemCallFilter" || from === undefined || to === undefined) return [from, to];
  const versions = contexts.map(({ host, target }) => systemCallsOf(host.systemd?.version ?? target));
  const [before, after] = [from, to].map(wordsOf);
  const [old, now] = versions;
  if (before === undefined || after === undefined || old === undefined || now === undefined)
    return [from, to];
  const moved = new Set([...movedCalls(old, now, before), ...movedCalls(now, old, after)]);
  const isCommon = (word: string): boolean => {
    const name = word.replace(/:.*$/, "");
    return !moved.has(name) && versions.every(({ usable }) => usable.has(name));
  };
  return [from, to].map(
    (text) => `${text.startsWith("~") ? "~" : ""}${wordsOf(text).filter(isCommon).sort().join(" ")}`,
  );
}

function wordsOf(text: string): readonly string[] {
  return text.replace(/^~/, "").split(/\s+/);
}

/** Calls that are in a group of one version and not in that of the other, of which all calls are on the list. */
function movedCalls(known: SystemCalls, other: SystemCalls, words: readonly string[]): readonly string[] {
  const listed = new Set(words.map((word) => word.replace(/:.*$/, "")));
  return [...known.groups].flatMap(([group, members]) =>
    [...members].every((name) => listed.has(name) || !known.usable.has(name))
      ? [...(other.groups.get(group) ?? [])].filter((name) => !members.has(name))
      : [],
  );
}
