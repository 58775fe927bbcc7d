/** Drop-ins with single directives undone, to try what these do. Pure. */
import { lifts } from "../systemd/lifts.js";
import { parseSettings, withSetting } from "./settings.js";

/** Directives that mean nothing, or something else, without one another. */
const groups: readonly (readonly string[])[] = [
  ["ProtectSystem", "ReadWritePaths"],
  ["NoExecPaths", "ExecPaths"],
  ["DevicePolicy", "DeviceAllow"],
  ["IPAddressDeny", "IPAddressAllow"],
  ["SocketBindDeny", "SocketBindAllow"],
  ["TemporaryFileSystem", "BindReadOnlyPaths", "BindPaths"],
  ["SystemCallFilter", "SystemCallErrorNumber"],
];

/** The directives that have to be lifted together with `directive`; it is among them. */
export function groupOf(directive: string): readonly string[] {
  return groups.find((group) => group.includes(directive)) ?? [directive];
}

/**
 * The lines of a `[Service]` section that undo a directive and those of its group, whoever wrote them.
 * None for what is not to be undone: who the service is, and the mounts that lay out its file system, which may be the
 * unit's own.
 *
 * @param version major version of the systemd that reads them
 */
export function liftLines(directive: string, version: number): readonly string[] {
  const group = groupOf(directive);
  return lifts
    .filter((lift) => lift.since <= version && group.includes(lift.directive))
    .flatMap((lift) => lift.values.map((value) => `${lift.directive}=${value}`));
}

/** Nodes that BindPaths= brings into the /dev of PrivateDevices=, which has nothing to do with TemporaryFileSystem=. */
const deviceNode = /^-?"?\/dev\//;

/**
 * The drop-in without `directives` and those of their groups, and with what undoes them where the unit itself has them:
 * the sandbox for a run that is to show what they do.
 *
 * @param version major version of the systemd that reads it
 */
export function withoutSettings(text: string, directives: readonly string[], version: number): string {
  const names = new Set(directives.flatMap(groupOf));
  return [...names].reduce((rest, name) => withSetting(rest, name, undoing(rest, name, version)), text);
}

/** The values in place of what a directive has; null to leave it out. */
function undoing(text: string, directive: string, version: number): readonly string[] | null {
  const lift = lifts.find((one) => one.directive === directive && one.since <= version);
  if (lift !== undefined) return lift.values;
  if (directive !== "BindPaths") return null;
  const { values = [] } = parseSettings(text).find((one) => one.directive === directive) ?? {};
  const kept = values.filter((value) => deviceNode.test(value));
  return kept.length === 0 ? null : kept;
}
