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
