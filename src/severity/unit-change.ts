/** What a unit file that says something else than before gives to whoever takes over the service. */
import { execSettings } from "../host/types.js";
import type { UnitChange } from "../comparison/types.js";
import type { Where } from "./ground.js";
import { worthOfGroup, worthOfUser } from "./groups.js";
import { isRootName } from "./own.js";
import { type Assessment, assessment, high, low, medium, worst } from "./types.js";
import { compareLists } from "./unit-lists.js";
import { assessWeaker, compareValues } from "./unit-settings.js";

export type Judgement = Pick<UnitChange, "severity" | "gain" | "direction">;

/**
 * What a changed setting of the unit file gives. A list that has gained something gives more whatever else it has lost.
 *
 * @param setting a directive, or the property of `systemctl show` for it (`PrivateTmpEx`); for commands ExecStart= and the like
 * @param from what it was: as `systemctl show` prints it, commands as in a unit file, one a line with their prefixes.
 *   undefined where it is not set at all, which for RestrictAddressFamilies= is not the same as empty.
 * @param where of the unit as it is now, to know whose paths are and which capabilities it has
 */
export function assessUnitChange(
  setting: string,
  from: string | undefined,
  to: string | undefined,
  where: Where,
): Judgement {
  const [before, after] = [from ?? unset(setting), to ?? unset(setting)];
  if (before === after) return other(low(`An attacker would gain nothing: ${setting}= is what it was.`));
  return (
    judgeIdentity(setting, before, after) ??
    judgeOrdered(setting, before, after) ??
    judgeList(setting, before, after, where) ??
    judgeMask(setting, before, after) ??
    judgeLimit(setting, before, after) ??
    judgePresence(setting, before, after) ??
    judgeCommands(setting, before, after) ??
    other(low(`An attacker would gain nothing that is known by ${setting}=.`))
  );
}

function unset(setting: string): string {
  return Object.hasOwn(unsetLists, setting) ? (unsetLists[setting] ?? "") : "";
}

/** What lists say that let everything through (src/directives/vendor.ts). */
const unsetLists: Readonly<Record<string, string>> = {
  RestrictAddressFamilies: "~",
  RestrictFileSystems: "~",
  RestrictNamespaces: "no",
  RestrictNetworkInterfaces: "~",
  SystemCallFilter: "~",
};

const more = (assessed: Assessment): Judgement => ({ ...assessed, direction: "more" });
const other = (assessed: Assessment): Judgement => ({ ...assessed, direction: "other" });
const less = (why: string): Judgement => ({
  ...low(`An attacker would gain nothing: ${why}.`),
  direction: "less",
});

/** A user other than root is confined by the modes of files, and has no capabilities. */
function judgeIdentity(setting: string, from: string, to: string): Judgement | undefined {
  if (setting !== "User" && setting !== "Group") return undefined;
  if (isRootName(from) && isRootName(to)) return less(`${setting}= is root as before`);
  if (isRootName(from)) return less(`${setting}= is no longer root`);
  const worth = setting === "User" ? worthOfUser(to) : worthOfGroup(to === "" ? "root" : to);
  const assessed = assessment(worth, `With ${setting}=${to}`);
  return setting === "User" && isRootName(to) ? more(assessed) : other(assessed);
}

function judgeOrdered(setting: string, from: string, to: string): Judgement | undefined {
  const difference = compareValues(setting, from, to);
  if (difference === undefined || difference === 0) return undefined;
  if (difference > 0)
    return less(`${setting}=${to} restricts more than ${from === "" ? "nothing" : from} did`);
  const assessed = assessWeaker(setting, to);
  return assessed && more(assessed);
}

function judgeList(setting: string, from: string, to: string, where: Where): Judgement | undefined {
  const change = compareLists(setting, from, to, where);
  if (change === undefined) return undefined;
  const [first] = change.more;
  if (first !== undefined) return more(worst(change.more, first));
  return change.less
    ? less(`${setting}= lets through less than before`)
    : other(low(`An attacker would gain nothing: ${setting}= lets through the same in other words.`));
}

/** Bits that take something away: UMask= in octal (systemd.exec(5)), SecureBits= as a number (capabilities(7)). */
function judgeMask(setting: string, from: string, to: string): Judgement | undefined {
  const base = setting === "UMask" ? 8 : setting === "SecureBits" ? 10 : undefined;
  if (base === undefined) return undefined;
  const [before, after] = [from, to].map((text) => Number.parseInt(text === "" ? "0" : text, base));
  if (before === undefined || after === undefined || Number.isNaN(before + after)) return undefined;
  const dropped = before & ~after;
  if (dropped === 0) return less(`${setting}= takes away more than before`);
  if (setting === "SecureBits") {
    return more(medium("An attacker could gain capabilities as user id 0 that were locked away."));
  }
  return more(
    (dropped & 0o022) === 0
      ? low(`An attacker with another user could read what the service makes with UMask=${to}.`)
      : medium(`An attacker with another user could change what the service makes with UMask=${to}.`),
  );
}

/** More than before is more of the host's resources. */
function judgeLimit(setting: string, from: string, to: string): Judgement | undefined {
  if (!setting.startsWith("Limit")) return undefined;
  const [before, after] = [from, to].map((text) =>
    text === "infinity" ? Number.POSITIVE_INFINITY : Number(text),
  );
  if (before === undefined || after === undefined || Number.isNaN(before) || Number.isNaN(after))
    return undefined;
  return after > before
    ? more(low(`An attacker could use more of what ${setting}= limits, and leave less to others.`))
    : less(`${setting}= is lower`);
}

/** Settings that confine by being there, whatever they say: what is lost without them. */
const confining: Readonly<Record<string, Assessment>> = {
  AppArmorProfile: medium("An attacker could do what the profile of AppArmor refused."),
  BPFProgram: medium("An attacker could do what the BPF programs of BPFProgram= refused."),
  IPCNamespacePath: medium("An attacker could reach shared memory outside of the namespace that was joined."),
  IPEgressFilterPath: medium(
    "An attacker could send packets that the filter of IPEgressFilterPath= held back.",
  ),
  IPIngressFilterPath: medium(
    "An attacker could receive packets that the filter of IPIngressFilterPath= held back.",
  ),
  NetworkNamespacePath: medium("An attacker could reach the network of the host."),
  RootDirectory: medium("An attacker could see the files of the host instead of those of RootDirectory=."),
  RootImage: medium("An attacker could see the files of the host instead of those of RootImage=."),
  RootMStack: medium("An attacker could see the files of the host instead of those of RootMStack=."),
  SELinuxContext: medium("An attacker could do what the policy of SELinux refused."),
  SmackProcessLabel: medium("An attacker could do what the rules of SMACK refused."),
  UserNamespacePath: high("An attacker could use capabilities and users of the host itself."),
};

function judgePresence(setting: string, from: string, to: string): Judgement | undefined {
  const lost = Object.hasOwn(confining, setting) ? confining[setting] : undefined;
  if (lost === undefined) return undefined;
  if (to === "") return more(lost);
  return from === ""
    ? less(`${setting}= confines the service further`)
    : other(medium(`An attacker could be confined otherwise: by ${setting}=${to} instead of ${from}.`));
}

/** `+` runs a command without the sandbox and as root, `!` as root within it (systemd.service(5), table 2). */
function judgeCommands(setting: string, from: string, to: string): Judgement | undefined {
  if (!(execSettings as readonly string[]).includes(setting)) return undefined;
  const before = new Set(from.split("\n"));
  const added = to.split("\n").filter((line) => line !== "" && !before.has(line));
  const [outside, asRoot] = ["+", "!"].map((prefix) =>
    added.find((line) => /^[-@:+!|]*/.exec(line)?.[0].includes(prefix)),
  );
  const reads = "an attacker who changes what it reads could act as root";
  if (outside !== undefined) return more(high(`By ${setting}=${outside} ${reads} outside of the sandbox.`));
  return asRoot === undefined
    ? other(low(`An attacker would gain nothing by ${setting}= itself: what it runs is traced as the rest.`))
    : more(medium(`By ${setting}=${asRoot} ${reads} within the sandbox.`));
}
