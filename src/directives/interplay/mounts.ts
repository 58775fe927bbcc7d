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
  const writable = listed(decisions, context, "ReadWritePaths");
  const shipped = shippedPaths(context.unit, "ReadOnlyPaths");
  const isCovered = (path: string) =>
    isBelowAny(path, hidden) ||
    (homes.includes(path)
      ? home !== "no"
      : (system === "strict" && !isBelowAny(path, writable)) ||
        isBelowAny(path, readOnlyTrees[system] ?? []));
  return change(decisions, "ReadOnlyPaths", (decision) =>
    readOnly(
      context,
      pathsOf(decision).filter((path) => shipped.includes(path) || !isCovered(path)),
    ),
  );
}

/**
 * Settings with which systemd sees to /proc, /sys, /dev and /run itself (namespace_parameters_mount_apivfs(); each tried
 * on 257).
 */
const kernelMounts: Readonly<Record<string, readonly string[]>> = {
  ProtectProc: ["noaccess", "invisible", "ptraceable"],
  ProcSubset: ["pid"],
  PrivatePIDs: ["yes"],
  ProtectControlGroups: ["yes", "private", "strict"],
  ProtectKernelTunables: ["yes"],
  MountAPIVFS: ["yes"],
};

/** /run is then an entry of its own, which ProtectSystem=strict does not reach; it is made read-only by its name. */
export function keepRunReadOnly(decisions: Decisions, context: Context): Decisions {
  const values = (name: string) => [effective(decisions, context, name), context.unit.properties[name] ?? ""];
  const isMounted = Object.entries(kernelMounts).some(([name, some]) =>
    values(name).some((value) => some.includes(value)),
  );
  const isGoverned = ["ReadWritePaths", "TemporaryFileSystem", "ReadOnlyPaths"].some((name) =>
    listed(decisions, context, name).some((path) => path.split(":")[0] === "/run"),
  );
  if (!isMounted || isGoverned || effective(decisions, context, "ProtectSystem") !== "strict") {
    return decisions;
  }
  const paths = [
    ...shippedPaths(context.unit, "ReadOnlyPaths"),
    ...decisions.flatMap((one) =>
      one.directive === "ReadOnlyPaths" && one.decision === "set" ? pathsOf(one) : [],
    ),
    "/run",
  ];
  return decisions.map((decision) =>
    decision.directive === "ReadOnlyPaths" ? readOnly(context, [...new Set(paths)]) : decision,
  );
}
