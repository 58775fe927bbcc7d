/** Trees that stay read-only where ProtectSystem=strict and ProtectHome= are not possible. */
import { setList, withhold, wrapWords } from "./decision.js";
import { filesBelow, isBelowAny, isWrite } from "./evidence.js";
import { byMountNamespace } from "./guards.js";
import { homes } from "./home.js";
import { optionalValue } from "./mount-paths.js";
import type { Context, Decision, Directive, Grant } from "./types.js";
import { shippedPaths } from "./vendor.js";

/**
 * What makes whoever can write it master of the system (systemd.unit(5), udev(7)); all of /run is given to services that
 * keep a PID file right there.
 */
const managers = ["/run/dbus", "/run/systemd", "/run/udev"];

/** From the largest downwards: where the whole is written, perhaps a part is not. */
const trees = ["/usr", "/boot", "/efi", "/etc", "/opt", "/srv", "/media", "/mnt", ...homes, ...managers];

const name = "ReadOnlyPaths";

/** What is not written; the interplay takes away what other settings make read-only or hide already. */
export const readOnlyPaths: Directive = {
  from: "strict",
  ...byMountNamespace({
    names: [name],
    decide: (context) => {
      const paths = [
        ...shippedPaths(context.unit, name),
        ...trees.filter((tree) => !isWritten(context, tree)),
      ];
      return [readOnly(context, [...new Set(paths)])];
    },
  }),
};

/** The setting for these paths; withheld when there are none. */
export function readOnly(context: Context, paths: readonly string[]): Decision {
  if (paths.length === 0) {
    return withhold(name, "meaningless", "other settings make all of it read-only that can be.");
  }
  const lines = wrapWords(paths.map((path) => optionalValue(context, path)));
  const grants = paths.map((value): Grant => ({ value, origin: "required", facts: [] }));
  return setList(name, lines, "Not written.", grants);
}

function isWritten(context: Context, tree: string): boolean {
  const renames = context.facts.ofKind("rename").flatMap(({ from, to }) => [from, to]);
  return filesBelow(context, [tree]).some(isWrite) || renames.some((path) => isBelowAny(path, [tree]));
}
