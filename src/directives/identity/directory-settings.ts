/** StateDirectory= and its like, with everything that goes with them. */
import { withhold } from "../decision.js";
import type { Context, Decision, Directive } from "../types.js";
import { adoptable, adviseDirectories } from "./adopt.js";
import { bases, type DirectorySetting, directorySettings } from "./bases.js";
import { planDirectories } from "./directories.js";
import { linesOf, someOf } from "./types.js";

/** Storage can be limited from this version on. */
const quotaSince = 258;

const modes = directorySettings.map((setting) => `${setting}Mode`);
const quotas = ["StateDirectory", "CacheDirectory", "LogsDirectory"].flatMap((setting) => [
  `${setting}Accounting`,
  `${setting}Quota`,
]);

/** Directories that systemd makes for the service and that stay writable by themselves. */
export const ownDirectories: Directive = adoptable({
  names: [
    ...directorySettings.flatMap((setting) => [setting, `${setting}Mode`]),
    "RuntimeDirectoryPreserve",
    "TimeoutCleanSec",
    ...quotas,
  ],
  decide: (context) => [
    ...directorySettings.map((setting) => decideDirectory(context, setting)),
    ...[...modes, "RuntimeDirectoryPreserve"].map((name) =>
      withhold(name, "meaningless", "goes with the directory that it is about."),
    ),
    withhold("TimeoutCleanSec", "meaningless", "how long `systemctl clean` may take confines nothing."),
    ...quotas.map((name) =>
      context.target < quotaSince
        ? withhold(name, "unavailable", `from systemd ${quotaSince} on.`)
        : withhold(name, "operator", "how much the service may store is not in the evidence."),
    ),
  ],
});

function decideDirectory(context: Context, setting: DirectorySetting): Decision {
  const { managed, unmanaged } = planDirectories(context, context.unit.dynamicUser);
  const mine = managed.filter((one) => one.setting === setting);
  const advice = adviseDirectories(context);
  if (mine.length > 0 && advice !== undefined) {
    const lines = linesOf(
      advice.settings.filter(({ directive }) => directive === setting || directive.startsWith(setting)),
    );
    const facts = mine.flatMap((one) => one.facts);
    return withhold(
      setting,
      "operator",
      "could take the place of ReadWritePaths=; --adopt-advice does so.",
      facts,
      [{ text: `${advice.why} On condition that ${advice.conditions.join("; ")}.`, lines }],
    );
  }
  const others = unmanaged.filter((one) => one.setting === setting);
  const facts = others.flatMap((one) => one.facts);
  const why = `the service cannot be given its own: ${someOf(
    others.map((one) => one.why),
    "; ",
  )}.`;
  if (others.some(({ loose }) => loose)) {
    const name = context.unit.name.replace(/(@.*)?\.[a-z]+$/, "");
    const text = `${setting}= cannot be adopted as it is: first move those files to ${bases[setting]}/${name} in the configuration of the service (and PIDFile= with them). Then:`;
    return withhold(setting, "operator", why, facts, [{ text, lines: [`${setting}=${name}`] }]);
  }
  if (others.length > 0) {
    return withhold(setting, "unsafe", why, facts);
  }
  const shipped = context.unit.properties[setting] ?? "";
  return withhold(
    setting,
    "meaningless",
    shipped === ""
      ? `nothing below ${bases[setting]} is written.`
      : `kept as the unit has it, ${setting}=${shipped}.`,
  );
}
