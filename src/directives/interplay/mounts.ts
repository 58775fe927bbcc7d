/**
 * What settings that mount do to each other (src/core/namespace.c; tried on systemd 252 and 257). Each of them becomes an
 * entry for one path; a setting for a directory reaches everything below but the paths that have entries of their own
 * (the deny list of bind_remount_recursive_with_mountinfo()), and of two entries for one path the stricter one is kept.
 */
import { parseBinds } from "../../host/view.js";
import { type SetDecision, wrapWords } from "../decision.js";
import { isBelowAny } from "../evidence.js";
import { readOnlyTrees } from "../file-system.js";
import { homes } from "../home.js";
import { inaccessible } from "../inaccessible.js";
import { optionalValue, pathValue } from "../mount-paths.js";
import { readOnly } from "../read-only.js";
import { temporaryDirectories } from "../temporary.js";
import type { Context } from "../types.js";
import { change, type Decisions, effective, listed } from "./changes.js";
import { shippedPaths } from "../vendor.js";

function pathsOf({ grants }: SetDecision): readonly string[] {
  return grants.map(({ value }) => value);
}

/** ProtectHome=yes and tmpfs hide the homes; read-only leaves those that were not touched to InaccessiblePaths=. */
export function leaveHomesHidden(decisions: Decisions, context: Context): Decisions {
  const isHidden = ["yes", "tmpfs"].includes(effective(decisions, context, "ProtectHome"));
  const shipped = shippedPaths(context.unit, "InaccessiblePaths");
  return change(decisions, "InaccessiblePaths", (decision) =>
    inaccessible(
      context,
      pathsOf(decision).filter((path) => !isHidden || !homes.includes(path) || shipped.includes(path)),
    ),
  );
}

/** ReadOnlyPaths= is for what ProtectSystem=, ProtectHome= and InaccessiblePaths= leave writable. */
export function leaveReadOnly(decisions: Decisions, context: Context): Decisions {
  const system = effective(decisions, context, "ProtectSystem");
  const home = effective(decisions, context, "ProtectHome");
  const hidden = listed(decisions, context, "InaccessiblePaths");
  const shipped = shippedPaths(context.unit, "ReadOnlyPaths");
  const isCovered = (path: string) =>
    isBelowAny(path, hidden) ||
    (homes.includes(path)
      ? home !== "no"
      : system === "strict" || isBelowAny(path, readOnlyTrees[system] ?? []));
  return change(decisions, "ReadOnlyPaths", (decision) =>
    readOnly(
      context,
      pathsOf(decision).filter((path) => shipped.includes(path) || !isCovered(path)),
    ),
  );
}

/** Where anyone may write, but for the homes. */
const sharedTrees = [...temporaryDirectories, "/dev/shm"];

/**
 * NoExecPaths=/ does not reach what another setting mounts, ReadWritePaths= and the unit's own directories above all, so
 * these are named as well; nor, with ProtectSystem=strict, the homes and /dev, which are mounts of their own in it.
 */
export function closeExecHoles(decisions: Decisions, context: Context): Decisions {
  const executable = listed(decisions, context, "ExecPaths");
  const mounted = [
    ...["ReadWritePaths", "ReadOnlyPaths"].flatMap((name) => listed(decisions, context, name)),
    ...["BindPaths", "BindReadOnlyPaths"].flatMap((name) =>
      parseBinds(context.unit.properties[name] ?? "").map(({ target }) => target),
    ),
    ...(readOnlyTrees[effective(decisions, context, "ProtectSystem")] ?? []),
    ...realDirectories(context.unit.directories),
    ...(effective(decisions, context, "ProtectHome") === "yes" ? [] : homes),
    ...sharedTrees,
  ];
  const holes = [...new Set(mounted)].filter((path) => !isBelowAny(path, executable));
  const values = [pathValue(context, "/"), ...holes.map((path) => optionalValue(context, path))];
  return change(decisions, "NoExecPaths", (decision) => ({
    ...decision,
    values: ["", ...wrapWords(values)],
  }));
}

/** With DynamicUser= BASE/NAME is a symbolic link to BASE/private/NAME (systemd.exec(5)), and no mount point. */
function realDirectories(directories: readonly string[]): readonly string[] {
  return directories.filter(
    (path) => !directories.includes(path.replace(/^(\/[^/]+\/[^/]+)\//, "$1/private/")),
  );
}
