import type { FileFact } from "../facts/types.js";
import { isAvailable } from "./availability.js";
import { insist, set, withhold } from "./decision.js";
import { describeFacts } from "./describe.js";
import { filesBelow, isWrite } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import type { Context, Directive } from "./types.js";

const roots = ["/sys/fs/cgroup"];

/** A cgroup namespace changes what these say (cgroup_namespaces(7)). */
const ownName = /^\/proc\/[^/]+\/(task\/[^/]+\/)?cgroup$/;

function delegates({ unit }: Context): boolean {
  return (unit.properties["Delegate"] ?? "no") === "yes";
}

/** Below the control group of the unit, whose directory has its name. */
function isOwnGroup({ unit }: Context, { path }: FileFact): boolean {
  return path.split("/").includes(unit.name);
}

/**
 * `strict` and `private` add a cgroup namespace with a mount of its own, read-only and writable. There the unit's group is
 * the root: who asks /proc for the name of its group and goes there finds it, who knows the name by heart does not.
 */
export const protectControlGroups: Directive = byMountNamespace({
  names: ["ProtectControlGroups"],
  decide: (context) => {
    const name = "ProtectControlGroups";
    const files = filesBelow(context, roots);
    const writes = files.filter(isWrite);
    const looks = context.facts.ofKind("file").filter(({ path }) => ownName.test(path));
    const cautious = context.posture === "compatible";
    if (writes.length > 0) {
      const own = delegates(context) && looks.length > 0 && files.every((fact) => isOwnGroup(context, fact));
      return own && !cautious && isAvailable(context, name, "private")
        ? [set(name, "private", "Of control groups only the unit's own are seen; those it changes.", writes)]
        : [withhold(name, "unsafe", "the service changes control groups.", writes)];
    }
    return isAvailable(context, name, "strict") && files.length === 0 && looks.length === 0 && !cautious
      ? [set(name, "strict", "Control groups are not even looked at.")]
      : [set(name, "yes", "Control groups are not changed.", [...files, ...looks])];
  },
});

/** Who owns the control groups below the unit's own: a right that the unit has or not, and never a new one. */
export const delegate: Directive = {
  names: ["Delegate"],
  from: "strict",
  decide: (context) => {
    const name = "Delegate";
    if (!delegates(context)) {
      return [withhold(name, "meaningless", "the unit delegates nothing.")];
    }
    const writes = filesBelow(context, roots).filter(isWrite);
    return writes.length > 0
      ? [withhold(name, "unsafe", `kept as the unit ships it: the service ${describeFacts(writes)}.`, writes)]
      : [
          withhold(
            name,
            "operator",
            "the unit may manage control groups of its own, and was not seen to.",
            [],
            [insist(name, ["no"])],
          ),
        ];
  },
};
