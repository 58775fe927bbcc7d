/** What settings that hide and protect parts of the file system leave to each other. */
import { isBelowAny } from "../evidence.js";
import { readOnlyTrees } from "../file-system.js";
import { homes } from "../home.js";
import { inaccessible } from "../inaccessible.js";
import { readOnly } from "../read-only.js";
import type { Context } from "../types.js";
import { shippedPaths } from "../vendor.js";
import { change, type Decisions, effective, listed, pathsOf } from "./changes.js";

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
<<<<<<< HEAD

/** Where anyone may write, but for the homes. */
const sharedTrees = [...temporaryDirectories, "/dev/shm"];

/**
 * NoExecPaths=/ does not reach what another setting mounts, ReadWritePaths= and the unit's own directories above all, so
 * these are named as well; nor, with ProtectSystem=strict, the homes and /dev, which are mounts of their own in it. What
 * the unit ships is completed likewise, except where code was taken from.
 */
export function closeExecHoles(decisions: Decisions, context: Context): Decisions {
  const allowed = listed(decisions, context, "ExecPaths");
  const isDecided = decisions.some(
    ({ directive, decision }) => directive === "ExecPaths" && decision === "set",
  );
  const used = isDecided ? [] : codeFiles(context).map(({ path }) => executableTree(path) ?? path);
  const isKept = (path: string) =>
    isBelowAny(path, allowed) || used.some((tree) => isBelow(path, tree) || isBelow(tree, path));
  const holes = [...new Set(mountedBy(decisions, context))].filter((path) => !isKept(path));
  return decisions.map((decision) => closed(decision, holes, context));
}

function closed(decision: Decision, holes: readonly string[], context: Context): Decision {
  const { directive } = decision;
  if (directive !== "NoExecPaths") return decision;
  const values = holes.map((path) => optionalValue(context, path));
  if (decision.decision === "set") {
    return { ...decision, values: ["", ...wrapWords([pathValue(context, "/"), ...values])] };
  }
  const isOpen = shippedPaths(context.unit, directive).includes("/") && context.posture !== "compatible";
  return isOpen && values.length > 0
    ? {
        ...set(
          directive,
          "",
          "Added to those of the unit: what other settings mount is beyond NoExecPaths=/.",
        ),
        values: wrapWords(values),
      }
    : decision;
}

/** Mount points that settings make. */
function mountedBy(decisions: Decisions, context: Context): readonly string[] {
  const { unit } = context;
  return [
    ...["ReadWritePaths", "ReadOnlyPaths"].flatMap((name) => listed(decisions, context, name)),
    ...["BindPaths", "BindReadOnlyPaths"].flatMap((name) => [
      ...decisions.flatMap((one) => (one.directive === name && one.decision === "set" ? pathsOf(one) : [])),
      ...parseBinds(unit.properties[name] ?? "").map(({ target }) => target),
    ]),
    ...(readOnlyTrees[effective(decisions, context, "ProtectSystem")] ?? []),
    ...realDirectories(unit.directories),
    // An entry for the same path takes the place of the empty file systems of tmpfs, and shows the homes again.
    ...(["yes", "tmpfs"].includes(effective(decisions, context, "ProtectHome")) ? [] : homes),
    ...sharedTrees,
  ];
}

/** With DynamicUser= BASE/NAME is a symbolic link to BASE/private/NAME (systemd.exec(5)), and no mount point. */
function realDirectories(directories: readonly string[]): readonly string[] {
  return directories.filter(
    (path) => !directories.includes(path.replace(/^(\/[^/]+\/[^/]+)\//, "$1/private/")),
  );
}
=======
>>>>>>> main
