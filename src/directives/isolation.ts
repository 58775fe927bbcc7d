/** TemporaryFileSystem= and BindReadOnlyPaths=, of the empty file system of posture `isolated`. */
import { set, withhold } from "./decision.js";
import { codeFiles } from "./executables.js";
import { byMountNamespace } from "./guards.js";
import { layouts } from "./topology.js";
import type { Context, Directive } from "./types.js";

export const names = ["TemporaryFileSystem", "BindReadOnlyPaths"] as const;

/** Whether there is to be a slate; `layOut` fills it in when the other settings are known. */
export const isolation: Directive = byMountNamespace({
  names,
  decide: (context) => {
    const refused = refusal(context);
    if (refused === undefined) {
      return [
        set("TemporaryFileSystem", "", "Empty but for what is listed below."),
        set("BindReadOnlyPaths", "", "What the service reads and runs."),
      ];
    }
    const shipped = (name: string) => (context.unit.properties[name] ?? "") !== "";
    return names.map((name) =>
      shipped(name)
        ? withhold(name, "meaningless", "kept as the unit ships it.")
        : withhold(name, refused.reason, refused.why),
    );
  },
});

function refusal(context: Context): { reason: "operator" | "meaningless"; why: string } | undefined {
  const { unit, posture } = context;
  if (posture !== "isolated") {
    return { reason: "operator", why: "an empty file system is what --posture isolated lays out." };
  }
  const own = [...layouts, "TemporaryFileSystem"].find(
    (name) => !["", "no"].includes(unit.properties[name] ?? ""),
  );
  if (own !== undefined) {
    return { reason: "meaningless", why: `the unit has a file system of its own, by ${own}=.` };
  }
  return codeFiles(context).length === 0
    ? { reason: "operator", why: "it is not known which programs run." }
    : undefined;
}
