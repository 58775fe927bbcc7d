/** Which file system a service lives in: kept as the unit has it, for only a person can lay out another. */
import { withhold } from "./decision.js";
import type { Directive } from "./types.js";

/** Settings that give another file system, and those that only say how (systemd.exec(5)). */
export const layouts = [
  "RootDirectory",
  "RootImage",
  "RootMStack",
  "MountImages",
  "ExtensionImages",
  "ExtensionDirectories",
] as const;

/** Settings that have a meaning only with one of those. */
const details = [
  "RootImageOptions",
  "RootHash",
  "RootHashSignature",
  "RootVerity",
  "RootImagePolicy",
  "RootEphemeral",
  "MountImagePolicy",
  "ExtensionImagePolicy",
  "MountAPIVFS",
  "BindLogSockets",
] as const;

/** What `systemctl show` prints where nothing is set. */
const unset = ["", "no", "(null)"];

export const topology: Directive = {
  names: [...layouts, ...details],
  decide: ({ unit }) => {
    const isSet = (name: string) => !unset.includes(unit.properties[name] ?? "");
    const kept = layouts.some(isSet) ? [...layouts, ...details].filter(isSet) : [];
    return [...layouts, ...details].map((name) =>
      withhold(
        name,
        "meaningless",
        kept.includes(name) ? "kept as the unit ships it." : "no file system of its own is laid out.",
      ),
    );
  },
};
